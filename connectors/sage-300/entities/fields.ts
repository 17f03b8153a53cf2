import type { Field, Fields } from '../../../engine/sdk/index.ts'

type More = Omit<Field, 'type'>

export const text = (title: string, maxLength: number, more: More = {}): Field => ({
  type: 'string',
  title,
  maxLength,
  ...more,
})

const of =
  (type: Field['type']) =>
  (title: string, more: More = {}): Field => ({ type, title, ...more })

export const amount = of('number')
export const whole = of('integer')
export const flag = of('boolean')
/** A calendar date; its midnight on the wire means nothing (fact sheet 4, "Dates"). */
export const day = of('date')
/** Digits, beyond 2^53. */
export const digits = of('id')

/** CamelCase words on the wire. Values that the sheet lists; a release may have more. */
export const choice = (title: string, values: string, more: More = {}): Field => ({
  type: 'string',
  title,
  values: values.split('|'),
  ...more,
})

export const lines = (title: string, fields: Fields, more: More = {}): Field => ({
  type: 'list',
  title,
  fields,
  ...more,
})

/** Set by the system; not to be written. */
export const READ: More = { readOnly: true }

/** `AddressLine1` … `AddressLine4`. */
export const series = (prefix: string, count: number, field: (n: number) => Field): Fields =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${prefix}${at + 1}`, field(at + 1)]))

export const OPTIONAL_VALUES: Fields = {
  OptionalField: text('Optional field', 12),
  Value: text('Value', 60),
}

/** Common to vendors and customers (fact sheet 3). */
export const ADDRESS: Fields = {
  ...series('AddressLine', 4, n => text(`Address line ${n}`, 60)),
  City: text('City', 30),
  StateProvince: text('State or province', 30),
  ZipPostalCode: text('Zip or postal code', 20),
  Country: text('Country', 30),
}

/** `Email` and `PhoneNumber` are the company's, `Contacts…` the contact's (fact sheet 8.5). */
export const REACH: Fields = {
  ContactName: text('Contact', 60),
  PhoneNumber: text('Phone', 30),
  FaxNumber: text('Fax', 30),
  Email: text('Email', 50),
  WebSite: text('Web site', 100),
  ContactsPhone: text('Phone of the contact', 30),
  ContactsFax: text('Fax of the contact', 30),
  ContactsEmail: text('Email of the contact', 50),
}

export const MAINTENANCE: Fields = {
  InactiveDate: day('Inactive since', READ),
  DateLastMaintained: day('Last maintained', READ),
}
