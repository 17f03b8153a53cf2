import type { Sage300Object } from '../object.ts'
import { amount, day, flag, lines, text } from './fields.ts'

/** Fact sheet 3, "ICItems": `Status` is a boolean here, true for active. */
export const ITEM: Sage300Object = {
  name: 'IC/ICItems',
  title: 'Items',
  key: 'UnformattedItemNumber',
  changes: { by: 'day', watched: ['ItemNumber', 'Description', 'Status'] },
  fields: {
    UnformattedItemNumber: text('Item without punctuation', 24, { unique: true }),
    ItemNumber: text('Item', 24, { unique: true }),
    Description: text('Description', 60),
    DateLastMaintained: day('Last maintained', { readOnly: true }),
    Status: flag('Active'),
    Category: text('Category', 6),
    AccountSetCode: text('Account set', 6),
    StockItem: flag('Stock item'),
    Sellable: flag('Sellable'),
    AllowItemInWebStore: flag('In the web store'),
    StockingUnitOfMeasure: text('Stocking unit', 10),
    DefaultPriceListCode: text('Price list', 6),
    StructureCode: text('Structure', 6),
    QuantityOnHand: amount('On hand'),
    QuantityAvailable: amount('Available'),
    QuantityOnSalesOrder: amount('On sales orders'),
    QuantityCommitted: amount('Committed'),
    PreferredVendor: text('Preferred vendor', 12, { references: 'AP/APVendors' }),
    ItemUnitsOfMeasure: lines('Units of measure', {
      UnitOfMeasure: text('Unit', 10),
      ConversionFactor: amount('Conversion factor'),
    }),
    ItemTaxAuthorities: lines('Tax authorities', { TaxAuthority: text('Tax authority', 12) }),
  },
}
