import { zohoEntity } from './entity.ts'
import { address, date, LINE_FIELDS, lookup, number, TOTALS, text } from './fields.ts'

/** Invoices with lines: Professional edition and above (fact sheet 2.2, 2.3). Products must exist before a line names them. */
export const invoices = zohoEntity({
  module: 'Invoices',
  title: 'Invoices',
  lines: 'Invoiced_Items',
  fields: {
    Subject: text({ mandatory: true }),
    Account_Name: lookup('Accounts', { mandatory: true }),
    Invoice_Number: text({ readOnly: true }),
    Invoice_Date: date(),
    Due_Date: date(),
    Status: text(),
    Sales_Order: lookup('Sales_Orders'),
    Contact_Name: lookup('Contacts'),
    Purchase_Order: text(),
    Excise_Duty: number(),
    Sales_Commission: number(),
    Invoiced_Items: { type: 'list', mandatory: true, fields: LINE_FIELDS },
    ...TOTALS,
    Terms_and_Conditions: text(),
    Description: text(),
    ...address('Billing_', 'Code'),
    ...address('Shipping_', 'Code'),
  },
})
