import type { FoundRecord } from '../sdk/connector.ts'
import { findByMatch } from './stages/plan.ts'
import type { Draft, OpenStep } from './types.ts'

export type Current = (draft: Draft) => FoundRecord | undefined

/** What the target holds now for these planned drafts: found by the external key, or by the id that the ledger knows. */
export async function readTarget(step: OpenStep, drafts: readonly Draft[]): Promise<Current> {
  const open = drafts.filter(draft => !draft.item.ended && draft.planned)
  const fields = [...new Set(open.flatMap(draft => Object.keys(draft.fields)))]
  const values = open.flatMap(draft => (draft.planned?.matchValue == null ? [] : [draft.planned.matchValue]))
  const byMatch = await findByMatch(step, values, fields)
  const ids = open.flatMap(draft =>
    draft.planned?.matchValue == null && draft.planned?.sinkKey ? [draft.planned.sinkKey] : [],
  )
  const byId =
    ids.length > 0
      ? await step.connection.find(step.plan.sink.entity, { field: 'id', values: ids, select: fields })
      : []
  return draft => {
    const value = draft.planned?.matchValue
    return value == null ? byId.find(it => it.sinkKey === draft.planned?.sinkKey) : byMatch(value)[0]
  }
}
