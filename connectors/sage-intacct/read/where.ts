/** Records by value: enrichment, follow-up, replay, look-up before a write. At most 1000 values a call (sheet 8). */
import type { Page } from '../../../engine/sdk/index.ts'
import { allOf, compare, isIn } from './query.ts'
import type { Row } from './record.ts'
import { checkProgress, type Ground, isBefore, readRows } from './walk.ts'

export const MAX_VALUES = 1000

/** Rows whose `field` holds one of `values`, page by page. */
export async function* rowsWhere(
  ground: Ground,
  field: string,
  values: readonly string[],
): AsyncGenerator<readonly Row[]> {
  const distinct = [...new Set(values)].filter(value => value !== '')
  for (let start = 0; start < distinct.length; start += MAX_VALUES) {
    const within = isIn(field, distinct.slice(start, start + MAX_VALUES))
    let after: string | undefined
    for (;;) {
      const filter = after === undefined ? within : allOf(within, compare('greaterthan', 'RECORDNO', after))
      const { rows, remaining } = await readRows(ground, { filter, orderBy: ['RECORDNO'] })
      yield rows
      const last = rows.at(-1)
      if (remaining === 0 || !last) break
      checkProgress(ground, after === undefined || isBefore(after, last.recordNo))
      after = last.recordNo
    }
  }
}

/** Pages without a cursor: what was asked for is all that there is. */
export async function* pagesWhere(ground: Ground, field: string, values: readonly string[]): AsyncGenerator<Page> {
  let isEmpty = true
  for await (const rows of rowsWhere(ground, field, values)) {
    isEmpty = false
    yield { records: rows.map(row => row.record), next: {} }
  }
  if (isEmpty) yield { records: [], next: {} }
}
