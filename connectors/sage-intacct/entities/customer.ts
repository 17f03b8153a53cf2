import { defineWritable } from './define.ts'
import { COMPANY_FIELDS, related, SYSTEM_FIELDS, text } from './fields.ts'

export const CUSTOMER = defineWritable({
  name: 'CUSTOMER',
  title: 'Customers',
  key: 'CUSTOMERID',
  fields: {
    // not mandatory: a company may number its customers itself (sheet 7)
    CUSTOMERID: text('Customer ID', { unique: true, maxLength: 20 }),
    NAME: text('Customer name', { mandatory: true }),
    CUSTTYPE: text('Customer type', { references: 'CUSTTYPE' }),
    PARENTID: text('Parent customer', { references: 'CUSTOMER' }),
    CUSTREPID: text('Sales representative'),
    TERRITORYID: text('Territory'),
    SHIPPINGMETHOD: text('Shipping method'),
    RESALENO: text('Resale number'),
    BILLTOCONTACT: related('Bill-to contact'),
    SHIPTOCONTACT: related('Ship-to contact'),
    PRIMARYCONTACT: related('Primary contact'),
    ...COMPANY_FIELDS,
    ...SYSTEM_FIELDS,
  },
})
