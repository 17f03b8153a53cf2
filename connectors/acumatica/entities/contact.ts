import type { AcumaticaObject } from '../object.ts'
import { CONTACT as CONTACT_FIELDS, changed, text, whole } from './fields.ts'

/** CR302000, keyed by a number (fact sheet 4.1). */
export const CONTACT: AcumaticaObject = {
  name: 'Contact',
  title: 'Contacts',
  key: 'ContactID',
  keys: ['ContactID'],
  modified: [{ from: 20, field: 'LastModifiedDateTime' }],
  fields: {
    ContactID: whole('Contact ID', { unique: true }),
    ...CONTACT_FIELDS,
    BusinessAccount: text('Business account'),
    LastModifiedDateTime: changed('Last modified'),
  },
}
