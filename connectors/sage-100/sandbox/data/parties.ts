import type { Chance } from '../../../../engine/sdk/index.ts'
import type { Seed } from '../store/table.ts'
import { createNumbering, digits, endOf, numberIn } from './numbering.ts'
import { FORMS, HOUSES, ODD_CONTACTS, ODD_CUSTOMERS, PEOPLE, PLACES, STREETS, TITLES, TRADES } from './words.ts'

const DIVISIONS = ['01', '02', '03'] as const
export const divisionOf = (block: number) => DIVISIONS[block % DIVISIONS.length] ?? '01'

export const nameOf = (chance: Chance, slot: number) =>
  `${chance.pick(HOUSES, 'house', slot)} ${chance.pick(TRADES, 'trade', slot)} ${chance.pick(FORMS, 'form', slot)}`

export function addressOf(chance: Chance, slot: number): Readonly<Record<string, string>> {
  const [City, State, ZipCode, CountryCode] = chance.pick(PLACES, 'place', slot)
  const AddressLine1 = `${100 + chance.number('house number', slot, 9000)} ${chance.pick(STREETS, 'street', slot)}`
  return { AddressLine1, City, State, ZipCode, CountryCode }
}

export const phoneOf = (chance: Chance, slot: number) => `(414) 555-${digits(chance.number('phone', slot, 10_000), 4)}`

export interface Bulk {
  readonly count: number
  /** Rows that an import changed in one and the same tick. */
  readonly tie: number
  readonly chance: Chance
}

/** First number of the customers made by formula: below it are those that people entered. */
const FIRST_CUSTOMER = 1000
const WIDTH = 7

/** The first number that no customer by formula has. */
export const nextCustomerNo = (count: number, tie: number) => FIRST_CUSTOMER + endOf(count, tie)

/** Customers by formula: `01~0001000` and further. */
export function customerSeed({ count, tie, chance }: Bulk): Seed {
  const numbering = createNumbering(count, tie)
  const keyAt = (slot: number) => {
    const number = numbering.numberAt(slot)
    return `${divisionOf(numbering.blockOf(number))}~${digits(FIRST_CUSTOMER + number, WIDTH)}`
  }
  return {
    count,
    keyAt,
    slotOf: key => {
      const number = numberIn(key.slice(3), WIDTH)
      if (number === undefined || number < FIRST_CUSTOMER) return undefined
      const slot = numbering.slotOf(number - FIRST_CUSTOMER)
      return slot !== undefined && keyAt(slot) === key ? slot : undefined
    },
    ordinalAt: numbering.ordinalAt,
    rowAt: slot => {
      const [ARDivisionNo = '', CustomerNo = ''] = keyAt(slot).split('~')
      return { values: { ARDivisionNo, CustomerNo, ...customerValues(chance, slot) } }
    },
  }
}

/** What a customer has beside its key. */
export function customerValues(chance: Chance, slot: number): Readonly<Record<string, string>> {
  const CreditLimit = `${chance.number('limit', slot, 20) * 500}.00`
  return {
    CustomerName: nameOf(chance, slot).slice(0, 50),
    ...addressOf(chance, slot),
    TelephoneNo: phoneOf(chance, slot),
    ...(slot % 5 === 0 ? {} : { EmailAddress: `ap${slot}@example.com` }),
    CustomerStatus: slot % 7 === 3 ? 'I' : 'A',
    TermsCode: '01',
    SalespersonDivisionNo: '01',
    SalespersonNo: '0100',
    PriceLevel: '1',
    DateEstablished: '20190502',
    CreditLimit,
    CurrentBalance: `${chance.number('balance', slot, 100_000) / 100}`,
    OpenItemCustomer: 'Y',
    // no, one or many fields of the customer's own
    ...(slot % 3 > 0 ? { UDF_TIER: chance.pick(['GOLD', 'SILVER'], 'tier', slot) } : {}),
    ...(slot % 3 > 1 ? { UDF_REGION: 'Midwest & Plains', UDF_SINCE: '2019' } : {}),
  }
}

const CODES = ['MAIN', 'BILLING', 'ART J', 'C0004', 'C0005', 'C0006'] as const

export interface BulkContacts {
  readonly count: number
  /** Of these customers, by formula. */
  readonly customers: Seed
  readonly chance: Chance
}

/** Contacts by formula: the first of every customer, then the second of every one, and so on. */
export function contactSeed({ count: wished, customers, chance }: BulkContacts): Seed {
  const count = Math.min(wished, customers.count * CODES.length)
  const numbering = createNumbering(count, 1)
  const partsAt = (slot: number): readonly [string, string] => {
    const number = numbering.numberAt(slot)
    return [customers.keyAt(number % customers.count), CODES[Math.floor(number / customers.count)] ?? '']
  }
  return {
    count,
    keyAt: slot => partsAt(slot).join('~'),
    slotOf: key => {
      const cut = key.lastIndexOf('~')
      const at = CODES.findIndex(it => it === key.slice(cut + 1))
      const customer = at < 0 ? undefined : customers.slotOf(key.slice(0, cut))
      return customer === undefined ? undefined : numbering.slotOf(at * customers.count + customer)
    },
    ordinalAt: numbering.ordinalAt,
    rowAt: slot => {
      const [customer, ContactCode] = partsAt(slot)
      const [ARDivisionNo = '', CustomerNo = ''] = customer.split('~')
      return { values: { ARDivisionNo, CustomerNo, ContactCode, ...contactValues(chance, slot) } }
    },
  }
}

export function contactValues(chance: Chance, slot: number): Readonly<Record<string, string>> {
  return {
    ContactName: chance.pick(PEOPLE, 'person', slot),
    ContactTitle: chance.pick(TITLES, 'title', slot),
    ...addressOf(chance, slot),
    TelephoneNo1: phoneOf(chance, slot),
    ...(slot % 3 === 0 ? {} : { EmailAddress: `contact${slot}@example.com` }),
  }
}

/** Customers that people entered; where there are few in all, a quarter is of the seed's making nevertheless. */
export const oddCustomersOf = (count: number) => ODD_CUSTOMERS.slice(0, count < 16 ? Math.ceil(count * 0.75) : count)
/** Contacts that people entered for those customers. */
export const oddContactsOf = (count: number, customers: number) =>
  ODD_CONTACTS.filter(([customer]) => customer < customers).slice(0, count)
