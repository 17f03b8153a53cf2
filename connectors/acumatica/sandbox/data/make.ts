import type { SandboxClock } from '../../../../engine/sdk/index.ts'
import type { KnobBoard } from '../knobs.ts'
import { type InitialRows, Table } from '../store/table.ts'
import { createWorld, type World } from '../world.ts'
import { createChance } from './chance.ts'
import { nonStockItems, stockItems } from './items.ts'
import { contacts, customers, vendors } from './people.ts'
import { createPlan, FAMILY, type Plan } from './plan.ts'
import { invoices, orders, payments } from './sales.ts'

export interface Size {
  readonly customers: number
  readonly items: number
  readonly invoices: number
  readonly seed: number
}

const ACCOUNTS = [
  ['10100', 'Petty Cash', 'Asset'],
  ['11000', 'Accounts Receivable', 'Asset'],
  ['12100', 'Inventory', 'Asset'],
  ['20000', 'Accounts Payable', 'Liability'],
  ['24000', 'Tax Payable', 'Liability'],
  ['40000', 'Sales Revenue', 'Income'],
  ['49000', 'Discounts & Allowances', 'Income'],
  ['50000', 'Cost of Goods Sold', 'Expense'],
  ['00700', 'Rounding', 'Expense'],
] as const

/** A tenant with records as years of work leave them. */
export function makeWorld(clock: SandboxClock, board: KnobBoard, size: Size): World {
  const plan = createPlan(createChance(size.seed), clock.now().getTime())
  const counts = { customers: size.customers, items: size.items }
  const few = Math.min(size.customers, Math.max(8, Math.ceil(size.customers / 2)))
  const services = Math.min(size.items, Math.max(8, Math.ceil(size.items / 5)))
  const parts: Readonly<Record<string, readonly [number, InitialRows]>> = {
    Account: [FAMILY.account, accounts(plan, size.customers > 0 ? ACCOUNTS.length : 0)],
    Contact: [FAMILY.contact, contacts(plan, size.customers)],
    Customer: [FAMILY.customer, customers(plan, size.customers)],
    NonStockItem: [FAMILY.nonStockItem, nonStockItems(plan, services)],
    Payment: [FAMILY.payment, payments(plan, few, counts)],
    SalesInvoice: [FAMILY.salesInvoice, invoices(plan, size.invoices, counts)],
    SalesOrder: [FAMILY.salesOrder, orders(plan, size.customers, counts)],
    StockItem: [FAMILY.stockItem, stockItems(plan, size.items)],
    Vendor: [FAMILY.vendor, vendors(plan, few)],
  }
  const tables = new Map(Object.entries(parts).map(([name, [family, rows]]) => [name, tableOf(family, rows, clock)]))
  const documents = tables.get('SalesInvoice')
  if (documents) tables.set('Invoice', documents)
  return createWorld({
    clock,
    board,
    tables,
    sequences: {
      Customer: { prefix: 'C', digits: 9, last: size.customers },
      Vendor: { prefix: 'V', digits: 9, last: few },
      Contact: { prefix: '', digits: 5, last: 10_000 + size.customers },
      Invoice: { prefix: 'INV', digits: 6, last: size.invoices },
      SalesOrder: { prefix: 'SO', digits: 6, last: size.customers },
      Payment: { prefix: 'PMT', digits: 6, last: few },
      Batch: { prefix: 'AR', digits: 6, last: size.invoices },
    },
  })
}

const tableOf = (family: number, rows: InitialRows, clock: SandboxClock) =>
  new Table(family, { ...rows, make: slot => ({ ...rows.make(slot), modifiedAt: rows.modifiedAt(slot) }) }, clock)

function accounts(plan: Plan, count: number): InitialRows {
  const at = (slot: number) => ACCOUNTS[slot] ?? ACCOUNTS[0]
  return {
    count,
    key: slot => at(slot)[0],
    modifiedAt: slot => plan.stamp(slot, count),
    make: slot => {
      const [AccountCD, Description, Type] = at(slot)
      return plan.row(FAMILY.account, slot, {
        AccountCD,
        AccountID: 1_000 + slot,
        Description,
        Type,
        Active: slot !== 8,
        CashAccount: slot === 0,
        PostOption: 'Summary',
        RequireUnits: false,
      })
    },
  }
}
