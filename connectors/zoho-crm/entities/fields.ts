import type { Field, Fields } from '../../../engine/sdk/index.ts'

/** Words for declaring Zoho's fields (fact sheet 2). Lengths stand only where a source states them. */

type More = Omit<Field, 'type'>

const of =
  (type: Field['type']) =>
  (more: More = {}): Field => ({ type, ...more })

export const text = of('string')
export const number = of('number')
export const integer = of('integer')
export const bool = of('boolean')
export const date = of('date')
export const any = of('any')

/** Written as `{ id }`, read back as `{ name, id }` (fact sheet 2.1). */
export const lookup = (references: string | undefined, more: More = {}): Field => ({
  type: 'object',
  ...(references === undefined ? {} : { references }),
  fields: { id: { type: 'id' }, name: { type: 'string', readOnly: true } },
  ...more,
})

const user = (more: More = {}): Field =>
  lookup(undefined, { ...more, fields: { ...lookup(undefined).fields, email: text({ readOnly: true }) } })

/** What Zoho keeps for every record (fact sheet 2). */
export const SYSTEM_FIELDS: Fields = {
  id: { type: 'id', title: 'Record Id', readOnly: true, unique: true },
  Owner: user({ title: 'Owner' }),
  Tag: { type: 'list', title: 'Tags' },
  Created_Time: { type: 'datetime', readOnly: true },
  Modified_Time: { type: 'datetime', readOnly: true },
  Created_By: user({ readOnly: true }),
  Modified_By: user({ readOnly: true }),
}

/** `Billing_Street` and so on; the post code is `Code`, `Zip` or `Zip_Code`, module by module. */
export const address = (prefix: string, postCode: 'Code' | 'Zip' | 'Zip_Code'): Fields =>
  Object.fromEntries(['Street', 'City', 'State', postCode, 'Country'].map(part => [`${prefix}${part}`, text()]))

/** Rows of Invoiced_Items and Ordered_Items, complete on single reads only (fact sheet 2.2). */
export const LINE_FIELDS: Fields = {
  id: { type: 'id' },
  Product_Name: {
    type: 'object',
    references: 'Products',
    mandatory: true,
    fields: { id: { type: 'id' }, name: text({ readOnly: true }), Product_Code: text({ readOnly: true }) },
  },
  Quantity: number(),
  List_Price: number(),
  Discount: any(),
  Tax: any(),
  Line_Tax: any(),
  Description: text(),
  Total: number({ readOnly: true }),
  Total_After_Discount: number({ readOnly: true }),
  Net_Total: number({ readOnly: true }),
}

/** Totals are Zoho's own sums: compared after a write, never sent (fact sheet 2.2). */
export const TOTALS: Fields = {
  Discount: number(),
  Tax: number(),
  Adjustment: number(),
  Sub_Total: number({ readOnly: true }),
  Grand_Total: number({ readOnly: true }),
}
