import type { JsonObject } from '../../core/record.ts'
import type { ServiceEvent } from '../hub.ts'
import type { Part } from '../part.ts'
import type { Service } from '../service.ts'
import { triggerOf } from './count-events.ts'
import { plainly } from './words.ts'

const MINUTE_MS = 60_000

/** One line per run that ended, per action of a person, per start and stop; of refused deliveries at most one per connection, reason and minute. */
export const logLines: Part = async (app, service) => {
  const { log, hub, workspaces, leftOut } = service
  const refusals = createSampler(service)
  // for as long as the service lives: runs that a stop ends are told after the parts have ended
  hub.listen(event => {
    if (event.is === 'delivery-refused') refusals.take(event)
    else write(service, event)
  })
  app.addHook('onListen', async () => {
    log.info('the service listens', { version: service.version, workspaces: workspaces.all().map(it => it.name) })
    for (const { folder, diagnostics } of leftOut)
      log.warn('a workspace is left out', { folder, mistakes: diagnostics.length })
  })
  app.addHook('preClose', async () => log.info('the service stops'))
  return undefined
}

function write({ log }: Service, event: ServiceEvent): void {
  if (event.is === 'ended') {
    const { report, wish, ref } = event
    const ms = Date.parse(report.endedAt) - Date.parse(report.startedAt)
    const counts = Object.fromEntries(Object.entries(report.counts).filter(([, count]) => count > 0))
    const failure = report.failure ? { failure: plainly(report.failure) } : {}
    const isBad = report.state === 'failed' || report.state === 'interrupted'
    const line: JsonObject = {
      ...ref,
      run: report.runId,
      trigger: triggerOf(wish),
      actor: wish.actor,
      state: report.state,
      ms,
      ...counts,
      ...failure,
    }
    log[isBad ? 'warn' : 'info']('run ended', line)
  } else if (event.is === 'failed')
    log.warn('run could not start', {
      ...event.ref,
      trigger: triggerOf(event.wish),
      failure: plainly(event.error.toFailure()),
    })
  // reasons and details are people's own words, and may quote a record: the audit trail has them
  else if (event.is === 'acted') {
    const { actor, action, subject } = event.action
    log.info('action', { workspace: event.workspace, actor, action, subject })
  } else if (event.is === 'paused')
    log.warn('paused', { workspace: event.workspace, subject: event.subject, by: event.by })
  else if (event.is === 'resumed')
    log.info('resumed', { workspace: event.workspace, subject: event.subject, by: event.by })
  else if (event.is === 'reloaded')
    log.info('files were read again', { workspace: event.workspace, mistakes: event.mistakes })
}

type Refused = Extract<ServiceEvent, { is: 'delivery-refused' }>

/** The address is public: whoever knocks a thousand times writes one line. */
function createSampler({ clock, log, workspaces }: Service) {
  const since = new Map<string, { from: number; more: number }>()
  return {
    take: ({ workspace, connection, because }: Refused) => {
      const isKnown = workspaces.get(workspace)?.opened.workspace.connections.has(connection) === true
      const where = isKnown ? { workspace, connection } : { workspace: '', connection: '' }
      const name = `${where.workspace}/${where.connection}/${because}`
      const now = clock.now().getTime()
      const held = since.get(name)
      if (held && now - held.from < MINUTE_MS) {
        held.more += 1
        return
      }
      since.set(name, { from: now, more: 0 })
      log.warn('a delivery was refused', { ...where, because, ...(held?.more ? { alsoBefore: held.more } : {}) })
    },
  }
}
