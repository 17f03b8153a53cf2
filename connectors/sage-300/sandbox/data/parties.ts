import type { Chance, Json } from '../../../../engine/sdk/index.ts'
import type { Seed } from '../store/table.ts'
import { FORMS, HOUSES, ODD_PARTIES, PEOPLE, PLACES, STREETS, TRADES } from './words.ts'

export interface SeedParts {
  readonly count: number
  readonly chance: Chance
  /** The day the sandbox starts: nothing was maintained after it. */
  readonly today: string
}

type Values = Readonly<Record<string, (slot: number) => Json>>

/** A seed of one function per field. */
export const seedOf = (count: number, key: (slot: number) => string, values: Values): Seed => ({
  count,
  key,
  value: (slot, field) => values[field]?.(slot),
})

export const daysBefore = (day: string, days: number) =>
  new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10)

/** Days between a record's last maintenance and now: one in eight of one bulk edit, the rest over two years. */
export function maintainedOf({ chance, today }: SeedParts, subject: string, slot: number): string {
  const days = slot % 8 === 3 ? 30 : slot % 16 === 5 ? 0 : chance.number(`${subject} maintained`, slot, 730)
  return daysBefore(today, days)
}

/** Number `slot` of a customer or vendor: odd ones first, then 7-digit numbers with leading zeros. */
export const partyKey = (slot: number, first: number) =>
  ODD_PARTIES[slot]?.[0] ?? String(first + (slot - ODD_PARTIES.length) * 7).padStart(7, '0')

export function partyName(chance: Chance, subject: string, slot: number): string {
  const odd = ODD_PARTIES[slot]?.[1] ?? ''
  const words = [HOUSES, TRADES, FORMS].map((list, at) => chance.pick(list, `${subject} name ${at}`, slot))
  return odd === '' ? words.join(' ') : odd
}

function partyValues(parts: SeedParts, subject: string): Values {
  const { chance } = parts
  const place = (at: 0 | 1 | 2 | 3) => (slot: number) => chance.pick(PLACES, `${subject} place`, slot)[at]
  const isInactive = (slot: number) => slot % 11 === 7
  const digits = (kind: string) => (slot: number) =>
    `604555${String(chance.number(`${subject} ${kind}`, slot, 10_000)).padStart(4, '0')}`
  return {
    ShortName: slot => partyName(chance, subject, slot).toUpperCase().replaceAll(/\s/g, '').slice(0, 10),
    Status: slot => (isInactive(slot) ? 'Inactive' : 'Active'),
    InactiveDate: slot => (isInactive(slot) ? maintainedOf(parts, subject, slot) : null),
    DateLastMaintained: slot => maintainedOf(parts, subject, slot),
    StartDate: slot => daysBefore(parts.today, 800 + (slot % 900)),
    AddressLine1: slot => `${1 + (slot % 180)} ${chance.pick(STREETS, `${subject} street`, slot)}`,
    City: place(0),
    StateProvince: place(1),
    ZipPostalCode: place(2),
    Country: place(3),
    ContactName: slot => chance.pick(PEOPLE, `${subject} contact`, slot),
    PhoneNumber: digits('phone'),
    ContactsPhone: digits('contact phone'),
    Email: slot => (slot % 9 === 4 ? '' : `office${slot}@${subject}.example`),
    ContactsEmail: slot => (slot % 5 === 2 ? '' : `contact${slot}@${subject}.example`),
    AccountSet: () => 'CAD',
    Terms: () => 'N30',
    CurrencyCode: () => 'CAD',
    TaxGroup: () => 'BCTAX',
  }
}

export const vendorSeed = (parts: SeedParts): Seed =>
  seedOf(parts.count, slot => partyKey(slot, 1000), {
    ...partyValues(parts, 'vendor'),
    VendorNumber: slot => partyKey(slot, 1000),
    VendorName: slot => partyName(parts.chance, 'vendor', slot),
    GroupCode: slot => (slot % 3 === 1 ? 'SVC' : 'INV'),
    OnHold: slot => (slot % 13 === 6 ? 'OnHold' : 'NotOnHold'),
    BankCode: () => 'CCB',
    PaymentCode: slot => (slot % 3 === 1 ? 'EFT' : 'CHECK'),
  })

export const customerSeed = (parts: SeedParts): Seed =>
  seedOf(parts.count, slot => partyKey(slot, 5000), {
    ...partyValues(parts, 'customer'),
    CustomerNumber: slot => partyKey(slot, 5000),
    CustomerName: slot => partyName(parts.chance, 'customer', slot),
    GroupCode: slot => (slot % 4 === 2 ? 'RTL' : 'WHL'),
    AccountType: slot => (slot % 4 === 2 ? 'BalanceForward' : 'OpenItem'),
    OnHold: slot => (slot % 13 === 6 ? 'Yes' : 'No'),
    BillingCycle: slot => (slot % 4 === 2 ? 'BILWK' : 'BILMTH'),
    InterestProfile: () => 'INT01',
    CustomerPriceList: () => 'RTL',
    InventoryLocation: () => '1',
    Salesperson1: slot => (slot % 2 === 0 ? 'SP01' : 'SP02'),
  })

/** A second address for every fifth customer. */
export function shipToSeed(parts: SeedParts): Seed {
  const count = Math.ceil(parts.count / 5)
  const customer = (slot: number) => partyKey(slot * 5, 5000)
  return seedOf(count, slot => `${customer(slot)}\u0001WAREHS`, {
    ...partyValues(parts, 'shipto'),
    CustomerNumber: customer,
    ShipToLocationKey: () => 'WAREHS',
    Description: slot => `Warehouse of ${customer(slot)}`,
  })
}
