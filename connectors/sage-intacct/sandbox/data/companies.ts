import type { InitialRows } from '../store/table.ts'
import type { Chance } from './chance.ts'
import { FIRST_WORDS, LEGAL_FORMS, ODD_COMPANIES, SECOND_WORDS } from './words.ts'

/** What differs between vendors and customers. */
export interface CompanySpec {
  readonly letter: 'V' | 'C'
  readonly key: 'VENDORID' | 'CUSTOMERID'
  readonly count: number
  readonly firstId: number
  /** Rows that a bulk import changed in one and the same second. */
  readonly tie: number
  /** Free contacts that pay-to, bill-to and primary contacts are taken from. */
  readonly freeContact: (row: number) => string
  readonly types: readonly string[]
  readonly terms: readonly string[]
  readonly entities: readonly string[]
}

export interface Companies extends InitialRows {
  companyId(slot: number): string
  companyName(slot: number): string
  contactName(slot: number): string
}

/** 2022-01-10 00:00 UTC; all generated times lie between it and 29 months later. */
const EPOCH = Date.UTC(2022, 0, 10) / 1000
const SPAN = 29 * 30 * 86_400
const BULK_IMPORT_AT = Date.UTC(2023, 4, 6, 14, 30, 7) / 1000
const FIRST_ODD = 10
/** In each group of twelve: child → parent. Row 2 is the root of 0 and 9, row 0 the parent of 7: three levels, one child older than its parent. */
const PARENTS: Readonly<Record<number, number>> = { 0: 2, 9: 2, 7: 0, 5: 4 }

export function createCompanies(spec: CompanySpec, chance: Chance): Companies {
  const base = spec.letter === 'V' ? 100 : 200
  const odd = (slot: number) => (spec.count > FIRST_ODD ? ODD_COMPANIES[slot - FIRST_ODD] : undefined)
  const companyId = (slot: number): string => odd(slot)?.id ?? `${spec.letter}${String(10_000 + slot)}`
  const companyName = (slot: number): string =>
    odd(slot)?.name ??
    `${chance.pick(FIRST_WORDS, base, slot)} ${chance.pick(SECOND_WORDS, base + 1, slot)} ${chance.pick(LEGAL_FORMS, base + 2, slot)}`
  const contactName = (slot: number): string => `${companyName(slot)}(${spec.letter}${companyId(slot)})`
  const createdAt = (slot: number): number => EPOCH + (chance.number(base + 3, slot) % (SPAN / 2))
  const firstTied = Math.floor((spec.count - spec.tie) / 2)
  const modifiedAt = (slot: number): number => {
    if (slot % 29 === 17) return Number.NaN
    if (slot >= firstTied && slot < firstTied + spec.tie) return BULK_IMPORT_AT
    return createdAt(slot) + (chance.number(base + 4, slot) % (SPAN / 2))
  }
  const fields = companyFields({ spec, chance, base, companyId, companyName, contactName })
  return {
    count: spec.count,
    id: slot => spec.firstId + slot + Math.floor(slot / 9),
    createdAt,
    modifiedAt,
    value: (slot, field) => fields[field]?.(slot) ?? '',
    companyId,
    companyName,
    contactName,
  }
}

interface FieldSource {
  readonly spec: CompanySpec
  readonly chance: Chance
  readonly base: number
  companyId(slot: number): string
  companyName(slot: number): string
  contactName(slot: number): string
}

type Columns = Readonly<Record<string, (slot: number) => string>>

function companyFields(source: FieldSource): Columns {
  const { spec, chance, base, companyId, companyName, contactName } = source
  const sometimes = (share: number, subject: number, make: (slot: number) => string) => (slot: number) =>
    chance.happens(share, base + subject, slot) ? make(slot) : ''
  const flag = (share: number, subject: number) => (slot: number) => String(chance.happens(share, base + subject, slot))
  const amount = (subject: number, ceiling: number) => (slot: number) =>
    ((chance.number(base + subject, slot) % ceiling) / 100).toFixed(2)
  const parent = (slot: number): string => {
    const offset = PARENTS[slot % 12]
    const at = offset === undefined ? spec.count : slot - (slot % 12) + offset
    return at < spec.count ? companyId(at) : ''
  }
  return {
    [spec.key]: companyId,
    NAME: companyName,
    STATUS: slot => (slot % 11 === 6 ? 'inactive' : 'active'),
    PARENTID: parent,
    TERMNAME: sometimes(0.8, 10, slot => chance.pick(spec.terms, base + 11, slot)),
    TAXID: sometimes(
      0.6,
      12,
      slot =>
        `0${10 + (chance.number(base + 13, slot) % 89)}-${1_000_000 + (chance.number(base + 14, slot) % 8_999_999)}`,
    ),
    CURRENCY: slot => chance.pick(['USD', 'USD', 'USD', 'EUR', 'CAD'], base + 15, slot),
    CREDITLIMIT: sometimes(0.5, 16, slot => String((1 + (chance.number(base + 17, slot) % 50)) * 1000)),
    TOTALDUE: amount(18, 2_500_000),
    ONHOLD: flag(0.05, 19),
    ONETIME: flag(0.02, 20),
    COMMENTS: sometimes(0.2, 21, () => 'Call before delivery.'),
    'DISPLAYCONTACT.CONTACTNAME': contactName,
    CREATEDBY: () => '12',
    MODIFIEDBY: () => '12',
    MEGAENTITYID: slot => (slot % 17 === 8 ? (spec.entities[Math.floor(slot / 17) % spec.entities.length] ?? '') : ''),
    ...(spec.letter === 'V' ? vendorFields(source, sometimes, flag) : customerFields(source, sometimes)),
  }
}

type Sometimes = (share: number, subject: number, make: (slot: number) => string) => (slot: number) => string

function vendorFields(
  source: FieldSource,
  sometimes: Sometimes,
  flag: (share: number, subject: number) => (slot: number) => string,
): Columns {
  const { spec, chance, base } = source
  return {
    VENDTYPE: sometimes(0.85, 30, slot => chance.pick(spec.types, base + 31, slot)),
    DONOTCUTCHECK: flag(0.05, 32),
    VENDORACCOUNTNO: sometimes(0.5, 33, slot => `00${chance.number(base + 34, slot) % 100_000}`),
    APACCOUNT: () => '2000',
    'PAYTOCONTACT.CONTACTNAME': sometimes(0.3, 35, spec.freeContact),
  }
}

function customerFields(source: FieldSource, sometimes: Sometimes): Columns {
  const { spec, chance, base } = source
  return {
    CUSTTYPE: sometimes(0.85, 30, slot => chance.pick(spec.types, base + 31, slot)),
    SHIPPINGMETHOD: sometimes(0.4, 36, slot => chance.pick(['Ground', 'Two-day air', 'Freight'], base + 37, slot)),
    RESALENO: sometimes(0.2, 38, slot => `R-${chance.number(base + 39, slot) % 100_000}`),
    'BILLTOCONTACT.CONTACTNAME': sometimes(0.3, 35, spec.freeContact),
    'SHIPTOCONTACT.CONTACTNAME': sometimes(0.2, 40, spec.freeContact),
    'PRIMARYCONTACT.CONTACTNAME': sometimes(0.3, 41, spec.freeContact),
  }
}
