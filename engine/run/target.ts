import type { FoundRecord } from '../sdk/connector.ts'
import { findByMatch } from './stages/plan.ts'
import type { Draft, OpenStep } from './types.ts'

/** What the target holds for a draft: nothing, its record, or its record and others that share its external key. */
export type Current = (draft: Draft) => readonly FoundRecord[]

/**
 * What the target holds now for these planned drafts: found by the external key, or by the id that the ledger knows. Of several with one key
 * the one that the ledger knows comes first; one that has lost its key is still known by its id.
 */
export async function readTarget(step: OpenStep, drafts: readonly Draft[]): Promise<Current> {
  const open = drafts.filter(draft => !draft.item.ended && draft.planned)
  const fields = [...new Set(open.flatMap(draft => Object.keys(draft.fields)))]
  const values = open.flatMap(draft => (draft.planned?.matchValue == null ? [] : [draft.planned.matchValue]))
  const found = await findByMatch(step, values, fields)
  const byMatch = (draft: Draft) => (draft.planned?.matchValue == null ? [] : found(draft.planned.matchValue))
  const ids = open.flatMap(draft =>
    draft.planned?.sinkKey !== undefined && byMatch(draft).length === 0 ? [draft.planned.sinkKey] : [],
  )
  const held = ids.length > 0 ? await findById(step, ids, fields) : []
  const byId = new Map(held.map(it => [it.sinkKey, it]))
  return draft => {
    const sinkKey = draft.planned?.sinkKey
    const those = byMatch(draft)
    const own = those.filter(it => it.sinkKey === sinkKey)
    if (those.length > 0) return [...own, ...those.filter(it => !own.includes(it))]
    const known = byId.get(sinkKey ?? '')
    return known ? [known] : []
  }
}

/** Records by the target's own ids. */
export function findById(
  step: OpenStep,
  ids: readonly string[],
  select: readonly string[],
): Promise<readonly FoundRecord[]> {
  return step.connection.find(step.plan.sink.entity, { field: 'id', values: [...new Set(ids)], select })
}
