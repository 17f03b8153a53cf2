import type { OpenFlow } from '../context.ts'
import { checkSource } from './deletions.ts'
import { checkExpressions } from './expressions.ts'
import { checkNames } from './names.ts'
import type { ResolvedFlow } from './resolve-flow.ts'
import { checkSchedule } from './schedule.ts'
import { checkSinks } from './sinks.ts'

/** Everything that can be known without a record and without a call. */
export function validateFlow(flow: OpenFlow, ends: ResolvedFlow): void {
  checkNames(flow, ends)
  checkSource(flow, ends)
  checkSchedule(flow)
  // without its fields, nothing can be said about what the expressions read
  const checked = checkExpressions(flow, ends)
  checkSinks(flow, ends, checked)
}
