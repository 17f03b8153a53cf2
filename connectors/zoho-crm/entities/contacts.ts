import { zohoEntity } from './entity.ts'
import { address, bool, date, lookup, text } from './fields.ts'

/** People (fact sheet 2). */
export const contacts = zohoEntity({
  module: 'Contacts',
  title: 'Contacts',
  fields: {
    First_Name: text({ maxLength: 40 }),
    Last_Name: text({ mandatory: true, maxLength: 80 }),
    Full_Name: text({ readOnly: true }),
    Email: text(),
    Account_Name: lookup('Accounts'),
    Vendor_Name: lookup('Vendors'),
    Phone: text(),
    Mobile: text(),
    Fax: text(),
    Title: text(),
    Department: text(),
    ...address('Mailing_', 'Zip'),
    ...address('Other_', 'Zip'),
    Date_of_Birth: date(),
    Email_Opt_Out: bool(),
    Description: text(),
  },
})
