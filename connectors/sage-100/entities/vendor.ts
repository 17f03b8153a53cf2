import { KEY, type Sage100Object } from '../object.ts'
import { AUDIT, amount, day, flag, PLACE, READ, text } from './fields.ts'

/** Fact sheet 5: no web service knows vendors. Tax numbers and bank data do not leave the agent. */
export const VENDOR: Sage100Object = {
  name: 'AP_Vendor',
  title: 'Vendors',
  key: KEY,
  keyColumns: ['APDivisionNo', 'VendorNo'],
  list: 'vendors',
  module: 'A/P',
  task: 'Vendor Maintenance',
  fields: {
    APDivisionNo: text('Division', 2, READ),
    VendorNo: text('Vendor number', 7, READ),
    [KEY]: text('Division-number', 10, READ),
    VendorName: text('Name', 50),
    ...PLACE,
    PrimaryContact: text('Primary contact', 10),
    TelephoneNo: text('Telephone', 20),
    TelephoneExt: text('Extension', 6),
    FaxNo: text('Fax', 20),
    EmailAddress: text('Email', 250),
    URLAddress: text('Web', 50),
    TermsCode: text('Terms', 2),
    Reference: text('Reference', 15),
    VendorStatus: text('Status', 1),
    InactiveReasonCode: text('Reason of being inactive', 5),
    HoldPayment: flag('Hold payment'),
    AccountKey: text('Default account', 9, { references: 'GL_Account' }),
    Sort: text('Sort', 10),
    VendorType: text('Type', 1),
    TaxSchedule: text('Tax schedule', 9),
    LastPurchaseDate: day('Last purchase'),
    LastPaymentDate: day('Last payment'),
    BalanceDue: amount('Balance due'),
    ...AUDIT,
  },
}
