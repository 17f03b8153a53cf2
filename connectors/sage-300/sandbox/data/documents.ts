import type { Json, JsonObject } from '../../../../engine/sdk/index.ts'
import { ORDERS } from '../resources/documents.ts'
import { invoiceDraft, invoiceLine, totalInvoice } from '../rules/invoices.ts'
import { takeItem } from '../rules/order-lines.ts'
import { documentNumber, takeCustomer, totalOrder } from '../rules/orders.ts'
import { type Draft, linesOf } from '../rules/rules.ts'
import { storedNumber } from '../store/company.ts'
import type { Seed } from '../store/table.ts'
import { orderableItem } from './ledgers.ts'
import { daysBefore, type SeedParts } from './parties.ts'

export interface DocumentParts extends SeedParts {
  readonly customers: Seed
  readonly items: Seed
  readonly firstUniquifier: bigint
}

/** Orders that people entered, oldest first; every second one is invoiced. */
export function orderSeed(parts: DocumentParts): Seed {
  const wholes = remembered(slot => orderAt(parts, slot))
  const quick: Readonly<Record<string, (slot: number) => Json>> = {
    OrderUniquifier: slot => uniquifierOf(parts, slot),
    OrderNumber: slot => documentNumber('ORD', slot + 1),
    OrderReference: slot => referenceOf(slot),
    PurchaseOrderNumber: slot => `PO-${1000 + slot}`,
    OrderDate: slot => dayOf(parts, slot),
    CustomerNumber: slot => parts.customers.key(customerSlot(parts, slot)),
  }
  return {
    count: parts.count,
    key: slot => String(uniquifierOf(parts, slot)),
    value: (slot, field) => (quick[field] ? quick[field](slot) : wholes(slot)[field]),
  }
}

export function invoiceSeed(parts: DocumentParts): Seed {
  const wholes = remembered(slot => invoiceAt(parts, slot))
  return {
    count: Math.floor(parts.count / 2),
    key: slot => String(uniquifierOf(parts, slot)),
    value: (slot, field) => {
      if (field === 'InvoiceUniquifier') return uniquifierOf(parts, slot)
      if (field === 'InvoiceDate') return dayOf(parts, slot * 2)
      return wholes(slot)[field]
    },
  }
}

/** All fields of a record are asked for one after the other: the last one is kept, and no other. */
function remembered(make: (slot: number) => JsonObject): (slot: number) => JsonObject {
  let [held, record]: [number, JsonObject] = [-1, {}]
  return slot => {
    if (slot !== held) [held, record] = [slot, make(slot)]
    return record
  }
}

const uniquifierOf = ({ firstUniquifier }: DocumentParts, slot: number) => storedNumber(firstUniquifier + BigInt(slot))
const referenceOf = (slot: number) => (slot % 4 === 1 ? `WEB-${String(slot).padStart(5, '0')}` : '')
/** The older the lower the number: an order or several a day, up to yesterday. */
const dayOf = ({ count, today }: DocumentParts, slot: number) =>
  daysBefore(today, 1 + Math.floor(((count - 1 - slot) * 400) / Math.max(count, 1)))

/** Inactive customers (every eleventh, from the eighth) order nothing. */
function customerSlot({ customers, chance }: DocumentParts, slot: number): number {
  const picked = chance.number('order customer', slot, Math.max(customers.count, 1))
  return picked % 11 === 7 ? picked - 1 : picked
}

function orderAt(parts: DocumentParts, slot: number): JsonObject {
  const { customers, items, chance } = parts
  const customer = customerSlot(parts, slot)
  const order: Draft = Object.fromEntries([...ORDERS.fields.values()].map(it => [it.name, it.initial]))
  takeCustomer(order, field => customers.value(customer, field) ?? '')
  const isInvoiced = slot % 2 === 0
  const day = dayOf(parts, slot)
  const lines = Array.from({ length: 1 + chance.number('order lines', slot, 3) }, (_unused, at) => {
    const item = orderableItem(chance.number(`order item ${at}`, slot, Math.max(items.count, 1)))
    const line: Draft = { LineType: 'Item', QuantityOrdered: 1 + chance.number(`order quantity ${at}`, slot, 12) }
    takeItem(line, field => items.value(item, field) ?? '')
    const number = { OrderUniquifier: uniquifierOf(parts, slot), LineNumber: (at + 1) * 32 }
    return { ...line, ...number, Location: '1', PriceList: 'RTL', UpdateOperation: 'Unspecified' }
  })
  Object.assign(order, {
    OrderUniquifier: uniquifierOf(parts, slot),
    OrderNumber: documentNumber('ORD', slot + 1),
    CustomerNumber: customers.key(customer),
    OrderReference: referenceOf(slot),
    PurchaseOrderNumber: `PO-${1000 + slot}`,
    OrderDescription: slot % 5 === 0 ? 'Rush – before noon & "fragile"' : '',
    OrderDate: day,
    OrderFiscalYear: day.slice(0, 4),
    OrderFiscalPeriod: `Num${Number(day.slice(5, 7))}`,
    EnteredBy: 'ADMIN',
    OrderDetails: lines,
  })
  totalOrder(order)
  return isInvoiced ? shippedWhole(order, slot) : order
}

function shippedWhole(order: JsonObject, slot: number): JsonObject {
  const lines = linesOf(order, 'OrderDetails').map(line => ({
    ...line,
    QuantityOrdered: 0,
    ExtendedOrderAmount: 0,
    QuantityShippedtodate: line['QuantityOrdered'] ?? 0,
    DetailCompleted: 'Processedbydayend',
  }))
  return {
    ...order,
    OrderDetails: lines,
    OrderCompleted: 'CompleteDayEnd',
    OrderCompletionDate: order['OrderDate'] ?? null,
    LastInvoiceNumber: invoiceNumber(slot / 2),
    NumberOfInvoices: 1,
    LastShipmentNumber: documentNumber('SH', slot / 2 + 1),
    NumberOfShipments: 1,
  }
}

const invoiceNumber = (slot: number) => `IN${String(slot + 1).padStart(10, '0')}`

function invoiceAt(parts: DocumentParts, slot: number): JsonObject {
  const order = orderAt(parts, slot * 2)
  const shipped = linesOf(order, 'OrderDetails').map(line => ({
    ...line,
    QuantityShipped: line['QuantityShippedtodate'] ?? 0,
  }))
  const draft = invoiceDraft(order, shipped.map(invoiceLine))
  const day = dayOf(parts, slot * 2)
  Object.assign(draft, {
    InvoiceUniquifier: uniquifierOf(parts, slot),
    InvoiceNumber: invoiceNumber(slot),
    ShipmentNumber: documentNumber('SH', slot + 1),
    InvoiceDate: day,
    ShipmentDate: day,
    PostingDate: day,
    InvoiceStatus: 'Documentcosted',
  })
  totalInvoice(draft, day)
  return draft
}
