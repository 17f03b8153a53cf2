import type { Ledger } from '../core/ledger.ts'
import type { Pause } from '../core/operations.ts'
import type { FlowPlan } from '../core/plan.ts'
import type { OpenWorkspace } from '../host/index.ts'

/** A workspace that the service holds. Its files may change while it does: `opened` is always what counts now. */
export interface Held {
  readonly name: string
  /** When its files were first read, by the clock of the file system. */
  readonly readAt: number
  readonly ledger: Ledger
  opened: OpenWorkspace
  /** By subject: `flow:<name>`, `connection:<name>`. As in the ledger. */
  readonly pauses: Map<string, Pause>
}

/** Why this flow does not run by itself: it is paused, or one of its connections is. */
export function pauseOf({ pauses, opened }: Held, flow: string): Pause | undefined {
  const own = pauses.get(`flow:${flow}`)
  const plan = opened.flows.find(it => it.name === flow)
  if (own || !plan) return own
  return connectionsOfFlow(plan)
    .map(it => pauses.get(`connection:${it}`))
    .find(it => it !== undefined)
}

export function connectionsOfFlow({ source, enrich, steps }: FlowPlan): readonly string[] {
  return [...new Set([source.connection, ...enrich.map(it => it.connection), ...steps.map(it => it.sink.connection)])]
}
