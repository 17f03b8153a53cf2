import { guidOf } from '../store/guid.ts'
import type { Node, Row, Values } from '../store/row.ts'
import { toStep } from '../times.ts'
import type { Chance } from './chance.ts'

/** One per table and per kind of inner row: ids say which they are of. */
export const FAMILY = {
  customer: 1,
  contact: 2,
  vendor: 3,
  stockItem: 4,
  nonStockItem: 5,
  salesInvoice: 6,
  salesOrder: 7,
  payment: 8,
  account: 9,
  customerContact: 20,
  customerCredit: 21,
  vendorContact: 22,
  contactAddress: 23,
  warehouse: 24,
  invoiceLine: 25,
  invoiceTax: 26,
  invoiceFinancial: 27,
  orderLine: 28,
  application: 29,
} as const

export interface Plan {
  readonly chance: Chance
  /** Change time of a row among so many of its table: days ago, ten at a time in the same instant, as an import leaves them. */
  stamp(slot: number, count: number): number
  row(family: number, slot: number, values: Values): Row
  /** Midnight of the day that is so many days before the start. */
  day(ago: number): number
}

const DAY_MS = 86_400_000
const APART_MS = 37_001
const TIED = 10

export function createPlan(chance: Chance, startedAt: number): Plan {
  const stamp = (slot: number, count: number) => {
    const group = Math.floor((count - slot) / TIED)
    return toStep(startedAt - 2 * DAY_MS - group * TIED * APART_MS)
  }
  return {
    chance,
    stamp,
    row: (family, slot, values) => ({
      id: guidOf(family, slot),
      note: slot % 7 === 3 ? 'Checked by phone' : slot % 2 === 0 ? '' : null,
      custom: {},
      values,
      createdAt: toStep(startedAt - 400 * DAY_MS),
      // the table overwrites it with the stamp that it has for the row
      modifiedAt: Number.NaN,
    }),
    day: ago => Math.floor(startedAt / DAY_MS) * DAY_MS - ago * DAY_MS,
  }
}

export const inner = (family: number, number: number, values: Values): Node => ({
  id: guidOf(family, number),
  note: null,
  custom: {},
  values,
})
