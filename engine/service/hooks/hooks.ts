import { toEngineError } from '../../core/errors.ts'
import type { InboxEntry, InboxRow, SubscriptionRow } from '../../core/operations.ts'
import type { Held } from '../held.ts'
import type { ServiceEvent } from '../hub.ts'
import type { Part } from '../part.ts'
import type { Service } from '../service.ts'
import { note } from './counts.ts'
import { createInboxWorker, type InboxWorker } from './inbox.ts'
import { createIntake, type Intake } from './intake.ts'
import { createKeeper, type Keeper } from './keeper.ts'
import { createMissed, type Missed } from './missed.ts'
import { reception } from './reception.ts'
import { createTrust, type Trust } from './trust.ts'

/** What one workspace has of its own. */
interface Desk {
  readonly held: Held
  readonly intake: Intake
  readonly inbox: InboxWorker
  readonly keeper: Keeper
}

/**
 * Deliveries from the door to the flows: believed, kept, answered, and only then dealt with. What is kept is dealt with by whatever process
 * serves the workspace next.
 */
export const hooks: Part = async (app, service) => {
  const trust = createTrust(service)
  const missed = createMissed(service, trust)
  const desks = new Map<Held, Desk>()
  for (const held of service.workspaces.all()) desks.set(held, await openDesk(held, { service, trust, missed }))
  const deskOf = (name: string) => {
    const held = service.workspaces.get(name)
    return held && desks.get(held)
  }
  await app.register(async scope => {
    await reception(scope, {
      service,
      trust,
      intake: ({ held }) => desks.get(held)?.intake ?? (() => Promise.reject(new Error('the workspace is closed'))),
    })
  })
  // nobody is asked to deliver before there is somebody to answer
  app.addHook('onListen', async () => {
    for (const { keeper } of desks.values()) keeper.start()
  })
  const stopping = new AbortController()
  const judging = new Set<Promise<void>>()
  const deaf = service.hub.listen(event => {
    const desk = deskOf('ref' in event ? event.ref.workspace : event.workspace)
    if (!desk) return
    if (hasChanged(event)) {
      desk.inbox.lookAgain()
      desk.keeper.lookAgain()
    }
    if (!isBySchedule(event)) return
    const judged = judge(desk, event, { missed, service, signal: stopping.signal }).finally(() =>
      judging.delete(judged),
    )
    judging.add(judged)
  })
  return async () => {
    deaf()
    stopping.abort()
    await Promise.all([...judging])
    await Promise.all([...desks.values()].flatMap(it => [it.keeper.stop(), it.inbox.stop()]))
  }
}

interface DeskPorts {
  readonly service: Service
  readonly trust: Trust
  readonly missed: Missed
}

/** Notifications that wait from before: what they tell of was delivered. */
const REMEMBERED = 10_000

async function openDesk(held: Held, { service, trust, missed }: DeskPorts): Promise<Desk> {
  const warn = (message: string) => service.log.warn(message, { workspace: held.name })
  trust.setSubscriptions(held, await subscriptionsOf(held, warn))
  missed.delivered(held, await held.ledger.inbox({ state: 'waiting', limit: REMEMBERED }))
  const inbox = createInboxWorker(service, held)
  const intake = createIntake(held.ledger, (fresh, entries) => {
    missed.delivered(held, entries)
    tellKept(service, held, { fresh, entries })
    inbox.wake()
  })
  return { held, inbox, intake, keeper: createKeeper(service, held, trust) }
}

/** Without them nothing of theirs is believed; the keeper makes anew what cannot be opened. */
async function subscriptionsOf({ ledger }: Held, warn: (message: string) => void): Promise<readonly SubscriptionRow[]> {
  return ledger.subscriptions().catch(thrown => {
    warn(`subscriptions cannot be read: ${toEngineError(thrown).message}`)
    return []
  })
}

interface Kept {
  readonly fresh: readonly InboxRow[]
  readonly entries: readonly InboxEntry[]
}

function tellKept({ hub, clock }: Service, held: Held, { fresh, entries }: Kept): void {
  const at = clock.now()
  for (const { connection, entity, keys } of fresh) {
    note(held, connection, 'accepted', { by: 1, at })
    hub.tell({ is: 'delivered', workspace: held.name, connection, entity, keys: keys.length })
  }
  for (const [connection, all] of Map.groupBy(entries, it => it.connection))
    note(held, connection, 'duplicates', { by: all.length - fresh.filter(it => it.connection === connection).length })
}

const CHANGES: ReadonlySet<ServiceEvent['is']> = new Set(['reloaded', 'paused', 'resumed'])

function hasChanged(event: ServiceEvent): boolean {
  return CHANGES.has(event.is)
}

type Ended = Extract<ServiceEvent, { readonly is: 'ended' }>

function isBySchedule(event: ServiceEvent): event is Ended {
  return (
    event.is === 'ended' &&
    event.wish.is === 'run' &&
    (event.wish.trigger === 'schedule' || event.wish.trigger === 'sweep')
  )
}

/** What a schedule was quicker with than its delivery may still come. */
const GRACE_MS = 10_000

interface JudgePorts {
  readonly missed: Missed
  readonly service: Service
  readonly signal: AbortSignal
}

async function judge(
  { held, keeper }: Desk,
  { report }: Ended,
  { missed, service, signal }: JudgePorts,
): Promise<void> {
  try {
    if (report.counts.written + report.counts.deleted === 0) return
    await service.clock.sleep(GRACE_MS, signal)
    if ((await missed.judge(held, report)) === 0) return
    const connection = held.opened.flows.find(it => it.name === report.flow)?.source.connection
    if (connection !== undefined) keeper.suspect(connection)
  } catch (thrown) {
    if (signal.aborted) return
    service.log.warn('missed deliveries could not be counted', { flow: report.flow, why: String(thrown) })
  }
}
