import { type DataRecord, type FindRequest, type FoundRecord, inChunks } from '../../engine/sdk/index.ts'
import { getRow } from './agent.ts'
import type { Sage100Client } from './client.ts'
import { selection } from './columns.ts'
import { knownKeysOnly } from './errors.ts'
import { partsOf } from './keys.ts'
import type { Sage100Object } from './object.ts'
import { walkPages } from './read/walk.ts'
import { agentRow, type Row, toRecord } from './row.ts'
import { getSoapRow, hasAll } from './soap-rows.ts'

/** Keys that are asked for before a page is given. */
const KEYS_PER_PAGE = 50
const ROWS_PER_PAGE = 500

/** Records that hold one of these values now, in pages. `id` means the key. */
export async function* findRows(
  client: Sage100Client,
  object: Sage100Object,
  request: FindRequest,
): AsyncGenerator<readonly DataRecord[]> {
  const isByKey = request.field === 'id' || request.field === object.key
  yield* isByKey ? byKey(client, object, request) : byLooking(client, object, request)
}

/** One call a key, over the web services where they know the entity (fact sheet 1), else over the agent. */
async function* byKey(
  client: Sage100Client,
  object: Sage100Object,
  { values, select }: FindRequest,
): AsyncGenerator<readonly DataRecord[]> {
  const keys = [...new Set(values)].flatMap(value => {
    const parts = partsOf(object, value)
    return parts === undefined ? [] : [parts]
  })
  if (keys.length === 0) return
  const get = await wayToGet(client, object, select)
  for (const chunk of inChunks(keys, KEYS_PER_PAGE)) {
    const rows = await Promise.all(chunk.map(get))
    const found = rows.filter(row => row !== undefined)
    if (found.length > 0) yield found.map(toRecord)
  }
}

type Get = (parts: readonly string[]) => Promise<Row | undefined>

async function wayToGet(client: Sage100Client, object: Sage100Object, select: FindRequest['select']): Promise<Get> {
  const { soap } = object
  const isSoap = client.soap !== undefined && soap !== undefined
  if (isSoap && (client.agent === undefined || (await hasAll(client, object, select))))
    return parts => getSoapRow(client, { ...object, soap }, parts)
  if (client.agent === undefined) throw knownKeysOnly(`${object.name}, which only an agent knows`)
  const query = selection(object, select)
  const { timeZone } = client.context.settings
  return async parts => {
    const item = await getRow(client, object, { parts, query })
    return item && agentRow(object, item, timeZone)
  }
}

/** No index helps over there: every record is looked at (fact sheet 4.1). */
async function* byLooking(
  client: Sage100Client,
  object: Sage100Object,
  { field, values, select }: FindRequest,
): AsyncGenerator<readonly DataRecord[]> {
  if (client.agent === undefined) throw knownKeysOnly(`${object.name} by ${field}`)
  const wanted = new Set(values.filter(it => it !== ''))
  if (wanted.size === 0) return
  const columns = select === 'all' ? 'all' : [...select, field]
  const ground = { client, object, selection: selection(object, columns) }
  const given = new Map<string, string | undefined>()
  for await (const { records } of walkPages(ground, { pageSize: ROWS_PER_PAGE })) {
    const fitting = records.filter(
      it => wanted.has(String(it.fields[field] ?? '')) && (!given.has(it.key) || given.get(it.key) !== it.version),
    )
    for (const it of fitting) given.set(it.key, it.version)
    if (fitting.length > 0) yield fitting
  }
}

/** Without a version: a hash of what one read chose to see cannot be compared with that of another. */
export async function findRecords(
  client: Sage100Client,
  object: Sage100Object,
  request: FindRequest,
): Promise<readonly FoundRecord[]> {
  const found = new Map<string, FoundRecord>()
  for await (const records of findRows(client, object, request))
    for (const { key, fields } of records) found.set(key, { sinkKey: key, fields })
  return [...found.values()]
}
