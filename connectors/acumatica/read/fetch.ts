import { fingerprint, isEngineError, type JsonObject } from '../../../engine/sdk/index.ts'
import type { AcumaticaClient, Reply } from '../client.ts'
import { type Columns, columnsOf } from '../columns.ts'
import { strange } from '../errors.ts'
import { byKeys } from '../filter.ts'
import { objectOf, objectsOf } from '../json.ts'
import type { AcumaticaObject } from '../object.ts'
import { type Row, toRow } from '../wire.ts'

/** What stays the same over all pages of a read. */
export interface Ground {
  readonly client: AcumaticaClient
  readonly object: AcumaticaObject
  /** The change field in the pinned version, if it has one. */
  readonly modified: string | undefined
  readonly columns: Columns
}

export interface ListQuery {
  readonly filter: string | undefined
  readonly top: number
}

export interface Listed {
  readonly rows: readonly Row[]
  /** Rows that the list had: fewer than asked for means that it is at its end. */
  readonly listedCount: number
  /** Where the list stood, whether or not that record could still be read. */
  readonly last: Row | undefined
  readonly serverTime: string | undefined
}

const REMEMBERED_MS = 12 * 60 * 60_000
const NOT_OPTIMISABLE = 'ACUMATICA_NOT_OPTIMISABLE'

/**
 * One list call. Where a field cannot be read in lists, keys are listed and each record is read by itself, which asks nothing of the
 * optimiser (fact sheet 5.4); that is remembered for the same choice of fields.
 */
export async function fetchRows(ground: Ground, query: ListQuery): Promise<Listed> {
  const { client, object, columns } = ground
  const { facts, log } = client.context
  const fact = client.factName(`one-by-one:${object.name}:${fingerprint({ ...columns })}`)
  if ((await facts.get(fact)) === true) return oneByOne(ground, query)
  try {
    return rowsOf(ground, await list(ground, query, columns), query.top)
  } catch (thrown) {
    if (!isEngineError(thrown) || thrown.code !== NOT_OPTIMISABLE) throw thrown
    log.warn('Acumatica cannot list these fields: records are read one by one', {
      entity: object.name,
      said: thrown.said ?? '',
    })
    await facts.set(fact, true, REMEMBERED_MS)
    return oneByOne(ground, query)
  }
}

/** Which records fit: keys and change times only. */
export async function fetchKeys(ground: Ground, query: ListQuery): Promise<readonly Row[]> {
  return rowsOf(ground, await list(ground, query, keyColumns(ground)), query.top).rows
}

const keyColumns = ({ object, modified }: Ground): Columns => columnsOf(object, [], modified)

function list({ client, object }: Ground, { filter, top }: ListQuery, columns: Columns): Promise<Reply> {
  return client.call({
    method: 'GET',
    path: object.name,
    query: {
      ...columns,
      ...(filter === undefined ? {} : { $filter: filter }),
      $top: String(top),
    },
    label: `list ${object.name}`,
    expect: 'list',
    effect: 'none',
  })
}

function rowsOf({ object, modified }: Ground, reply: Reply, top: number): Listed {
  const raws = objectsOf(reply.body)
  // a server that ignores $top ignores $filter too, perhaps: nothing of it is believed
  if (raws.length > top) throw strange('ACUMATICA_PAGING', `${object.name}: a page has more records than asked for`)
  const rows = raws.map(raw => toRow(raw, object, modified))
  if (new Set(rows.map(row => row.key)).size < rows.length)
    throw strange('ACUMATICA_PAGING', `${object.name}: a page has the same record twice`)
  return { rows, listedCount: rows.length, last: rows.at(-1), serverTime: reply.serverTime }
}

async function oneByOne(ground: Ground, query: ListQuery): Promise<Listed> {
  const listed = rowsOf(ground, await list(ground, query, keyColumns(ground)), query.top)
  const rows = await Promise.all(listed.rows.map(row => readOne(ground, row)))
  return { ...listed, rows: rows.filter(row => row !== undefined) }
}

/** Characters that every web server lets through in a path; a key with others is addressed by id (fact sheet 4.3). */
const PLAIN_KEY = /^[\w#]([\w .#-]*[\w#])?$/

async function readOne(ground: Ground, listed: Row): Promise<Row | undefined> {
  const { client, object, columns, modified } = ground
  const isPlain = listed.keys.every(it => PLAIN_KEY.test(it))
  const segments = isPlain ? listed.keys.map(encodeURIComponent) : [listed.id]
  try {
    const reply = await client.call({
      method: 'GET',
      path: [object.name, ...segments].join('/'),
      query: columns,
      label: `read ${object.name}`,
      expect: 'record',
      effect: 'none',
    })
    const row = toRow(objectOf(reply.body), object, modified)
    if (row.key !== listed.key) throw strange('ACUMATICA_RECORD_SHAPE', `${object.name}: another record than asked for`)
    return row
  } catch (thrown) {
    if (!isEngineError(thrown) || thrown.code !== 'ACUMATICA_RECORD_MISSING') throw thrown
    await refuseIfListed(ground, listed.key)
    return undefined
  }
}

/** "No entity" for a record that lists still show would be a silent gap. */
async function refuseIfListed(ground: Ground, key: string): Promise<void> {
  const reply = await list(ground, { filter: byKeys(ground.object, [key]), top: 1 }, keyColumns(ground))
  const still: readonly JsonObject[] = objectsOf(reply.body)
  if (still.length > 0)
    throw strange('ACUMATICA_RECORD_UNREADABLE', `${ground.object.name}: a record is listed but cannot be read`)
}
