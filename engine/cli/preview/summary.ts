import { claimed, type LookedAtRecord, type Preview, type Would } from '../../run/index.ts'
import { type Here, showPlace } from '../show/place.ts'

export interface ShownRecord extends Omit<LookedAtRecord, 'would' | 'source' | 'mapped'> {
  readonly would: Would
}

/** A preview that claims no more than is known, with counts. */
export interface ShownPreview extends Omit<Preview, 'records'> {
  readonly records: readonly ShownRecord[]
  readonly counts: Readonly<Partial<Record<Would, number>>>
}

export function summarise(preview: Preview, here: Here): ShownPreview {
  const records = preview.records.map(it => shownRecord(it, preview, here))
  const counts: Partial<Record<Would, number>> = {}
  for (const { would } of records) counts[would] = (counts[would] ?? 0) + 1
  return { ...preview, records, counts }
}

/** Without the record itself. */
export function shownRecord(record: LookedAtRecord, preview: Pick<Preview, 'targetUnread'>, here: Here): ShownRecord {
  const { source: _source, mapped: _mapped, ...it } = record
  return {
    ...it,
    would: claimed(it.would, preview),
    differences: it.differences.map(field => ({ ...field, place: showPlace(field.place, here) })),
  }
}

/** In the reader's words. */
export const WOULD_WORDS: Readonly<Record<Would, string>> = {
  create: 'create',
  update: 'update',
  same: 'unchanged',
  filter: 'filtered',
  reject: 'would be rejected',
  park: 'would wait',
  delete: 'delete',
  unknown: 'mapped, target unread',
}

/** `3 create, 2 update`: what there is none of is not mentioned. */
export function inWords(counts: ShownPreview['counts']): string {
  const words = Object.entries(WOULD_WORDS).flatMap(([would, word]) => {
    const n = counts[would as Would] ?? 0
    return n > 0 ? [`${n} ${word}`] : []
  })
  return words.length > 0 ? words.join(', ') : 'nothing to read'
}

/** Flows of one step call it nothing, or main: that says nothing to a reader. */
export const isNamed = (step: string) => step !== '' && step !== 'main'
