import { zohoEntity } from './entity.ts'
import { any, bool, date, lookup, number, text } from './fields.ts'

/** Items for sale (fact sheet 2). They must exist before a line of an invoice or order names them. */
export const products = zohoEntity({
  module: 'Products',
  title: 'Products',
  fields: {
    Product_Name: text({ mandatory: true }),
    Product_Code: text(),
    Vendor_Name: lookup('Vendors'),
    Product_Active: bool(),
    Product_Category: text(),
    Manufacturer: text(),
    Unit_Price: number(),
    Taxable: bool(),
    Tax: any(),
    Usage_Unit: text(),
    Qty_in_Stock: number(),
    Qty_Ordered: number(),
    Qty_in_Demand: number(),
    Reorder_Level: number(),
    Commission_Rate: number(),
    Sales_Start_Date: date(),
    Sales_End_Date: date(),
    Description: text(),
  },
})
