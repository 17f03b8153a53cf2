import { createChance } from '../../../../engine/sdk/index.ts'
import type { KnobBoard } from '../knobs.ts'
import type { Company, Host } from '../store/company.ts'
import { blankRow, createTable, type Seed, type Table } from '../store/table.ts'
import { keyOf, TABLES, type TableName, tableDef } from '../store/tables.ts'
import { digits } from './numbering.ts'
import { accountSeed, mainAccountRows, nextOrderNo, orderSeed, vendorSeed, vendorValues } from './others.ts'
import {
  contactSeed,
  contactValues,
  customerSeed,
  customerValues,
  nextCustomerNo,
  oddContactsOf,
  oddCustomersOf,
} from './parties.ts'
import { MASTERS, ODD_STAMPS, ODD_VENDORS } from './words.ts'

export interface Counts {
  readonly customers: number
  readonly contacts: number
  readonly vendors: number
  readonly accounts: number
  readonly orders: number
  /** How many rows an import changed in one and the same tick. */
  readonly tie: number
}

export interface CompaniesParts {
  readonly seed: number
  readonly counts: Counts
  readonly knobs: KnobBoard
  readonly host: Host
}

export const MAIN_COMPANY = 'ABC'

const NUMBER_WIDTH = 7

/** ABC, which the connection works in, and ABX with some of the same keys. */
export function createCompanies(parts: CompaniesParts): ReadonlyMap<string, Company> {
  const few = (count: number) => Math.min(count, 12)
  const { customers, contacts, vendors, accounts, orders, tie } = parts.counts
  const other = {
    customers: few(customers),
    contacts: few(contacts),
    vendors: few(vendors),
    accounts: few(accounts),
    orders: few(orders),
    tie,
  }
  return new Map([
    [MAIN_COMPANY, createCompany(MAIN_COMPANY, 'ABC Distribution and Service Corp.', parts)],
    ['ABX', createCompany('ABX', 'ABC Manufacturing', { ...parts, seed: parts.seed + 1, counts: other })],
  ])
}

function createCompany(code: string, name: string, { seed, counts, knobs, host }: CompaniesParts): Company {
  const { tables, nextOrder, nextCustomer } = createTables(seed, counts)
  const next = { customer: nextCustomer, order: nextOrder }
  const isTaken = {
    customer: (number: string) =>
      [...(MASTERS['Division'] ?? [])].some(it => tables.get('AR_Customer')?.has(`${it}~${number}`)),
    order: (number: string) => tables.get('SO_SalesOrder')?.has(number) ?? false,
  }
  return {
    code,
    name,
    knobs,
    host,
    table: it => {
      const found = tables.get(it)
      if (!found) throw new RangeError(`the sandbox has no ${it}`)
      return found
    },
    nextNumber: series => {
      while (isTaken[series](digits(next[series], NUMBER_WIDTH))) next[series] += 1
      next[series] += 1
      return digits(next[series] - 1, NUMBER_WIDTH)
    },
  }
}

const NONE: Seed = {
  count: 0,
  keyAt: () => '',
  slotOf: () => undefined,
  ordinalAt: () => 0,
  rowAt: () => ({ values: {} }),
}

function createTables(seed: number, { customers, contacts, vendors, accounts, orders, tie }: Counts) {
  const chance = createChance(seed)
  const odd = oddCustomersOf(customers)
  const oddContacts = oddContactsOf(contacts, odd.length)
  const oddVendors = ODD_VENDORS.slice(0, vendors)
  const bulk = customerSeed({ count: customers - odd.length, tie, chance })
  const customerAt = (slot: number) => {
    const [division = '', number = ''] = odd[slot % Math.max(odd.length, 1)] ?? []
    return bulk.count > 0 && slot % 3 > 0 ? bulk.keyAt(slot % bulk.count) : `${division}~${number}`
  }
  const seeds: Readonly<Record<TableName, Seed>> = {
    AR_Customer: bulk,
    AR_CustomerContact: contactSeed({ count: contacts - oddContacts.length, customers: bulk, chance }),
    AP_Vendor: vendorSeed({ count: vendors - oddVendors.length, tie, chance }),
    GL_Account: accountSeed({ count: accounts, tie, chance }),
    GL_MainAccount: NONE,
    // without customers there is nobody who could order
    SO_SalesOrder: orderSeed({ count: customers === 0 ? 0 : orders, tie, chance, customerAt }),
  }
  const tables = new Map(TABLES.map(def => [def.name, createTable(def, seeds[def.name])]))
  const put = (name: TableName, values: Readonly<Record<string, string>>) => enter(tables.get(name), values)
  odd.forEach(([ARDivisionNo, CustomerNo, CustomerName], at) => {
    const [DateUpdated = '', TimeUpdated = ''] = ODD_STAMPS[at] ?? []
    const named = { ...customerValues(chance, at), ...(CustomerName ? { CustomerName } : {}) }
    const contact = oddContacts.find(([customer]) => customer === at)?.[1] ?? ''
    put('AR_Customer', { ARDivisionNo, CustomerNo, ...named, ContactCode: contact, DateUpdated, TimeUpdated })
  })
  oddContacts.forEach(([customer, ContactCode, ContactName, EmailAddress], at) => {
    const [ARDivisionNo = '', CustomerNo = ''] = odd[customer] ?? []
    const values = { ...contactValues(chance, at), ContactName, EmailAddress }
    put('AR_CustomerContact', { ARDivisionNo, CustomerNo, ContactCode, ...values })
  })
  oddVendors.forEach(([APDivisionNo, VendorNo, VendorName], at) => {
    put('AP_Vendor', { APDivisionNo, VendorNo, ...vendorValues(chance, at), VendorName })
  })
  for (const values of mainAccountRows()) put('GL_MainAccount', values)
  return { tables, nextOrder: nextOrderNo(orders, tie), nextCustomer: nextCustomerNo(bulk.count, tie) }
}

/** A row that people entered once upon a time. */
function enter(table: Table | undefined, values: Readonly<Record<string, string>>): void {
  if (!table) return
  const def = tableDef(table.def.name)
  const audit = {
    DateCreated: '20180101',
    TimeCreated: '8.00000',
    UserCreatedKey: '0000000002',
    DateUpdated: '20240229',
    TimeUpdated: '23.99999',
    UserUpdatedKey: '0000000002',
  }
  table.put(keyOf(def, values), { values: { ...blankRow(def), ...audit, ...values }, lines: [] })
}
