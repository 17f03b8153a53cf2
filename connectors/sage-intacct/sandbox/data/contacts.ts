import type { InitialRows } from '../store/table.ts'
import type { Chance } from './chance.ts'
import type { Companies } from './companies.ts'
import { FIRST_NAMES, LAST_NAMES, PLACES, STREETS } from './words.ts'

/** Name of a free contact: a person who belongs to no vendor or customer by itself. */
export function freeContactName(chance: Chance, row: number): string {
  return `${chance.pick(LAST_NAMES, 301, row)}, ${chance.pick(FIRST_NAMES, 300, row)} ${row + 1}`
}

/** The display contact of each vendor, of each customer, then the free ones (fact sheet 4: `NAME(V<ID>)`). */
export function createContacts(vendors: Companies, customers: Companies, free: number, chance: Chance): InitialRows {
  const owner = (slot: number): { readonly of: Companies; readonly at: number } | undefined => {
    if (slot < vendors.count) return { of: vendors, at: slot }
    return slot < vendors.count + customers.count ? { of: customers, at: slot - vendors.count } : undefined
  }
  const freeRow = (slot: number) => slot - vendors.count - customers.count
  const createdAt = (slot: number): number => {
    const found = owner(slot)
    return found ? found.of.createdAt(found.at) : vendors.createdAt(slot) + 60
  }
  const columns = contactColumns(chance, {
    name: slot => {
      const found = owner(slot)
      return found ? found.of.contactName(found.at) : freeContactName(chance, freeRow(slot))
    },
    company: slot => {
      const found = owner(slot)
      return found ? found.of.companyName(found.at) : ''
    },
    person: slot => (owner(slot) ? slot : freeRow(slot)),
  })
  return {
    count: vendors.count + customers.count + free,
    id: slot => 500 + slot + Math.floor(slot / 13),
    createdAt,
    modifiedAt: slot => (slot % 31 === 19 ? Number.NaN : createdAt(slot) + (chance.number(310, slot) % 20_000_000)),
    value: (slot, field) => columns[field]?.(slot) ?? '',
  }
}

interface Names {
  name(slot: number): string
  company(slot: number): string
  /** Row that first and last name are drawn by. */
  person(slot: number): number
}

function contactColumns(chance: Chance, names: Names): Readonly<Record<string, (slot: number) => string>> {
  const hasLastName = (slot: number) => slot % 7 !== 3
  const firstName = (slot: number) => chance.pick(FIRST_NAMES, 300, names.person(slot))
  const lastName = (slot: number) => (hasLastName(slot) ? chance.pick(LAST_NAMES, 301, names.person(slot)) : '')
  const plain = (text: string) =>
    text
      .normalize('NFD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase()
  const phone = (subject: number) => (slot: number) =>
    `+1 (555) ${String(1_000_000 + (chance.number(subject, slot) % 8_999_999))
      .replace(/(\d{3})(\d{4})$/, '$1-$2')
      .slice(-8)}`
  return {
    CONTACTNAME: names.name,
    PRINTAS: slot => names.company(slot) || `${firstName(slot)} ${lastName(slot)}`.trim(),
    COMPANYNAME: names.company,
    PREFIX: slot => (slot % 5 === 1 ? 'Dr.' : ''),
    FIRSTNAME: slot => (slot % 9 === 4 ? '' : firstName(slot)),
    LASTNAME: lastName,
    PHONE1: slot => (slot % 6 === 5 ? '' : phone(321)(slot)),
    CELLPHONE: slot => (slot % 4 === 2 ? phone(322)(slot) : ''),
    EMAIL1: slot =>
      slot % 8 === 5 ? '' : `${plain(firstName(slot))}.${slot + 1}@${plain(names.company(slot)) || 'mail'}.example`,
    URL1: slot =>
      slot % 3 === 0 && names.company(slot) !== ''
        ? `https://www.${plain(names.company(slot)) || 'company'}.example/?a=1&b=2`
        : '',
    STATUS: slot => (slot % 23 === 11 ? 'inactive' : 'active'),
    VISIBLE: slot => String(names.company(slot) === ''),
    TAXABLE: slot => String(slot % 2 === 0),
    ...addressColumns(chance),
    CREATEDBY: () => '12',
    MODIFIEDBY: () => '12',
  }
}

function addressColumns(chance: Chance): Readonly<Record<string, (slot: number) => string>> {
  const place = (slot: number) => PLACES[chance.number(320, slot) % PLACES.length] ?? PLACES[0]
  return {
    'MAILADDRESS.ADDRESS1': slot => `${1 + (chance.number(323, slot) % 999)} ${chance.pick(STREETS, 324, slot)}`,
    'MAILADDRESS.ADDRESS2': slot => (slot % 5 === 0 ? 'Suite 4 & 5' : ''),
    'MAILADDRESS.CITY': slot => place(slot)[0],
    'MAILADDRESS.STATE': slot => place(slot)[1],
    'MAILADDRESS.ZIP': slot => place(slot)[2],
    'MAILADDRESS.COUNTRY': slot => place(slot)[3],
    'MAILADDRESS.COUNTRYCODE': slot => place(slot)[4],
  }
}
