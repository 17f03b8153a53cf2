import type { Field, Fields } from '../../../engine/sdk/index.ts'
import { CHANGED, MADE } from '../object.ts'

type More = Omit<Field, 'type'>

/** Lengths are the larger ones of the releases seen (fact sheet 5). */
export const text = (title: string, maxLength: number, more: More = {}): Field => ({
  type: 'string',
  title,
  maxLength,
  ...more,
})

/** Amounts and quantities stay decimal text: money is never a binary fraction. */
export const amount = (title: string, decimals = 2, more: More = {}): Field => ({
  type: 'decimal',
  title,
  decimals,
  ...more,
})

/** Calendar dates, without a zone. */
export const day = (title: string, more: More = {}): Field => ({ type: 'date', title, ...more })

/** One character, Y or N: anything else is refused (fact sheet 10.9). */
export const flag = (title: string, more: More = {}): Field => ({ type: 'string', title, values: ['Y', 'N'], ...more })

/** Codes that the sheet lists; a release may have more. */
export const choice = (title: string, values: string, more: More = {}): Field => ({
  type: 'string',
  title,
  values: values.split('|'),
  ...more,
})

export const lines = (title: string, fields: Fields): Field => ({ type: 'list', title, fields })

/** Set by Sage 100. */
export const READ: More = { readOnly: true }

/** `AddressLine1` … `AddressLine3`. */
export const series = (prefix: string, from: number, to: number, field: (n: number) => Field): Fields =>
  Object.fromEntries(Array.from({ length: to - from + 1 }, (_, at) => [`${prefix}${from + at}`, field(from + at)]))

export const PLACE: Fields = {
  ...series('AddressLine', 1, 3, n => text(`Address line ${n}`, 40)),
  City: text('City', 30),
  State: text('State', 2),
  ZipCode: text('Zip code', 10),
  CountryCode: text('Country', 3),
}

/** Fact sheet 4.1; UTC, worked out of the server's local time. */
export const AUDIT: Fields = {
  [MADE]: { type: 'datetime', title: 'Created', readOnly: true },
  UserCreatedKey: text('Created by', 10, READ),
  [CHANGED]: { type: 'datetime', title: 'Changed', readOnly: true },
  UserUpdatedKey: text('Changed by', 10, READ),
}
