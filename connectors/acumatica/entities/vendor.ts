import type { AcumaticaObject } from '../object.ts'
import { ATTRIBUTES, CONTACT, changed, linked, made, text } from './fields.ts'

/** AP303000. The fact sheet has no list of its fields: these are the ones that customers have, too (unconfirmed). */
export const VENDOR: AcumaticaObject = {
  name: 'Vendor',
  title: 'Vendors',
  key: 'VendorID',
  keys: ['VendorID'],
  modified: [{ from: 20, field: 'LastModifiedDateTime' }],
  fields: {
    VendorID: text('Vendor ID', { unique: true, maxLength: 30 }),
    VendorName: text('Vendor name', { mandatory: true }),
    VendorClass: text('Vendor class'),
    Status: text('Status', { values: ['Active', 'Hold Payments', 'On Hold', 'Inactive', 'One-Time'] }),
    AccountRef: text('External reference'),
    Terms: text('Terms'),
    CurrencyID: text('Currency'),
    TaxZone: text('Tax zone'),
    TaxRegistrationID: text('Tax registration ID'),
    LocationName: text('Location name'),
    MainContact: linked('Main contact', CONTACT),
    Attributes: ATTRIBUTES,
    LastModifiedDateTime: changed('Last modified'),
    CreatedDateTime: made('Created'),
  },
}
