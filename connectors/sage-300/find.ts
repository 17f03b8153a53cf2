import { type FindRequest, type FoundRecord, packed } from '../../engine/sdk/index.ts'
import type { Sage300Client } from './client.ts'
import { columnsOf } from './columns.ts'
import { compare } from './filter.ts'
import type { Sage300Object } from './object.ts'
import { nextStep, type Step, startOf } from './read/along-keys.ts'
import type { Position } from './read/cursor.ts'
import { DEFAULTS } from './settings.ts'
import type { Row } from './wire.ts'

/** The query of a call must stay below 2,048 characters (fact sheet 7): so many values, and so many characters as they go over the wire. */
const MOST_VALUES = 15
const MOST_FILTER = 600

/** Records that hold one of these values now, in pages. `id` means the key. */
export async function* findRows(
  client: Sage300Client,
  object: Sage300Object,
  { field, values, select }: FindRequest,
): AsyncGenerator<readonly Row[]> {
  const name = field === 'id' ? object.key : field
  const columns = columnsOf(object, select === 'all' ? 'all' : [...select, name])
  const pageSize = client.context.settings.pageSize ?? DEFAULTS.pageSize
  const given = new Set<string>()
  for (const window of inFilters(termsOf(object, name, values))) {
    const path = { ground: { client, object, select: columns, window }, pageSize }
    for (let at: Position | undefined = await startOf(path.ground); at !== undefined; ) {
      const step: Step = await nextStep(path, at)
      const fresh = step.rows.filter(row => !given.has(row.key))
      for (const row of fresh) given.add(row.key)
      if (fresh.length > 0) yield fresh
      at = step.next
    }
  }
}

/** One comparison a value; values that no record can hold cost nothing. */
const termsOf = (object: Sage300Object, name: string, values: readonly string[]): readonly string[] =>
  [...new Set(values)].flatMap(value => (value.trimEnd() === '' ? [] : (compare(object, name, 'eq', value) ?? [])))

const inFilters = (terms: readonly string[]): readonly (readonly string[])[] =>
  packed(terms, term => encodeURIComponent(`${term} or `).length, { most: MOST_VALUES, room: MOST_FILTER })

/** Without a version: a hash of what one read chose to see cannot be compared with that of another. */
export async function findRecords(
  client: Sage300Client,
  object: Sage300Object,
  wish: FindRequest,
): Promise<FoundRecord[]> {
  const found: FoundRecord[] = []
  for await (const rows of findRows(client, object, wish))
    found.push(...rows.map(({ key, fields }) => ({ sinkKey: key, fields })))
  return found
}
