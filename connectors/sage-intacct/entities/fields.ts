/** Fields that many objects share, and short ways to declare one (sheet 4). Numbers are decimals in strings: nothing is parsed on the way. */
import type { Field, Fields } from '../../../engine/sdk/index.ts'

export const text = (title: string, more: Partial<Field> = {}): Field => ({ type: 'string', title, ...more })
export const amount = (title: string, more: Partial<Field> = {}): Field => ({ type: 'decimal', title, ...more })
export const flag = (title: string, more: Partial<Field> = {}): Field => ({ type: 'boolean', title, ...more })
export const day = (title: string): Field => ({ type: 'date', title })
export const group = (title: string, references: string, fields: Fields): Field => ({
  type: 'object',
  title,
  references,
  fields,
})

export const readOnly = { readOnly: true } as const

export const STATUS: Field = text('Status', { values: ['active', 'inactive'] })

/** On every standard object. */
export const SYSTEM_FIELDS: Fields = {
  RECORDNO: { type: 'id', title: 'Record number', unique: true, ...readOnly },
  WHENCREATED: { type: 'datetime', title: 'When created', ...readOnly },
  WHENMODIFIED: { type: 'datetime', title: 'When modified', ...readOnly },
  MEGAENTITYID: text('Owning entity; absent at the top level', readOnly),
}

export const MAIL_ADDRESS: Field = {
  type: 'object',
  title: 'Mailing address',
  fields: {
    ADDRESS1: text('Address line 1'),
    ADDRESS2: text('Address line 2'),
    ADDRESS3: text('Address line 3'),
    CITY: text('City'),
    STATE: text('State or territory'),
    ZIP: text('ZIP or postal code'),
    COUNTRY: text('Country'),
    COUNTRYCODE: text('Country code'),
  },
}

/** A contact's own fields, on CONTACT and under the contacts of vendors and customers. */
export const CONTACT_FIELDS: Fields = {
  PRINTAS: text('Print as'),
  COMPANYNAME: text('Company name'),
  PREFIX: text('Mr./Ms./Mrs.'),
  FIRSTNAME: text('First name'),
  INITIAL: text('Middle name'),
  LASTNAME: text('Last name'),
  PHONE1: text('Primary phone'),
  PHONE2: text('Secondary phone'),
  CELLPHONE: text('Mobile'),
  FAX: text('Fax'),
  PAGER: text('Pager'),
  EMAIL1: text('Primary email'),
  EMAIL2: text('Secondary email'),
  URL1: text('Primary URL'),
  URL2: text('Secondary URL'),
  TAXABLE: flag('Taxable'),
  TAXID: text('Tax ID'),
  MAILADDRESS: MAIL_ADDRESS,
}

/** A contact of a vendor or customer: read by path (`PAYTOCONTACT.EMAIL1`), or whole. */
export const related = (title: string): Field =>
  group(title, 'CONTACT', { CONTACTNAME: text('Contact name'), ...CONTACT_FIELDS })

/** What vendors and customers have in common. */
export const COMPANY_FIELDS: Fields = {
  STATUS,
  TERMNAME: text('Term'),
  TAXID: text('Tax ID'),
  CURRENCY: text('Default currency'),
  CREDITLIMIT: amount('Credit limit'),
  TOTALDUE: amount('Total due', readOnly),
  ONHOLD: flag('On hold'),
  SUPDOCID: text('Attachment', { maxLength: 20 }),
  COMMENTS: text('Comments', { maxLength: 200 }),
  DISPLAYCONTACT: related('Display contact'),
}
