import { zohoEntity } from './entity.ts'
import { date, integer, lookup, number, text } from './fields.ts'

/** Sales opportunities: a deal that reaches a stage is what flows to an ERP act on. */
export const deals = zohoEntity({
  module: 'Deals',
  title: 'Deals',
  fields: {
    Deal_Name: text({ mandatory: true }),
    Stage: text({ mandatory: true }),
    Account_Name: lookup('Accounts'),
    Contact_Name: lookup('Contacts'),
    Amount: number(),
    Closing_Date: date(),
    Type: text(),
    Lead_Source: text(),
    Probability: integer(),
    Description: text(),
  },
})
