import type { Row } from '../store/row.ts'
import type { InitialRows } from '../store/table.ts'
import { FAMILY, inner, type Plan } from './plan.ts'
import { MATERIALS, ODD_ITEMS, ODD_NAMES, SERVICES, THINGS } from './words.ts'

export const stockKey = (slot: number) =>
  (slot % 4 === 1 ? ODD_ITEMS[(slot - 1) / 4] : undefined) ?? `PART-${String(slot + 1).padStart(6, '0')}`
export const serviceKey = (slot: number) => `SERV-${String(slot + 1).padStart(4, '0')}`

export const priceOf = (plan: Plan, slot: number) => (100 + plan.chance.below(90_000, 'price', slot)) / 100

export function stockItems(plan: Plan, count: number): InitialRows {
  const { pick, below } = plan.chance
  const make = (slot: number): Row => {
    const description = slot % 8 === 5 ? ODD_NAMES[(slot - 5) / 8] : undefined
    const price = priceOf(plan, slot)
    return plan.row(FAMILY.stockItem, slot, {
      InventoryID: stockKey(slot),
      Description: description ?? `${pick(THINGS, 'thing', slot)}, ${pick(MATERIALS, 'material', slot)}`,
      ItemStatus: slot % 11 === 7 ? 'Inactive' : slot % 13 === 9 ? 'No Sales' : 'Active',
      ItemClass: slot % 3 === 0 ? 'PARTS' : 'DEFAULT',
      ItemType: 'Finished Good',
      BaseUOM: 'EA',
      SalesUOM: slot % 5 === 0 ? 'BOX' : 'EA',
      PurchaseUOM: 'EA',
      DefaultPrice: price,
      CurySpecificPrice: price,
      MSRP: Math.round(price * 120) / 100,
      LastCost: Math.round(price * 60) / 100,
      AverageCost: Math.round(price * 62) / 100,
      TaxCategory: 'TAXABLE',
      PostingClass: 'AOL',
      ValuationMethod: 'Average',
      DefaultWarehouseID: 'MAIN',
      ...(slot % 6 === 0
        ? { Content: '<html><body><p>Wipe with a dry cloth &amp; store upright.</p></body></html>' }
        : {}),
      WarehouseDetails: [
        inner(FAMILY.warehouse, slot, { WarehouseID: 'MAIN', QtyOnHand: below(500, 'stock', slot), IsDefault: true }),
      ],
    })
  }
  return { count, key: stockKey, modifiedAt: slot => plan.stamp(slot, count), make }
}

export function nonStockItems(plan: Plan, count: number): InitialRows {
  const make = (slot: number): Row =>
    plan.row(FAMILY.nonStockItem, slot, {
      InventoryID: serviceKey(slot),
      Description: `${plan.chance.pick(SERVICES, 'service', slot)} ${slot + 1}`,
      ItemStatus: slot % 9 === 8 ? 'Inactive' : 'Active',
      ItemClass: 'SERVICE',
      ItemType: slot % 2 === 0 ? 'Service' : 'Labor',
      BaseUnit: 'HOUR',
      SalesUnit: 'HOUR',
      PurchaseUnit: 'HOUR',
      DefaultPrice: priceOf(plan, slot + 1_000_000),
      TaxCategory: 'EXEMPT',
      RequireReceipt: false,
      RequireShipment: false,
    })
  return { count, key: serviceKey, modifiedAt: slot => plan.stamp(slot, count), make }
}
