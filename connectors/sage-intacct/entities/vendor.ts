import { defineWritable } from './define.ts'
import { COMPANY_FIELDS, flag, readOnly, related, SYSTEM_FIELDS, text } from './fields.ts'

export const VENDOR = defineWritable({
  name: 'VENDOR',
  title: 'Vendors',
  key: 'VENDORID',
  fields: {
    // not mandatory: a company may number its vendors itself (sheet 7)
    VENDORID: text('Vendor ID', { unique: true, maxLength: 20 }),
    NAME: text('Vendor name', { mandatory: true }),
    VENDTYPE: text('Vendor type', { references: 'VENDTYPE' }),
    PARENTID: text('Parent vendor', { references: 'VENDOR' }),
    PARENTKEY: { type: 'id', title: 'Record number of the parent', ...readOnly },
    DONOTCUTCHECK: flag('Do not pay'),
    ONETIME: flag('One-time use'),
    VENDORACCOUNTNO: text('Our account number with the vendor'),
    APACCOUNT: text('Default AP account', { references: 'GLACCOUNT' }),
    OBJECTRESTRICTION: text('Restriction'),
    PAYTOCONTACT: related('Pay-to contact'),
    ...COMPANY_FIELDS,
    ...SYSTEM_FIELDS,
  },
})
