import type { Evaluated, Scope } from '../../core/expression.ts'
import type { Run } from '../run.ts'
import type { Item } from '../types.ts'

export function scopeOf(item: Item): Scope {
  return { record: item.record.fields, variables: item.variables }
}

/** Ends the records that the flow does not want. A filter that fails is a dead letter, never a silent drop. */
export async function filter(run: Run, items: readonly Item[]): Promise<void> {
  if (!run.plan.filter) return
  const open = items.filter(item => !item.ended && item.record.change === 'upsert')
  const answers = await run.plan.filter.evaluate(open.map(scopeOf))
  open.forEach((item, index) => {
    const answer = answers[index]
    if (!answer) return
    if (!answer.ok) item.ended = { is: 'dead', step: 'filter', failure: answer.failure }
    else if (!isTruthy(answer)) item.ended = { is: 'filtered', did: 'filter' }
  })
}

/** JSONata's `$boolean`: nothing, null, '', 0, empty arrays (also of falsy members) and empty objects are false. */
export function isTruthy(answer: Extract<Evaluated, { ok: true }>): boolean {
  return truthy(answer.value)
}

function truthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(truthy)
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return Boolean(value)
}
