import {
  type DataRecord,
  type Field,
  type Fields,
  fingerprint,
  isList,
  isObject,
  type Json,
  type JsonObject,
  textOf,
} from '../../engine/sdk/index.ts'
import { strange } from './errors.ts'
import { keyOf } from './keys.ts'
import { CHANGED, KEY, MADE, type Sage100Object, STAMP_COLUMNS } from './object.ts'
import { changedIn, dayOf, isoOf, type Stamp, stampIn } from './stamp.ts'

/** A record as it was read, over whichever path: texts without blanks at their end, no empty values. */
export interface Row {
  readonly key: string
  /** Last change in the server's local time, '' where Sage 100 does not know it. */
  readonly stamp: Stamp
  /** Hash of all that was read: changes that leave the stamps alone show in it (fact sheet 4.1). */
  readonly look: string
  readonly fields: JsonObject
}

/** The stamp alone would be the same after an import that does not touch it. */
export const toRecord = ({ key, stamp, look, fields }: Row): DataRecord => ({
  key,
  change: 'upsert',
  version: `${stamp}.${look}`,
  fields,
})

const CUSTOMER_OF = 'customerKey'
const HIDDEN = new Set<string>([KEY, ...STAMP_COLUMNS])

/** A record of the agent: numbers are decimal texts, dates `YYYYMMDD` (fact sheet 7). */
export function agentRow(object: Sage100Object, item: JsonObject, timeZone: string): Row {
  const parts = object.keyColumns.map(name => textOf(item[name])?.trimEnd() ?? '')
  const made = isoOf(stampIn(item, 'DateCreated', 'TimeCreated'), timeZone)
  const changed = isoOf(stampIn(item, 'DateUpdated', 'TimeUpdated'), timeZone)
  const columns = Object.fromEntries(Object.entries(item).filter(([name]) => !HIDDEN.has(name)))
  const moments = { ...(made ? { [MADE]: made } : {}), ...(changed ? { [CHANGED]: changed } : {}) }
  return rowOf(object, { parts, stamp: changedIn(item), columns, moments })
}

export interface Parts {
  readonly parts: readonly string[]
  readonly stamp: Stamp
  readonly columns: JsonObject
  readonly moments: JsonObject
}

export function rowOf(object: Sage100Object, { parts, stamp, columns, moments }: Parts): Row {
  if (parts.some(it => it === ''))
    throw strange('SAGE100_RECORD_SHAPE', `${object.name}: a record came without its ${object.keyColumns.join(', ')}`)
  const key = keyOf(object, parts)
  const fields = { ...plainFields(columns, object.fields), ...moments, ...namesOf(object, { key, columns }) }
  return { key, stamp, look: fingerprint({ ...fields, stamp }).slice(0, 12), fields }
}

/** The natural key where it is no column, and that of the customer that the record belongs to. */
function namesOf(
  object: Sage100Object,
  { key, columns }: { readonly key: string; readonly columns: JsonObject },
): JsonObject {
  const { ARDivisionNo: division, CustomerNo: number } = columns
  const isOfCustomer = CUSTOMER_OF in object.fields && textOf(division) !== undefined && textOf(number) !== undefined
  return {
    ...(object.key === KEY ? { [KEY]: key } : {}),
    ...(isOfCustomer ? { [CUSTOMER_OF]: `${division}-${String(number).trimEnd()}` } : {}),
  }
}

export function plainFields(columns: JsonObject, fields: Fields = {}): JsonObject {
  const kept = Object.entries(columns).flatMap(([name, value]): [string, Json][] => {
    const plain = plainOf(value, Object.hasOwn(fields, name) ? fields[name] : undefined)
    return plain === undefined ? [] : [[name, plain]]
  })
  return Object.fromEntries(kept)
}

function plainOf(value: Json, field: Field | undefined): Json | undefined {
  if (isList(value)) {
    const rows = value.filter(isObject).map(it => plainFields(it, field?.fields))
    return rows.length > 0 ? rows : undefined
  }
  if (value === null || isObject(value)) return undefined
  const text = String(value).trimEnd()
  if (text === '') return undefined
  if (field?.type === 'date') return dateOf(text)
  return field?.type === 'decimal' ? decimalOf(text) : text
}

function dateOf(text: string): string | undefined {
  const day = dayOf(text)
  return day === '' ? undefined : `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`
}

/** One spelling, whatever path and release: else the same amount would look changed. `-0.50`, `007.10`, `.5` are `-0.5`, `7.1`, `0.5`. */
export function decimalOf(text: string): string {
  const [, sign = '', whole = '', rest = ''] = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  if (whole === '' && rest === '' && !/\d/.test(text)) return text
  if (!/^[+-]?\d*\.?\d*$/.test(text)) return text
  const digits = `${whole === '' ? '0' : whole}${rest === '' ? '' : `.${rest}`}`
  return sign === '-' && digits !== '0' ? `-${digits}` : digits
}
