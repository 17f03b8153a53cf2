import type { AcumaticaObject } from '../object.ts'
import { ATTRIBUTES, amount, changed, flag, lines, text } from './fields.ts'

const STATUS = text('Item status', {
  values: ['Active', 'Inactive', 'No Sales', 'No Purchases', 'No Request', 'Marked for Deletion'],
})

const COMMON = {
  InventoryID: text('Inventory ID', { unique: true, maxLength: 30 }),
  Description: text('Description'),
  ItemStatus: STATUS,
  ItemClass: text('Item class'),
  ItemType: text('Item type'),
  DefaultPrice: amount('Default price'),
  MSRP: amount('Recommended price'),
  TaxCategory: text('Tax category'),
  PostingClass: text('Posting class'),
  PriceClass: text('Price class'),
  CurrentStdCost: amount('Current standard cost'),
  Attributes: ATTRIBUTES,
} as const

/** Fact sheet 4.3. The change time has another name below 24.200.001 (4.1); changed quantities are not expected to move it. */
export const STOCK_ITEM: AcumaticaObject = {
  name: 'StockItem',
  title: 'Stock items',
  key: 'InventoryID',
  keys: ['InventoryID'],
  modified: [
    { from: 24, field: 'LastModifiedDateTime' },
    { from: 20, field: 'LastModified' },
  ],
  fields: {
    ...COMMON,
    BaseUOM: text('Base unit'),
    SalesUOM: text('Sales unit'),
    PurchaseUOM: text('Purchase unit'),
    CurySpecificPrice: amount('Price in the currency'),
    LastCost: amount('Last cost'),
    AverageCost: amount('Average cost'),
    LotSerialClass: text('Lot or serial class'),
    ValuationMethod: text('Valuation method'),
    DefaultWarehouseID: text('Default warehouse'),
    Content: text('Content, as HTML'),
    ImageUrl: text('Image'),
    WarehouseDetails: lines('Warehouses', { WarehouseID: text('Warehouse'), QtyOnHand: amount('Quantity on hand') }),
    LastModifiedDateTime: changed('Last modified'),
    LastModified: changed('Last modified (older versions)'),
  },
}

/** Units have other names than those of stock items (fact sheet 4.3). */
export const NON_STOCK_ITEM: AcumaticaObject = {
  name: 'NonStockItem',
  title: 'Non-stock items',
  key: 'InventoryID',
  keys: ['InventoryID'],
  modified: [{ from: 20, field: 'LastModifiedDateTime' }],
  fields: {
    ...COMMON,
    BaseUnit: text('Base unit'),
    SalesUnit: text('Sales unit'),
    PurchaseUnit: text('Purchase unit'),
    RequireShipment: flag('Requires shipment'),
    RequireReceipt: flag('Requires receipt'),
    LastModifiedDateTime: changed('Last modified'),
  },
}
