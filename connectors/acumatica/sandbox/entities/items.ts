import {
  choice,
  type EntityDef,
  flag,
  guid,
  key,
  list,
  listed,
  modified,
  money,
  quantity,
  text,
  total,
  type ViewDef,
} from './definition.ts'
import { ATTRIBUTE } from './people.ts'

const STATUSES = ['Active', 'Inactive', 'No Sales', 'No Purchases', 'No Request', 'Marked for Deletion']

const WAREHOUSES: ViewDef = {
  name: 'StockItemWarehouseDetail',
  fields: { WarehouseID: text({ maxLength: 30 }), QtyOnHand: quantity({ computed: true }), IsDefault: flag() },
}

const CROSS_REFERENCES: ViewDef = {
  name: 'InventoryItemCrossReference',
  fields: { AlternateID: text(), AlternateType: text(), Description: text(), UOM: listed('UOM') },
}

const CATEGORIES: ViewDef = { name: 'CategoryStockItem', fields: { CategoryID: text() } }

const UNITS: ViewDef = {
  name: 'InventoryItemUOMConversion',
  fields: { FromUOM: listed('UOM'), ToUOM: listed('UOM'), ConversionFactor: quantity() },
}

/** IN202500, fact sheet 4.3. */
export const STOCK_ITEM: EntityDef = {
  name: 'StockItem',
  keys: ['InventoryID'],
  screen: 'IN202500',
  form: 'Stock Items',
  graph: 'PX.Objects.IN.InventoryItemMaint',
  view: 'Item',
  actions: [],
  customs: [],
  fields: {
    AverageCost: total(),
    BaseUOM: listed('UOM'),
    Content: text({ maxLength: 100_000 }),
    CurrentStdCost: money(),
    CurySpecificPrice: money({ since: 22 }),
    DefaultPrice: money(),
    DefaultWarehouseID: listed('Warehouse'),
    Description: text(),
    ImageUrl: text(),
    InventoryID: key(30, { required: true }),
    ItemClass: listed('ItemClass'),
    ItemStatus: choice(STATUSES),
    ItemType: choice(['Finished Good', 'Component Part', 'Subassembly']),
    LastCost: total(),
    LastModified: modified(),
    LastModifiedDateTime: modified(24),
    LotSerialClass: text({ maxLength: 10 }),
    MSRP: money(),
    NoteID: guid({ since: 22, system: 'id' }),
    PostingClass: text({ maxLength: 10 }),
    PriceClass: text({ maxLength: 10 }),
    PurchaseUOM: listed('UOM'),
    SalesUOM: listed('UOM'),
    TaxCategory: listed('TaxCategory'),
    ValuationMethod: choice(['Average', 'FIFO', 'Standard', 'Specific']),
    Attributes: list(ATTRIBUTE, ['AttributeID']),
    Categories: list(CATEGORIES, ['CategoryID']),
    CrossReferences: list(CROSS_REFERENCES),
    UOMConversions: list(UNITS),
    WarehouseDetails: list(WAREHOUSES, ['WarehouseID']),
  },
}

/** IN202000: units have other names than those of stock items. */
export const NON_STOCK_ITEM: EntityDef = {
  name: 'NonStockItem',
  keys: ['InventoryID'],
  screen: 'IN202000',
  form: 'Non-Stock Items',
  graph: 'PX.Objects.IN.NonStockItemMaint',
  view: 'Item',
  actions: [],
  customs: [],
  fields: {
    BaseUnit: listed('UOM'),
    CurrentStdCost: money(),
    DefaultPrice: money(),
    Description: text(),
    InventoryID: key(30, { required: true }),
    ItemClass: listed('ItemClass'),
    ItemStatus: choice(STATUSES),
    ItemType: choice(['Service', 'Labor', 'Non-Stock Item', 'Charge', 'Expense']),
    LastModifiedDateTime: modified(),
    MSRP: money({ since: 22 }),
    NoteID: guid({ since: 22, system: 'id' }),
    PostingClass: text({ maxLength: 10 }),
    PriceClass: text({ maxLength: 10 }),
    PurchaseUnit: listed('UOM'),
    RequireReceipt: flag(),
    RequireShipment: flag(),
    SalesUnit: listed('UOM'),
    TaxCategory: listed('TaxCategory'),
    Attributes: list(ATTRIBUTE, ['AttributeID']),
    CrossReferences: list(CROSS_REFERENCES),
  },
}
