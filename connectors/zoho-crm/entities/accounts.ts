import { zohoEntity } from './entity.ts'
import { address, any, integer, lookup, number, text } from './fields.ts'

/** Companies (fact sheet 2). Names are no keys: match on a unique field of your own. */
export const accounts = zohoEntity({
  module: 'Accounts',
  title: 'Accounts',
  fields: {
    Account_Name: text({ mandatory: true, maxLength: 200 }),
    Account_Number: any(),
    Account_Type: text(),
    Phone: text(),
    Fax: text(),
    Website: text(),
    Industry: text(),
    Employees: integer(),
    Annual_Revenue: number(),
    Ownership: text(),
    Parent_Account: lookup('Accounts'),
    ...address('Billing_', 'Code'),
    ...address('Shipping_', 'Code'),
    Currency: text(),
    Exchange_Rate: number(),
    Description: text(),
  },
})
