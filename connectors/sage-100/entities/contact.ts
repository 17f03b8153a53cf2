import { KEY, type Sage100Object } from '../object.ts'
import { AUDIT, PLACE, READ, text } from './fields.ts'

/** Fact sheet 3.1, 5. A contact has one name, no first and last. */
export const CONTACT: Sage100Object = {
  name: 'AR_CustomerContact',
  title: 'Customer contacts',
  key: KEY,
  keyColumns: ['ARDivisionNo', 'CustomerNo', 'ContactCode'],
  list: 'customer-contacts',
  module: 'A/R',
  task: 'Customer Contact Maintenance',
  soap: { get: 'GetCustomerContact', parameters: ['arDivisionNo', 'customerNo', 'contactCode'] },
  fields: {
    ARDivisionNo: text('Division', 2, READ),
    CustomerNo: text('Customer number', 20, READ),
    ContactCode: text('Contact code', 10, READ),
    [KEY]: text('Division-number~code', 34, READ),
    customerKey: text('Division-number of the customer', 23, { ...READ, references: 'AR_Customer' }),
    ContactName: text('Name', 50),
    Salutation: text('Salutation', 10),
    ContactTitle: text('Title', 15),
    ...PLACE,
    TelephoneNo1: text('Telephone 1', 20),
    TelephoneExt1: text('Extension 1', 6),
    TelephoneNo2: text('Telephone 2', 20),
    TelephoneExt2: text('Extension 2', 6),
    FaxNo: text('Fax', 20),
    EmailAddress: text('Email', 50),
    ContactNotes: text('Notes', 2_048),
    ...AUDIT,
  },
}
