import { type DataRecord, EngineError, type Fields, type Json, type JsonObject } from '../../engine/sdk/index.ts'
import { isList, isObject, textOf } from './json.ts'

/** What reader and writer need to know of a module. */
export interface Module {
  readonly name: string
  readonly fields: Fields
  /** The field that holds line items, which only single reads give whole (fact sheet 3.1). */
  readonly lines: string | undefined
}

/** A record as Zoho answered it, cleaned: without `$` keys and empty values. */
export interface Row {
  readonly id: string
  /** `Modified_Time` as ISO UTC: the record's version. */
  readonly version: string
  readonly fields: JsonObject
}

/** Zoho prints times with the user's offset, which moves with daylight saving; compared and kept in UTC only (fact sheet 2). */
export function toUtc(time: Json | undefined): string | undefined {
  const at = Date.parse(textOf(time) ?? '')
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

export function toRow(raw: JsonObject, where: string): Row {
  const id = textOf(raw['id'])
  const version = toUtc(raw['Modified_Time'])
  if (id === undefined || version === undefined)
    throw new EngineError({
      kind: 'contract',
      code: 'ZOHO_RECORD_SHAPE',
      message: `${where}: a record came without ${id === undefined ? 'its id' : 'a readable Modified_Time'}`,
      remedy: 'Report this with the name of the module: nothing was skipped, the run stopped here.',
    })
  return { id, version, fields: cleanObject(raw) }
}

/** No `$`-prefixed system keys, no empty values: absent means nothing (fact sheet 2). */
function cleanObject(raw: JsonObject): JsonObject {
  const kept: [string, Json][] = []
  for (const [name, value] of Object.entries(raw))
    if (!name.startsWith('$') && value !== null && value !== '') kept.push([name, clean(value)])
  return Object.fromEntries(kept)
}

function clean(value: Json): Json {
  if (isList(value)) return value.map(clean)
  return isObject(value) ? cleanObject(value) : value
}

export const toRecord = (row: Row): DataRecord => ({
  key: row.id,
  change: 'upsert',
  version: row.version,
  fields: row.fields,
})

/** As Zoho wants times in headers and queries: whole seconds with an offset (fact sheet 3.2). */
export const toZohoTime = (utc: string): string => utc.replace(/(\.\d+)?Z$/, '+00:00')
