import type { OpenFlow } from '../context.ts'
import { keySpanAt, spanAt } from '../read/tree.ts'
import type { ResolvedEnd } from './ends.ts'
import type { ResolvedFlow } from './resolve-flow.ts'

/** Refuses a flow whose source's cursor contract leaves a way to lose something; notes what costs more than it seems. */
export function checkSource(flow: OpenFlow, ends: ResolvedFlow): void {
  const sources = ends.source ?? []
  const path = ['source', 'entity']
  const inFull = sources.filter(isReadInFull).map(it => it.entityName)
  if (inFull.length > 0)
    flow.context.reporter.report(flow.source, spanAt(flow.tree, path), {
      code: 'FLOW_FULL_READS',
      message: `${inFull.join(', ')}: read in full by every run, there is no change time to continue from`,
      remedy: 'Choose a cadence that the source can bear.',
    })
  checkDeletions(flow, sources)
  if (flow.file.listen) checkListen(flow, sources)
}

function isReadInFull({ entity }: ResolvedEnd): boolean {
  return entity.read !== undefined && !entity.read.modes.includes('incremental')
}

function checkDeletions(flow: OpenFlow, sources: readonly ResolvedEnd[]): void {
  const { onDelete = 'ignore', schedule } = flow.file
  if (onDelete === 'ignore' || schedule?.sweep !== undefined) return
  // a full read sees what has gone, each time
  const blind = sources.filter(it => it.entity.read?.cursor.deletes === 'sweep' && !isReadInFull(it))
  if (blind.length === 0) return
  flow.context.reporter.report(flow.source, keySpanAt(flow.tree, ['onDelete']), {
    code: 'FLOW_DELETES_UNSEEN',
    message: `${blind.map(it => it.entityName).join(', ')}: the source does not tell what was deleted, so onDelete would never act`,
    remedy: 'Add a full read: schedule: { …, sweep: "0 3 * * 0" }. Or write onDelete: ignore.',
  })
}

/** The keys that an event tells are read again through this flow: so it is its own entities that it listens to. */
function checkListen(flow: OpenFlow, sources: readonly ResolvedEnd[]): void {
  const [source] = sources
  if (!source) return
  const { webhook, name } = source.connector
  if (!webhook) {
    flow.context.reporter.report(flow.source, keySpanAt(flow.tree, ['listen']), {
      code: 'FLOW_CANNOT_LISTEN',
      message: `${name} sends no push events`,
      remedy: 'Remove listen; the schedule finds every change.',
    })
    return
  }
  const told = webhook.entities
  const valid = sources.map(it => it.entityName).filter(it => told === undefined || told.includes(it))
  for (const [at, event] of (flow.file.listen?.events ?? []).entries()) {
    if (valid.includes(event)) continue
    flow.context.reporter.report(flow.source, spanAt(flow.tree, ['listen', 'events', at]), {
      code: 'FLOW_LISTEN_ENTITY',
      message: `"${event}" is not an entity that this flow reads and ${name} tells of`,
      remedy: valid.length > 0 ? `Write ${valid.join(', ')}.` : 'Remove listen; the schedule finds every change.',
    })
  }
}
