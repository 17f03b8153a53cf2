import type { Field, Fields } from '../../../engine/sdk/index.ts'

type More = Omit<Field, 'type'>
const of =
  (type: Field['type']) =>
  (title: string, more: More = {}): Field => ({ type, title, ...more })

export const text = of('string')
export const amount = of('number')
export const whole = of('integer')
export const flag = of('boolean')
export const day = of('date')

export const linked = (title: string, fields: Fields): Field => ({ type: 'object', title, fields })

/** A detail list. Read only: a row that is written without its id is appended again by each repeat (fact sheet 6.1). */
export const lines = (title: string, fields: Fields): Field => ({ type: 'list', title, readOnly: true, fields })

/** When Acumatica last saved the record. Under which name differs by entity and version (fact sheet 4.1). */
export const changed = (title: string): Field => ({ type: 'datetime', title, readOnly: true })

export const made = changed

const ADDRESS: Fields = {
  AddressLine1: text('Address line 1'),
  AddressLine2: text('Address line 2'),
  City: text('City'),
  State: text('State'),
  PostalCode: text('Postal code'),
  Country: text('Country'),
  Validated: flag('Validated', { readOnly: true }),
}

/** Fact sheet 4.2. */
export const CONTACT: Fields = {
  Email: text('Email'),
  Phone1: text('Phone 1'),
  Phone1Type: text('Type of phone 1'),
  Phone2: text('Phone 2'),
  Phone3: text('Phone 3'),
  Fax: text('Fax'),
  WebSite: text('Web'),
  Attention: text('Attention'),
  FirstName: text('First name'),
  LastName: text('Last name'),
  DisplayName: text('Display name', { readOnly: true }),
  CompanyName: text('Company name'),
  FullName: text('Full name'),
  JobTitle: text('Job title'),
  Address: linked('Address', ADDRESS),
}

export const ATTRIBUTES = lines('Attributes', { AttributeID: text('Attribute'), Value: text('Value') })
