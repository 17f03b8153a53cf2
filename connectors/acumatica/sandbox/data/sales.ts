import { rounded } from '../money.ts'
import type { Node, Row, Values } from '../store/row.ts'
import type { InitialRows } from '../store/table.ts'
import { KEY_JOINT } from '../world.ts'
import { priceOf, stockKey } from './items.ts'
import { customerKey } from './people.ts'
import { FAMILY, inner, type Plan } from './plan.ts'

/** How many there are of what documents point to. */
export interface Counts {
  readonly customers: number
  readonly items: number
}

const STATUSES = ['Open', 'Closed', 'Open', 'On Hold', 'Open', 'Balanced', 'Closed', 'Open', 'Credit Hold', 'Closed']
const MAX_LINES = 4
const TAX_PERCENT = 8

const typeOf = (slot: number) => (slot % 15 === 14 ? 'Credit Memo' : 'Invoice')
const numberAt = (slot: number) => `${typeOf(slot) === 'Invoice' ? 'INV' : 'CRM'}${String(slot + 1).padStart(6, '0')}`

export function invoices(plan: Plan, count: number, counts: Counts): InitialRows {
  const { below, pick } = plan.chance
  const make = (slot: number): Row => {
    const lines = linesOf(plan, slot, counts.items)
    const net = lines.reduce((sum, it) => sum + Number(it.values['Amount']), 0)
    const tax = rounded((net * TAX_PERCENT) / 100)
    const amount = rounded(net + tax)
    const status = STATUSES[slot % STATUSES.length] ?? 'Open'
    const paid = status === 'Closed' ? amount : slot % 5 === 2 ? rounded(amount / 3) : 0
    const daysAgo = 3 + below(90, 'invoice', slot)
    return plan.row(FAMILY.salesInvoice, slot, {
      Type: typeOf(slot),
      ReferenceNbr: numberAt(slot),
      CustomerID: customerKey(below(Math.max(1, counts.customers), 'of', slot)),
      Status: status,
      Hold: status === 'On Hold',
      Date: plan.day(daysAgo),
      DueDate: plan.day(daysAgo - 30),
      Description: slot % 7 === 0 ? 'Spare parts & “service”' : `Delivery ${slot + 1}`,
      CustomerOrder: slot % 3 === 0 ? `0${slot}E5` : undefined,
      Currency: 'USD',
      Project: 'X',
      LocationID: 'MAIN',
      Amount: amount,
      Balance: rounded(amount - paid),
      TaxTotal: tax,
      Terms: pick(['30D', '60D', 'COD'], 'terms', slot),
      Details: lines,
      TaxDetails: [
        inner(FAMILY.invoiceTax, slot, {
          TaxID: 'NYSALES',
          TaxRate: TAX_PERCENT,
          TaxableAmount: rounded(net),
          TaxAmount: tax,
        }),
      ],
      FinancialDetails: inner(FAMILY.invoiceFinancial, slot, {
        Branch: 'MAIN',
        BatchNbr: status === 'Open' || status === 'Closed' ? `AR${String(slot + 1).padStart(6, '0')}` : undefined,
      }),
    })
  }
  const key = (slot: number) => `${typeOf(slot)}${KEY_JOINT}${numberAt(slot)}`
  return { count, key, modifiedAt: slot => plan.stamp(slot, count), make }
}

function linesOf(plan: Plan, slot: number, items: number): readonly Node[] {
  const { below } = plan.chance
  return Array.from({ length: 1 + below(MAX_LINES, 'lines', slot) }, (_, at) => {
    const line = slot * MAX_LINES + at
    const item = below(Math.max(1, items), 'item', line)
    const [qty, price] = [1 + below(12, 'qty', line), priceOf(plan, item)]
    const order: Values =
      slot % 2 === 0
        ? { OrderType: 'SO', OrderNbr: orderNumber(slot / 2), OrderLineNbr: at + 1, ShipmentNbr: '000001' }
        : {}
    return inner(FAMILY.invoiceLine, line, {
      ...order,
      LineNbr: at + 1,
      InventoryID: stockKey(item),
      TransactionDescr: `Line ${at + 1} of ${slot + 1}`,
      Qty: qty,
      UOM: 'EA',
      UnitPrice: price,
      Amount: rounded(qty * price),
      Account: '40000',
      BranchID: 'MAIN',
      TaxCategory: 'TAXABLE',
    })
  })
}

const orderNumber = (slot: number) => `SO${String(slot + 1).padStart(6, '0')}`

export function orders(plan: Plan, count: number, counts: Counts): InitialRows {
  const { below } = plan.chance
  const make = (slot: number): Row => {
    const item = below(Math.max(1, counts.items), 'ordered', slot)
    const [qty, price] = [1 + below(9, 'orderqty', slot), priceOf(plan, item)]
    const amount = rounded(qty * price)
    return plan.row(FAMILY.salesOrder, slot, {
      OrderType: 'SO',
      OrderNbr: orderNumber(slot),
      CustomerID: customerKey(below(Math.max(1, counts.customers), 'buyer', slot)),
      Status: slot % 4 === 3 ? 'Completed' : slot % 7 === 5 ? 'On Hold' : 'Open',
      Hold: slot % 4 !== 3 && slot % 7 === 5,
      CreditHold: false,
      Date: plan.day(5 + below(60, 'orderday', slot)),
      RequestedOn: plan.day(below(5, 'request', slot)),
      CurrencyID: 'USD',
      Description: `Order ${slot + 1}`,
      LocationID: 'MAIN',
      OrderedQty: qty,
      OrderTotal: amount,
      TaxTotal: 0,
      Details: [
        inner(FAMILY.orderLine, slot, {
          LineNbr: 1,
          InventoryID: stockKey(item),
          LineDescription: 'As quoted',
          OrderQty: qty,
          UOM: 'EA',
          UnitPrice: price,
          ExtendedPrice: amount,
          Amount: amount,
          WarehouseID: 'MAIN',
        }),
      ],
    })
  }
  return { count, key: slot => `SO${KEY_JOINT}${orderNumber(slot)}`, modifiedAt: slot => plan.stamp(slot, count), make }
}

export function payments(plan: Plan, count: number, counts: Counts): InitialRows {
  const number = (slot: number) => `PMT${String(slot + 1).padStart(6, '0')}`
  const type = (slot: number) => (slot % 10 === 9 ? 'Credit Memo' : 'Payment')
  const make = (slot: number): Row => {
    const amount = priceOf(plan, slot)
    return plan.row(FAMILY.payment, slot, {
      Type: type(slot),
      ReferenceNbr: number(slot),
      CustomerID: customerKey(plan.chance.below(Math.max(1, counts.customers), 'payer', slot)),
      Status: 'Closed',
      Hold: false,
      ApplicationDate: plan.day(2),
      PaymentAmount: amount,
      PaymentMethod: 'CHECK',
      PaymentRef: String(slot).padStart(6, '0'),
      ApplicationHistory: [
        inner(FAMILY.application, slot, {
          DisplayDocType: 'Invoice',
          DisplayRefNbr: numberAt(slot),
          AmountPaid: amount,
        }),
      ],
    })
  }
  return {
    count,
    key: slot => `${type(slot)}${KEY_JOINT}${number(slot)}`,
    modifiedAt: slot => plan.stamp(slot, count),
    make,
  }
}
