import type { OpenFlow } from '../context.ts'
import { checkSource } from './deletions.ts'
import { type CheckedSite, checkExpressions } from './expressions.ts'
import { checkNames } from './names.ts'
import type { ResolvedFlow } from './resolve-flow.ts'
import { checkSchedule } from './schedule.ts'
import { checkSinks } from './sinks.ts'

/** Everything that can be known without a record and without a call. Yields what was found out about the expressions. */
export function validateFlow(flow: OpenFlow, ends: ResolvedFlow): readonly CheckedSite[] {
  checkNames(flow, ends)
  checkSource(flow, ends)
  checkSchedule(flow)
  const checked = checkExpressions(flow, ends)
  checkSinks(flow, ends, checked)
  return checked
}
