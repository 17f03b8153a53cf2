import type { Preview, PreviewedRecord } from '../../run/index.ts'

/** `unknown`: the target could not be read, so nothing is claimed about what would change. */
export type Would = PreviewedRecord['would'] | 'unknown'

export interface Shown extends Omit<PreviewedRecord, 'would'> {
  readonly would: Would
}

export interface Summary {
  readonly records: readonly Shown[]
  readonly counts: Readonly<Partial<Record<Would, number>>>
}

const CLAIMS: readonly Would[] = ['create', 'update', 'same']

/** What may be said of each record, and how many of each there are. */
export function summarise({ records, targetUnread }: Preview): Summary {
  const shown = records.map(
    (it): Shown => ({ ...it, would: targetUnread && CLAIMS.includes(it.would) ? 'unknown' : it.would }),
  )
  const counts: Partial<Record<Would, number>> = {}
  for (const { would } of shown) counts[would] = (counts[would] ?? 0) + 1
  return { records: shown, counts }
}

/** In the reader's words, the counted ones only. */
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

export function inWords(counts: Summary['counts']): string {
  const words = Object.entries(WOULD_WORDS).flatMap(([would, word]) => {
    const n = counts[would as Would] ?? 0
    return n > 0 ? [`${n} ${word}`] : []
  })
  return words.length > 0 ? words.join(', ') : 'nothing to read'
}
