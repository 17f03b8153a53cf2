import { EngineError, type JsonObject } from '../../engine/sdk/index.ts'
import type { ZohoClient } from './client.ts'
import type { Columns } from './columns.ts'
import { inChunks, objectsOf } from './json.ts'
import { toDeclaredSpelling } from './lines.ts'
import { type Module, type Row, toRow } from './module.ts'

/** Ids per call of the `ids` parameter. */
export const IDS_PER_CALL = 100

const isId = (value: string) => /^\d{1,19}$/.test(value)

/** The records with these ids, in no order; those that are gone are absent. Values that cannot be ids are not asked for. */
export async function readByIds(
  client: ZohoClient,
  module: Module,
  wish: { readonly ids: readonly string[]; readonly columns: Columns },
): Promise<Row[]> {
  const ids = [...new Set(wish.ids)].filter(isId)
  if (wish.columns.withLines) return readSingles(client, module, ids)
  const chunks = await Promise.all(
    inChunks(ids, IDS_PER_CALL).map(async chunk => {
      const groups = await Promise.all(wish.columns.groups.map(fields => listByIds(client, module, chunk, fields)))
      return join(groups)
    }),
  )
  return chunks.flat()
}

/** Adds what did not fit into the list call, and whole records where line items are wanted. A record that is gone by now is left out: its deletion is reported as such. */
export async function complete(
  client: ZohoClient,
  module: Module,
  wish: { readonly rows: readonly Row[]; readonly columns: Columns },
): Promise<Row[]> {
  const { rows, columns } = wish
  const ids = rows.map(row => row.id)
  if (columns.withLines) return inOrder(rows, await readSingles(client, module, ids))
  const [, ...rest] = columns.groups
  if (rest.length === 0 || rows.length === 0) return [...rows]
  const more = await readByIds(client, module, { ids, columns: { groups: rest, withLines: false } })
  return inOrder(rows, join([rows, more]))
}

/** One call each; the client bounds how many are in flight. */
async function readSingles(client: ZohoClient, module: Module, ids: readonly string[]): Promise<Row[]> {
  const found = await Promise.all(ids.map(id => readSingle(client, module, { value: id })))
  return found.flat()
}

/** By Zoho's id, or by the value of an external-id field (fact sheet 3.3, 4.3). Empty when there is none. */
export async function readSingle(
  client: ZohoClient,
  module: Module,
  by: { readonly value: string; readonly externalField?: string },
): Promise<Row[]> {
  const label = `${module.name}/${by.externalField === undefined ? '{id}' : '{external}'}`
  const reply = await client.call({
    method: 'GET',
    // encodes `/` too: an external value may hold one
    path: `${module.name}/${encodeURIComponent(by.value)}`,
    ...(by.externalField === undefined ? {} : { headers: { 'x-external': `${module.name}.${by.externalField}` } }),
    label,
    expect: 'data',
    effect: 'none',
  })
  return rowsOf(reply.body, label).map(row => toDeclaredSpelling(module, row))
}

async function listByIds(
  client: ZohoClient,
  module: Module,
  ids: readonly string[],
  fields: readonly string[],
): Promise<Row[]> {
  const query = { ids: ids.join(','), fields: fields.join(','), per_page: '200' }
  const reply = await client.call({ method: 'GET', path: module.name, query, expect: 'data', effect: 'none' })
  const rows = rowsOf(reply.body, module.name)
  const asked = new Set(ids)
  const stranger = rows.find(row => !asked.has(row.id))
  if (stranger)
    throw new EngineError({
      kind: 'contract',
      code: 'ZOHO_RECORD_SHAPE',
      message: `${module.name}: asked for ${ids.length} ids, Zoho answered with record ${stranger.id} as well`,
      remedy: 'Report this with the name of the module: nothing was skipped, the run stopped here.',
    })
  return rows
}

export const rowsOf = (body: JsonObject | undefined, where: string): Row[] =>
  objectsOf(body?.['data']).map(raw => toRow(raw, where))

/** Groups of columns joined by id; a record that is missing from one of them is gone. The oldest version stands: a later change is read again. */
function join(groups: readonly (readonly Row[])[]): Row[] {
  const [first = [], ...rest] = groups
  const others = rest.map(group => new Map(group.map(row => [row.id, row])))
  return first.flatMap(row => {
    let fields = row.fields
    for (const group of others) {
      const more = group.get(row.id)
      if (!more) return []
      fields = { ...more.fields, ...fields }
    }
    return [{ ...row, fields }]
  })
}

function inOrder(rows: readonly Row[], found: readonly Row[]): Row[] {
  const byId = new Map(found.map(row => [row.id, row]))
  return rows.flatMap(row => byId.get(row.id) ?? [])
}
