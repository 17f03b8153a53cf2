import { EngineError, type Field, type FoundRecord, isEngineError } from '../../engine/sdk/index.ts'
import type { ZohoClient } from './client.ts'
import { columnsOf } from './columns.ts'
import { inChunks, objectOf } from './json.ts'
import type { Module, Row } from './module.ts'
import { readByIds, readSingle, rowsOf } from './rows.ts'

/** Values per `in` (fact sheet 3.4). */
const VALUES_PER_QUERY = 50
const ROWS_PER_QUERY = 200
const NO_COQL = 'coql-not-permitted'
const NO_COQL_MS = 60 * 60_000

export interface FindWish {
  readonly field: string
  readonly values: readonly string[]
  readonly select: readonly string[] | 'all'
}

/** Records that hold one of these values now. By id through the list call; by another field through COQL; without its scope, through the external-id field. */
export async function findRows(client: ZohoClient, module: Module, wish: FindWish): Promise<Row[]> {
  const columns = columnsOf(module, wish.select)
  const values = [...new Set(wish.values)].filter(value => value !== '')
  if (wish.field === 'id') return readByIds(client, module, { ids: values, columns })
  if ((await client.context.facts.get(NO_COQL)) === true) return oneByOne(client, module, wish.field, values)
  try {
    const direct = plainColumns(module, wish)
    const found = await lookUp(client, module, { ...wish, values, direct })
    if (direct) return distinct(found)
    const ids = found.map(row => row.id)
    return readByIds(client, module, { ids, columns })
  } catch (thrown) {
    if (!isEngineError(thrown) || thrown.code !== 'ZOHO_OAUTH_SCOPE_MISMATCH') throw thrown
    await client.context.facts.set(NO_COQL, true, NO_COQL_MS)
    client.context.log.warn('COQL is not permitted: records are looked up one by one', { scope: 'ZohoCRM.coql.READ' })
    return oneByOne(client, module, wish.field, values)
  }
}

export async function findRecords(client: ZohoClient, module: Module, wish: FindWish): Promise<FoundRecord[]> {
  const rows = await findRows(client, module, wish)
  return rows.map(row => ({ sinkKey: row.id, version: row.version, fields: row.fields }))
}

/** COQL gives lookups without their names and no lists: then it is asked for ids only, and the list call for the rest. */
function plainColumns(module: Module, wish: FindWish): readonly string[] | undefined {
  const wanted = wish.select === 'all' ? Object.keys(module.fields) : wish.select
  const isPlain = wanted.every(path => !path.includes('.') && isPlainType(module.fields[path]?.type))
  const names = [...new Set([wish.field, ...wanted, 'Modified_Time'])].filter(name => name !== 'id')
  return isPlain && names.length <= 50 ? names : undefined
}

// an undeclared field is a custom one, in general a text
const isPlainType = (type: Field['type'] | undefined) =>
  type !== 'object' && type !== 'list' && type !== 'strings' && type !== 'any'

type Query = FindWish & { readonly direct: readonly string[] | undefined }

/** How a quote is written inside a literal is not documented: both ways are tried, and what comes back is checked. */
const QUOTINGS: readonly ((value: string) => string)[] = [
  value => value.replaceAll('\\', '\\\\').replaceAll("'", "\\'"),
  value => value.replaceAll("'", "''"),
]
const isPlainValue = (value: string) => !/['"\\]/.test(value)

async function lookUp(client: ZohoClient, module: Module, wish: Query): Promise<Row[]> {
  const plain = wish.values.filter(isPlainValue)
  const quoted = wish.values.filter(value => !isPlainValue(value))
  const found = await Promise.all([
    ...inChunks(plain, VALUES_PER_QUERY).map(values => query(client, module, { ...wish, values }, value => value)),
    ...quoted.map(value => lookUpQuoted(client, module, { ...wish, values: [value] })),
  ])
  return found.flat()
}

async function lookUpQuoted(client: ZohoClient, module: Module, wish: Query): Promise<Row[]> {
  const wanted = wish.values.map(value => value.toLowerCase())
  let wasUnderstood = false
  for (const quote of QUOTINGS)
    try {
      const rows = await query(client, module, wish, quote)
      const found = rows.filter(row => wanted.includes(String(row.fields[wish.field]).toLowerCase()))
      if (found.length > 0) return found
      wasUnderstood = true
    } catch (thrown) {
      if (!isEngineError(thrown) || thrown.code !== 'ZOHO_SYNTAX_ERROR') throw thrown
    }
  return wasUnderstood ? [] : oneByOne(client, module, wish.field, wish.values)
}

async function query(
  client: ZohoClient,
  module: Module,
  wish: Query,
  quote: (value: string) => string,
): Promise<Row[]> {
  const rows: Row[] = []
  const names = (wish.direct ?? [wish.field, 'Modified_Time']).map(identifier)
  const type = module.fields[wish.field]?.type
  const list = wish.values.map(value => literal(value, type, quote)).join(', ')
  const select = `select ${names.join(', ')} from ${identifier(module.name)} where ${identifier(wish.field)} in (${list})`
  for (let offset = 0; ; offset += ROWS_PER_QUERY) {
    const reply = await client.call({
      method: 'POST',
      path: 'coql',
      label: `coql ${module.name}`,
      body: { select_query: `${select} order by id limit ${ROWS_PER_QUERY} offset ${offset}` },
      expect: 'data',
      effect: 'none',
    })
    rows.push(...rowsOf(reply.body, `coql ${module.name}`))
    if (objectOf(reply.body?.['info'])['more_records'] !== true) return rows
  }
}

/** Names come from flow files: nothing but a name may enter the query. */
function identifier(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?$/.test(name)) return name
  throw new EngineError({
    kind: 'configuration',
    code: 'ZOHO_FIELD_NAME',
    message: `"${name}" cannot be the API name of a field or module`,
    remedy: 'Use the API name that "ml-connector describe" shows.',
  })
}

function literal(value: string, type: Field['type'] | undefined, quote: (value: string) => string): string {
  const isNumber = (type === 'number' || type === 'integer') && /^-?\d+(\.\d+)?$/.test(value)
  return isNumber ? value : `'${quote(value)}'`
}

async function oneByOne(client: ZohoClient, module: Module, field: string, values: readonly string[]): Promise<Row[]> {
  try {
    const found = await Promise.all(values.map(value => readSingle(client, module, { value, externalField: field })))
    return distinct(found.flat())
  } catch (thrown) {
    if (!isEngineError(thrown, 'contract')) throw thrown
    throw new EngineError({
      kind: 'auth',
      code: 'ZOHO_LOOK_UP_NOT_PERMITTED',
      message: `${module.name} cannot be looked up by ${field}: the token lacks ZohoCRM.coql.READ, and ${field} is not an external-id field`,
      remedy: 'Make a refresh token with the scope ZohoCRM.coql.READ, or give the field the external-id property.',
      cause: thrown,
    })
  }
}

const distinct = (rows: readonly Row[]): Row[] => [...new Map(rows.map(row => [row.id, row])).values()]
