import {
  type DataRecord,
  EngineError,
  type Fields,
  fingerprint,
  type Json,
  type JsonObject,
} from '../../engine/sdk/index.ts'
import { idOf, isList, isObject, textOf } from './json.ts'

/** What reader, look-up and writer need to know of one kind of record. */
export interface Resource {
  /** Path and key of its lists: `organizations`. */
  readonly name: 'organizations' | 'users' | 'tickets'
  /** Key of a single one: `organization`. */
  readonly one: 'organization' | 'user' | 'ticket'
  readonly fields: Fields
  /** The object that holds the account's own fields by key, and where they are defined; tickets hold them otherwise. */
  readonly custom?: 'organization_fields' | 'user_fields'
  /** Zendesk still shows it in some answers, but it is deleted. */
  isGone(raw: JsonObject): boolean
}

/** A record as Zendesk answered it, cleaned: ids as text, without empty values. */
export interface Row {
  readonly id: string
  /** Time of the last change that Zendesk itself orders exports by, where the answer tells it; else of the last edit. */
  readonly version: string
  /** The same in whole seconds since 1970. */
  readonly seconds: number
  /** Changes with any change of the answer. */
  readonly print: string
  readonly isGone: boolean
  readonly fields: JsonObject
}

export function toRow(resource: Resource, raw: JsonObject, where: string): Row {
  const id = idOf(raw['id'])
  const seconds = secondsOf(raw)
  if (id === undefined || seconds === undefined)
    throw new EngineError({
      kind: 'contract',
      code: 'ZENDESK_RECORD_SHAPE',
      message: `${where}: a record came without ${id === undefined ? 'a readable id' : 'a readable updated_at'}`,
      remedy: 'Report this with the name of the entity: nothing was skipped, the run stopped here.',
    })
  return {
    id,
    version: new Date(seconds * 1_000).toISOString(),
    seconds,
    print: fingerprint(raw).slice(0, 12),
    isGone: resource.isGone(raw),
    fields: cleanRecord(resource, raw),
  }
}

/**
 * The export goes by `generated_timestamp`; `updated_at` stays behind when the system itself changes a ticket (fact sheet 2.3), so that a version
 * made of it would hide the change.
 */
function secondsOf(raw: JsonObject): number | undefined {
  const { generated_timestamp: generated } = raw
  if (typeof generated === 'number' && Number.isSafeInteger(generated)) return generated
  const at = Date.parse(textOf(raw['updated_at']) ?? '')
  return Number.isNaN(at) ? undefined : Math.floor(at / 1_000)
}

export const toRecord = (row: Row): DataRecord => ({
  key: row.id,
  change: 'upsert',
  version: row.version,
  fields: row.fields,
})

/** What a deleted or scrubbed record still holds must not overwrite what is known of it: the key alone (fact sheet 3.3). */
export const toDeletion = (row: Row): DataRecord => ({
  key: row.id,
  change: 'delete',
  version: row.version,
  fields: { id: row.id },
})

/** Always given, whatever is selected. */
const ALWAYS = new Set(['id', 'external_id', 'updated_at', 'generated_timestamp'])

/** Only what the flow reads: a page of a thousand tickets is large. */
export function pick(fields: JsonObject, select: readonly string[] | 'all'): JsonObject {
  if (select === 'all') return fields
  const roots = new Set(select.map(path => path.split('.')[0] ?? path))
  return Object.fromEntries(Object.entries(fields).filter(([name]) => roots.has(name) || ALWAYS.has(name)))
}

// `fields` of a ticket repeats `custom_fields` (fact sheet 2.3)
const REPEATED = new Set(['fields'])

function cleanRecord(resource: Resource, raw: JsonObject): JsonObject {
  const kept: [string, Json][] = []
  for (const [name, value] of Object.entries(raw)) {
    if (isEmpty(value) || REPEATED.has(name)) continue
    kept.push([name, name === resource.custom && isObject(value) ? cleanCustom(value) : cleanValue(name, value)])
  }
  return Object.fromEntries(kept)
}

const isEmpty = (value: Json) => value === null || value === ''

/** The account's own fields keep their values as they are, whatever their keys look like. */
function cleanCustom(values: JsonObject): JsonObject {
  const kept = Object.entries(values).filter(([, value]) => !isEmpty(value))
  return Object.fromEntries(kept.map(([name, value]) => [name, typeof value === 'string' ? toDate(value) : value]))
}

/** Date fields come back as midnight with `+00:00`, a form that nothing else has (fact sheet 2.1). */
const toDate = (value: string) => (/^\d{4}-\d\d-\d\dT00:00:00\+00:00$/.test(value) ? value.slice(0, 10) : value)

function cleanValue(name: string, value: Json): Json {
  if (typeof value === 'number' && /(^|_)ids?$/.test(name)) return String(value)
  if (isList(value)) return value.filter(it => !isEmpty(it)).map(it => cleanValue(name, it))
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([, it]) => !isEmpty(it))
  return Object.fromEntries(kept.map(([inner, it]) => [inner, cleanValue(inner, it)]))
}

/** The other way: ids go back as numbers, as long as a number holds them (fact sheet 2). */
export function toWire(resource: Resource, fields: JsonObject): JsonObject {
  const { id: _own, ...rest } = fields
  return Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name, resource.fields[name]?.type === 'id' ? toNumber(value) : value]),
  )
}

function toNumber(value: Json): Json {
  const id = typeof value === 'string' ? idOf(value) : undefined
  return id !== undefined && Number.isSafeInteger(Number(id)) ? Number(id) : value
}
