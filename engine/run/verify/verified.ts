import type { FlowPlan } from '../../core/plan.ts'
import type { Verification, VerifyTally } from '../../core/verification.ts'
import { NO_TALLY, plus } from './verifying.ts'

/** How far a flow as a whole is verified. */
export interface VerifiedFlow {
  /** Of the source entity that is least far. */
  readonly until: string
  /** Run that ended the walk of the entity with most differences left: its lines of the audit trail name them. */
  readonly runId: string
  /** What the last walk of each entity found. */
  readonly tally: VerifyTally
}

/** Null when some source entity was never compared to its end. */
export function verifiedOf({ name, source }: FlowPlan, held: readonly Verification[]): VerifiedFlow | null {
  const own = source.entities.map(entity => held.find(it => it.flow === name && it.entity === entity)?.verified)
  const known = own.filter(it => it !== undefined && it !== null)
  const [until] = known.map(it => it.until).sort()
  const [worst] = known.toSorted((one, other) => other.tally.left - one.tally.left)
  if (until === undefined || !worst || known.length < own.length) return null
  return { until, runId: worst.runId, tally: known.reduce((sum, it) => plus(sum, it.tally), NO_TALLY) }
}
