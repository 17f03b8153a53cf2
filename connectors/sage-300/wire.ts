import {
  type DataRecord,
  type Field,
  type Fields,
  fingerprint,
  type Json,
  type JsonObject,
} from '../../engine/sdk/index.ts'
import { strange } from './errors.ts'
import { isList, isObject, textOf } from './json.ts'
import { MAINTAINED, type Sage300Object } from './object.ts'

/** An entry as Sage 300 answered it, without annotations, blanks at the end of texts, and empty values. */
export interface Row {
  readonly key: string
  /** `YYYY-MM-DD` of the last change; undefined where the resource has none, or none is set. */
  readonly day: string | undefined
  /** Hash of all that was read: two changes of one day show in it, and nowhere else. */
  readonly look: string
  readonly fields: JsonObject
}

export function toRow(raw: JsonObject, object: Sage300Object): Row {
  const fields = plainRecord(raw, object.fields)
  const value = fields[object.key]
  const key = typeof value === 'number' ? String(value) : textOf(value)
  if (key === undefined)
    throw strange('SAGE300_RECORD_SHAPE', `${object.name}: a record came without its ${object.key}`)
  const day = object.changes.by === 'day' ? textOf(fields[MAINTAINED]) : undefined
  return { key, day, look: fingerprint(fields).slice(0, 12), fields }
}

/** The version is the day and the hash of what was read: the day alone would be the same after a second change. */
export const toRecord = ({ key, day, look, fields }: Row): DataRecord => ({
  key,
  change: 'upsert',
  version: day === undefined ? look : `${day}.${look}`,
  fields,
})

/** About the entry and not of it, on entries and details (fact sheet 5, `UpdateOperation`). */
const isOfTheProtocol = (name: string) => name.startsWith('@') || name.includes('@odata.') || name === 'UpdateOperation'

export function plainRecord(raw: JsonObject, fields: Fields = {}): JsonObject {
  const kept: [string, Json][] = []
  for (const [name, value] of Object.entries(raw)) {
    if (isOfTheProtocol(name)) continue
    const plain = plainOf(value, Object.hasOwn(fields, name) ? fields[name] : undefined)
    if (plain !== undefined) kept.push([name, plain])
  }
  return Object.fromEntries(kept)
}

function plainOf(value: Json, field: Field | undefined): Json | undefined {
  if (isList(value)) {
    const rows = value.filter(isObject).map(it => plainRecord(it, field?.fields))
    return rows.length > 0 ? rows : undefined
  }
  if (isObject(value)) {
    const inner = plainRecord(value, field?.fields)
    return Object.keys(inner).length > 0 ? inner : undefined
  }
  if (value === null) return undefined
  if (field?.type === 'id') return String(value)
  if (typeof value !== 'string') return value
  // a calendar date with a midnight that means nothing: never moved through a time zone (fact sheet 4, "Dates")
  if (field?.type === 'date') return /^\d{4}-\d\d-\d\d/.exec(value)?.[0] ?? textOf(value)
  return textOf(value)
}
