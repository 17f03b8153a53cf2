import { type FoundRecord, packed } from '../../engine/sdk/index.ts'
import type { AcumaticaClient } from './client.ts'
import { columnsOf } from './columns.ts'
import { byKeys, byValues } from './filter.ts'
import { type AcumaticaObject, modifiedOf } from './object.ts'
import { nextStep, startOf } from './read/along-keys.ts'
import type { Position } from './read/cursor.ts'
import { MOST_PER_PAGE } from './read/walk.ts'
import type { Row } from './wire.ts'

export interface FindWish {
  readonly field: string
  readonly values: readonly string[]
  readonly select: readonly string[] | 'all'
}

/** Web servers refuse long addresses: this many characters of filter, as they go over the wire, and this many values. */
const MOST_FILTER = 700
const MOST_VALUES = 40

/** Records that hold one of these values now, in pages. `id` means the natural key. */
export async function* findRows(
  client: AcumaticaClient,
  object: AcumaticaObject,
  { field, values, select }: FindWish,
): AsyncGenerator<readonly Row[]> {
  const modified = modifiedOf(object, client.context.settings)
  const isKey = field === 'id' || field === object.key
  const given = new Set<string>()
  const filterOf = (chunk: readonly string[]) => (isKey ? byKeys(object, chunk) : byValues(object, field, chunk))
  for (const chunk of inFilters(
    [...new Set(values)].filter(it => it !== ''),
    filterOf,
  )) {
    const columns = columnsOf(object, [...(select === 'all' ? [] : [...select, ...(isKey ? [] : [field])])], modified)
    const ground = {
      client,
      object,
      modified,
      columns: select === 'all' ? columnsOf(object, 'all', modified) : columns,
    }
    const path = { ground, window: filterOf(chunk), pageSize: MOST_PER_PAGE, full: false, began: undefined }
    for (let at: Position | undefined = await startOf(ground); at !== undefined; ) {
      const step: Awaited<ReturnType<typeof nextStep>> = await nextStep(path, at)
      // two spellings of one value find the same record
      const fresh = step.rows.filter(row => !given.has(row.key))
      for (const row of fresh) given.add(row.key)
      if (fresh.length > 0) yield fresh
      at = step.next
    }
  }
}

/** As many values a call as its address can take; values that no record can hold cost none. */
function inFilters(
  values: readonly string[],
  filterOf: (values: readonly string[]) => string | undefined,
): readonly (readonly string[])[] {
  const terms = values.flatMap(value => {
    const own = filterOf([value])
    return own === undefined ? [] : [{ value, size: encodeURIComponent(`${own} or `).length }]
  })
  const chunks = packed(terms, it => it.size, { most: MOST_VALUES, room: MOST_FILTER })
  return chunks.map(chunk => chunk.map(it => it.value))
}

export async function findRecords(
  client: AcumaticaClient,
  object: AcumaticaObject,
  wish: FindWish,
): Promise<FoundRecord[]> {
  const found: FoundRecord[] = []
  for await (const rows of findRows(client, object, wish))
    found.push(
      ...rows.map(row => ({
        sinkKey: row.key,
        ...(row.version === undefined ? {} : { version: row.version }),
        fields: row.fields,
      })),
    )
  return found
}
