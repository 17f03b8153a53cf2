import type { DataRecord, Field, Fields, Json, JsonObject } from '../../engine/sdk/index.ts'
import { strange } from './errors.ts'
import { isList, isObject, textOf } from './json.ts'
import type { AcumaticaObject } from './object.ts'

/** Values are wrapped on the wire, `{ "value": x }`, and plain everywhere else (fact sheet 3). */

/** A record as Acumatica answered it, unwrapped: without system keys and empty values. */
export interface Row {
  readonly key: string
  /** Values of the key fields, as printed. */
  readonly keys: readonly string[]
  /** For addressing a record that was just listed; whether it lasts is not documented. */
  readonly id: string
  /** The change time as ISO UTC; undefined where this version of the endpoint has none. */
  readonly version: string | undefined
  readonly fields: JsonObject
}

/** Bare, or about the row and not of it. `note` is a field of its own kind that flows do not read. */
const SYSTEM = new Set(['id', 'rowNumber', 'note', 'error', 'delete', 'files', 'custom', '_links', '_workflowActions'])

export function toRow(raw: JsonObject, object: AcumaticaObject, modified: string | undefined): Row {
  const fields = unwrapRecord(raw, object.fields)
  const keys = object.keys.map(name => keyText(fields[name]))
  const id = textOf(raw['id'])
  if (id === undefined || keys.includes(undefined))
    throw strange('ACUMATICA_RECORD_SHAPE', `${object.name}: a record came without its id or its key`)
  const version = modified === undefined ? undefined : toUtc(wrappedIn(raw[modified]))
  if (modified !== undefined && version === undefined)
    throw strange('ACUMATICA_RECORD_SHAPE', `${object.name}: a record came without a readable ${modified}`)
  const own = keys.map(it => it ?? '')
  const key = own.join('/')
  return { key, keys: own, id, version, fields: object.keys.length > 1 ? { ...fields, [object.key]: key } : fields }
}

export const toRecord = (row: Row): DataRecord => ({
  key: row.key,
  change: 'upsert',
  ...(row.version === undefined ? {} : { version: row.version }),
  fields: row.fields,
})

const keyText = (value: Json | undefined): string | undefined =>
  typeof value === 'number' ? String(value) : textOf(value)

/** Times may come with any offset; kept and compared in UTC only (fact sheet 3). */
export function toUtc(time: Json | undefined): string | undefined {
  const text = textOf(time)
  // one without an offset would be read in the zone of this machine
  if (text === undefined || !/(Z|[+-]\d\d:?\d\d)$/i.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

const wrappedIn = (field: Json | undefined): Json | undefined => (isObject(field) ? field['value'] : undefined)

/** Absent means nothing: `{}`, null and '' are left out, and so are objects and rows in which nothing is left. */
export function unwrapRecord(raw: JsonObject, fields: Fields = {}): JsonObject {
  const kept: [string, Json][] = []
  for (const [name, value] of Object.entries(raw)) {
    if (SYSTEM.has(name)) continue
    const plain = unwrap(value, Object.hasOwn(fields, name) ? fields[name] : undefined)
    if (plain !== undefined) kept.push([name, plain])
  }
  return Object.fromEntries(kept)
}

function unwrap(value: Json, field: Field | undefined): Json | undefined {
  if (isList(value)) {
    const rows = value.filter(isObject).map(it => unwrapRecord(it, field?.fields))
    return rows.length > 0 ? rows : undefined
  }
  if (!isObject(value)) return undefined
  if ('value' in value) return plainOf(value['value'] ?? null, field?.type)
  const inner = unwrapRecord(value, field?.fields)
  return Object.keys(inner).length > 0 ? inner : undefined
}

function plainOf(value: Json, type: Field['type'] | undefined): Json | undefined {
  if (value === null || value === '') return undefined
  if (typeof value !== 'string') return value
  // a calendar date is printed as a midnight with an offset: the day is what it says (fact sheet 3)
  if (type === 'date') return /^\d{4}-\d\d-\d\d/.exec(value)?.[0] ?? value
  return type === 'datetime' ? (toUtc(value) ?? value) : value
}

/** Plain fields as they are written; null empties a field. Lists are not written: a row without its id would be appended again (fact sheet 6.1). */
export function wrapRecord(plain: JsonObject, fields: Fields = {}): JsonObject {
  const entries = Object.entries(plain).map(([name, value]): [string, Json] => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (isObject(value)) return [name, wrapRecord(value, field?.fields)]
    const isDay = field?.type === 'date' && typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)
    return [name, { value: isDay ? `${value}T00:00:00+00:00` : value }]
  })
  return Object.fromEntries(entries)
}
