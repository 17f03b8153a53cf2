import { EngineError, type Field, type Fields, type Json, type JsonObject } from '../../engine/sdk/index.ts'
import { isList, isObject } from './json.ts'
import type { WritableObject } from './object.ts'

/**
 * Fields are applied in the order of the body, and each may set others after it (fact sheet 5): key, group and customer first, then what they
 * would overwrite, details last. Throws a `record` error for what Sage 300 would cut off or pass over without a word.
 */
export function bodyOf(object: WritableObject, given: JsonObject): JsonObject {
  const { fields, order, lineOrder = {} } = object
  const inOrder = sorted(given, order)
  const isDetail = ([, value]: readonly [string, Json]) => isList(value)
  return Object.fromEntries(
    [...inOrder.filter(it => !isDetail(it)), ...inOrder.filter(isDetail)].map(([name, value]) => {
      const field = fieldIn(fields, name)
      check(object, { name, field, value })
      if (!isList(value)) return [name, plain(value, field)]
      const rows = value.map(row => lineOf(object, { name, row, order: lineOrder[name] ?? [], fields: field?.fields }))
      return [name, rows]
    }),
  )
}

const fieldIn = (fields: Fields | undefined, name: string): Field | undefined =>
  fields && Object.hasOwn(fields, name) ? fields[name] : undefined

function sorted(given: JsonObject, order: readonly string[]): readonly (readonly [string, Json])[] {
  const place = ([name]: readonly [string, Json]) => (order.includes(name) ? order.indexOf(name) : order.length)
  return Object.entries(given).sort((a, b) => place(a) - place(b))
}

interface Line {
  readonly name: string
  readonly row: Json
  readonly order: readonly string[]
  readonly fields: Fields | undefined
}

function lineOf(object: WritableObject, { name, row, order, fields }: Line): Json {
  if (!isObject(row)) return row
  const entries = sorted(withOverride(row), order).map(([inner, value]) => {
    const field = fieldIn(fields, inner)
    check(object, { name: `${name}.${inner}`, field, value })
    return [inner, plain(value, field)] as const
  })
  return Object.fromEntries(entries)
}

const PRICES = ['OrderUnitPrice', 'PricingUnitPrice']

/** A price without `PriceOverride` may give way to the price list without a word: who sends a price means it. */
function withOverride(row: JsonObject): JsonObject {
  const hasPrice = PRICES.some(name => row[name] !== undefined && row[name] !== null)
  return hasPrice && row['PriceOverride'] === undefined ? { ...row, PriceOverride: true } : row
}

/** An empty text is how Sage 300 spells nothing; numbers that came as text go as numbers. */
function plain(value: Json, field: Field | undefined): Json {
  if (value === null && field?.type === 'string' && !field.values) return ''
  if (field?.type === 'date' && typeof value === 'string') return value.slice(0, 10)
  return value
}

function check(
  object: WritableObject,
  it: { readonly name: string; readonly field: Field | undefined; readonly value: Json },
): void {
  const { name, field, value } = it
  if (field?.readOnly)
    throw refusal('SAGE300_FIELD_READ_ONLY', `${object.name}: ${name} is set by Sage 300 itself`, {
      field: name,
      remedy: 'Take it out of the mapping: Sage 300 would pass over it without a word.',
    })
  const { maxLength } = field ?? {}
  if (typeof value === 'string' && maxLength !== undefined && value.trimEnd().length > maxLength)
    throw refusal(
      'SAGE300_TEXT_TOO_LONG',
      `${object.name}: ${name} has ${value.trimEnd().length} characters, and room for ${maxLength}`,
      {
        field: name,
        remedy: 'Shorten it in the mapping ($substring), or correct it at its source; then replay.',
      },
    )
}

export const refusal = (
  code: string,
  message: string,
  { field, remedy }: { readonly field: string; readonly remedy: string },
): EngineError => new EngineError({ kind: 'record', code, message, field, remedy })
