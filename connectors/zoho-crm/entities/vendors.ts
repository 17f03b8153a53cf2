import { zohoEntity } from './entity.ts'
import { address, text } from './fields.ts'

/** Suppliers: part of inventory management, which starts with the Professional edition (fact sheet 2.3). */
export const vendors = zohoEntity({
  module: 'Vendors',
  title: 'Vendors',
  fields: {
    Vendor_Name: text({ mandatory: true, maxLength: 120 }),
    Email: text(),
    Phone: text(),
    Website: text(),
    Category: text(),
    GL_Account: text(),
    ...address('', 'Zip_Code'),
    Description: text(),
  },
})
