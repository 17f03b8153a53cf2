import { zohoEntity } from './entity.ts'
import { address, date, LINE_FIELDS, lookup, number, TOTALS, text } from './fields.ts'

/** Orders with lines: Professional edition and above (fact sheet 2.2, 2.3). Products must exist before a line names them. */
export const salesOrders = zohoEntity({
  module: 'Sales_Orders',
  title: 'Sales orders',
  lines: 'Ordered_Items',
  fields: {
    Subject: text({ mandatory: true }),
    Account_Name: lookup('Accounts', { mandatory: true }),
    SO_Number: text({ readOnly: true }),
    Customer_No: text(),
    Status: text(),
    Due_Date: date(),
    Contact_Name: lookup('Contacts'),
    Deal_Name: lookup('Deals'),
    Purchase_Order: text(),
    Carrier: text(),
    Excise_Duty: number(),
    Sales_Commission: number(),
    Ordered_Items: { type: 'list', mandatory: true, fields: LINE_FIELDS },
    ...TOTALS,
    Terms_and_Conditions: text(),
    Description: text(),
    ...address('Billing_', 'Code'),
    ...address('Shipping_', 'Code'),
  },
})
