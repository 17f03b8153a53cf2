import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import type { Fault } from './answers.ts'
import type { DataType, FieldDef } from './fields.ts'
import { type Org, USERS } from './org.ts'
import { isDate, parseTime } from './times.ts'

/** Where a value stands, for the details of a refusal. */
export interface Spot {
  readonly org: Org
  readonly field: FieldDef
  readonly jsonPath: string
  /** External field that may stand for the id of this lookup. */
  readonly externalKey: string | null
}

export type Checked = { readonly is: 'value'; readonly value: Json } | { readonly is: 'fault'; readonly fault: Fault }

const value = (it: Json): Checked => ({ is: 'value', value: it })

export const fault = (code: string, message: string, details: JsonObject): Checked => ({
  is: 'fault',
  fault: { code, message, details },
})

export const at = (spot: Pick<Spot, 'field' | 'jsonPath'>): JsonObject => ({
  api_name: spot.field.apiName,
  json_path: spot.jsonPath,
})

const invalid = (spot: Spot, details: JsonObject = {}) =>
  fault('INVALID_DATA', 'invalid data', { ...details, ...at(spot) })
const expected = (spot: Spot, type: string) => invalid(spot, { expected_data_type: type })

/** One value as the field takes it: its JSON type, its length, its fixed values, its target. `null` clears and is never a fault here. */
export function checkValue(given: Json, spot: Spot): Checked {
  if (given === null) return value(null)
  return CHECKS[spot.field.dataType](given, spot)
}

type Check = (given: Json, spot: Spot) => Checked

const EMAIL = /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+\.[^\s@<>(),;:".]{2,}$/
const WEBSITE = /^(https?:\/\/)?[^\s/.]+(\.[^\s/.]+)+(\/\S*)?$/i

const string =
  (type: string, fits: (text: string) => boolean = () => true): Check =>
  (given, spot) => {
    if (typeof given !== 'string') return expected(spot, type)
    if (given === '') return value(null)
    if (!fits(given)) return expected(spot, type)
    const { length } = spot.field
    return length !== null && given.length > length ? invalid(spot, { maximum_length: length }) : value(given)
  }

const number =
  (type: string, decimals: number): Check =>
  (given, spot) => {
    if (typeof given !== 'number' || (decimals === 0 && !Number.isInteger(given))) return expected(spot, type)
    const { length } = spot.field
    if (length !== null && String(Math.trunc(Math.abs(given))).length > length)
      return invalid(spot, { maximum_length: length })
    return value(round(given, decimals))
  }

// rounding_option "normal" of the metadata: half up, away from zero
export function round(amount: number, decimals: number): number {
  const factor = 10 ** decimals
  const scaled = Number((Math.abs(amount) * factor).toPrecision(15))
  return (Math.sign(amount) * Math.round(scaled)) / factor || 0
}

const bigint: Check = (given, spot) => {
  const digits = typeof given === 'number' && Number.isSafeInteger(given) ? String(given) : given
  if (typeof digits !== 'string' || !/^-?\d+$/.test(digits)) return expected(spot, 'bigint')
  const { length } = spot.field
  return length !== null && digits.length > length ? invalid(spot, { maximum_length: length }) : value(digits)
}

const picklist: Check = (given, spot) => {
  const checked = string('text')(given, spot)
  if (checked.is === 'fault' || checked.value === null || !spot.org.knobs.strictPicklists) return checked
  const known = spot.field.values.map(it => it.actual)
  return known.includes(String(checked.value)) ? checked : invalid(spot, { supported_values: known })
}

const multiselect: Check = (given, spot) => {
  if (!Array.isArray(given)) return expected(spot, 'jsonarray')
  const checks = given.map(it => (it === null ? expected(spot, 'text') : picklist(it, spot)))
  return checks.find(it => it.is === 'fault') ?? value(given)
}

const objectOf = (given: Json): JsonObject | undefined =>
  typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as JsonObject) : undefined

const lookup: Check = (given, spot) => {
  const reference = objectOf(given)
  if (!reference) return expected(spot, 'jsonobject')
  const target = spot.field.target ?? ''
  const byKey = spot.externalKey === null ? undefined : reference[spot.externalKey]
  // with the header an external value wins over an id in the same lookup (4.3)
  if (spot.externalKey !== null && byKey !== undefined && byKey !== null) {
    const [found] = spot.org.store(target).having(spot.externalKey, byKey)
    return found ? value({ id: found.id }) : invalidKey(spot, spot.externalKey)
  }
  const id = reference['id']
  if (id === undefined || id === null) return missingId(spot)
  return typeof id === 'string' && spot.org.store(target).records.has(id) ? value({ id }) : invalidId(spot)
}

const invalidKey = (spot: Spot, key: string) =>
  fault('INVALID_DATA', 'the external value given seems to be invalid', {
    api_name: key,
    json_path: `${spot.jsonPath}.${key}`,
  })

const invalidId = (spot: Spot) =>
  fault('INVALID_DATA', 'the id given seems to be invalid', { api_name: 'id', json_path: `${spot.jsonPath}.id` })

const missingId = (spot: Spot) =>
  fault('EXPECTED_FIELD_MISSING', 'the lookup names no record', {
    expected_fields: [{ api_name: 'id', json_path: `${spot.jsonPath}.id` }],
    ...at(spot),
  })

const owner: Check = (given, spot) => {
  const reference = objectOf(given)
  if (!reference) return expected(spot, 'jsonobject')
  const user = USERS.find(it => it.id === reference['id'])
  return user ? value({ id: user.id }) : reference['id'] === undefined ? missingId(spot) : invalidId(spot)
}

/** An array of objects, each known by one text property; the others are the system's. */
const named =
  (property: string): Check =>
  (given, spot) => {
    const names = Array.isArray(given) ? given.map(it => objectOf(it)?.[property]) : undefined
    if (!names?.every(it => typeof it === 'string')) return expected(spot, 'jsonarray')
    return value(names.map(name => ({ [property]: String(name) })))
  }

const datetime: Check = (given, spot) => {
  const time = typeof given === 'string' ? parseTime(given) : undefined
  return time === undefined ? expected(spot, 'datetime') : value(spot.org.print(time))
}

const computed: Check = (_given, spot) => invalid(spot)

const CHECKS: Record<DataType, Check> = {
  text: string('text'),
  textarea: string('text'),
  email: string('email', it => EMAIL.test(it)),
  phone: string('phone'),
  website: string('website', it => WEBSITE.test(it)),
  picklist,
  multiselectpicklist: multiselect,
  integer: number('integer', 0),
  bigint,
  double: number('double', 9),
  currency: number('double', 2),
  percent: number('double', 2),
  boolean: (given, spot) => (typeof given === 'boolean' ? value(given) : expected(spot, 'boolean')),
  date: (given, spot) => (typeof given === 'string' && isDate(given) ? value(given) : expected(spot, 'date')),
  datetime,
  lookup,
  ownerlookup: owner,
  autonumber: computed,
  formula: computed,
  // rows are checked in line-items.ts, which knows the rows that are there already
  subform: (given, spot) => (Array.isArray(given) ? value(given) : expected(spot, 'jsonarray')),
  tags: named('name'),
  // the label, such as "VAT - 19.0 %" (2.2)
  taxes: named('value'),
}
