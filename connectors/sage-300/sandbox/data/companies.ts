import { createChance, type JsonObject, type SandboxClock } from '../../../../engine/sdk/index.ts'
import type { KnobBoard } from '../knobs.ts'
import { RESOURCES } from '../resources/catalogue.ts'
import { type Company, createCompany, dateIn, keyOf } from '../store/company.ts'
import type { Seed } from '../store/table.ts'
import { invoiceSeed, orderSeed } from './documents.ts'
import { accountSeed, itemSeed } from './ledgers.ts'
import { customerSeed, shipToSeed, vendorSeed } from './parties.ts'
import { SETUP_ROWS } from './setup.ts'

export interface Counts {
  readonly vendors: number
  readonly customers: number
  readonly items: number
  readonly orders: number
  readonly accounts: number
}

export interface CompaniesParts {
  readonly seed: number
  readonly counts: Counts
  /** Of orders and invoices; uniquifiers do not start at 1 anywhere. */
  readonly firstUniquifier: bigint
  readonly clock: SandboxClock
  readonly knobs: KnobBoard
}

/** The company that a sandbox's settings name, and a smaller one beside it (the product's own sample companies). */
export const MAIN_COMPANY = 'SAMINC'
const OTHER_COMPANY = 'SAMLTD'
const SMALL: Counts = { vendors: 4, customers: 5, items: 6, orders: 3, accounts: 8 }
export function createCompanies(parts: CompaniesParts): ReadonlyMap<string, Company> {
  const { clock, knobs } = parts
  const make = (id: string, size: Counts, seed: number) => {
    const today = dateIn(knobs.now().timeZone, clock.now())
    const seeds = seedsOf(size, { seed, today, firstUniquifier: parts.firstUniquifier })
    const lowest = parts.firstUniquifier
    const [orders, invoices] = [seeds['OE/OEOrders']?.count ?? 0, seeds['OE/OEInvoices']?.count ?? 0]
    return createCompany({
      id,
      clock,
      knobs,
      seeds,
      firstNumbers: { OrderNumber: 1 + orders, InvoiceNumber: 1 + invoices, ShipmentNumber: 1 + invoices },
      firstUniquifiers: {
        OrderUniquifier: { next: lowest + BigInt(orders), lowest },
        InvoiceUniquifier: { next: lowest + BigInt(invoices), lowest },
      },
    })
  }
  return new Map([
    [MAIN_COMPANY, make(MAIN_COMPANY, parts.counts, parts.seed)],
    [OTHER_COMPANY, make(OTHER_COMPANY, SMALL, parts.seed + 1)],
  ])
}

interface SeedsParts {
  readonly seed: number
  readonly today: string
  readonly firstUniquifier: bigint
}

function seedsOf(counts: Counts, { seed, today, firstUniquifier }: SeedsParts): Readonly<Record<string, Seed>> {
  const chance = createChance(seed)
  const customers = customerSeed({ count: counts.customers, chance, today })
  const items = itemSeed({ count: counts.items, chance, today })
  // an order needs somebody who orders, and something to order
  const count = counts.customers > 0 && counts.items > 0 ? counts.orders : 0
  const documents = { count, chance, today, customers, items, firstUniquifier }
  return {
    ...Object.fromEntries(Object.entries(SETUP_ROWS).map(([path, rows]) => [path, rowSeed(path, rows)])),
    'AP/APVendors': vendorSeed({ count: counts.vendors, chance, today }),
    'AR/ARCustomers': customers,
    'AR/ARShipToLocations': shipToSeed({ count: counts.customers, chance, today }),
    'IC/ICItems': items,
    'GL/GLAccounts': accountSeed({ count: counts.accounts, today }),
    'OE/OEOrders': orderSeed(documents),
    'OE/OEInvoices': invoiceSeed(documents),
  }
}

/** Short lists of set-up, written out. */
function rowSeed(path: string, rows: readonly JsonObject[]): Seed {
  const def = RESOURCES.get(path)
  if (!def) throw new RangeError(`the sandbox has no ${path}`)
  return {
    count: rows.length,
    key: slot => keyOf(def, rows[slot] ?? {}),
    value: (slot, field) => (field === 'DateLastMaintained' ? '2020-01-02' : rows[slot]?.[field]),
  }
}
