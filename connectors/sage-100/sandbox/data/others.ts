import type { Chance } from '../../../../engine/sdk/index.ts'
import type { Line, Seed } from '../store/table.ts'
import { createNumbering, digits, endOf, numberIn } from './numbering.ts'
import { addressOf, type Bulk, nameOf, phoneOf } from './parties.ts'
import { MAIN_ACCOUNTS } from './words.ts'

const FIRST_VENDOR = 1000

/** Vendors by formula: `00~0001000` and further. */
export function vendorSeed({ count, tie, chance }: Bulk): Seed {
  const numbering = createNumbering(count, tie)
  const numberAt = (slot: number) => digits(FIRST_VENDOR + numbering.numberAt(slot), 7)
  return {
    count,
    keyAt: slot => `00~${numberAt(slot)}`,
    slotOf: key => {
      const number = key.startsWith('00~') ? numberIn(key.slice(3), 7) : undefined
      return number === undefined || number < FIRST_VENDOR ? undefined : numbering.slotOf(number - FIRST_VENDOR)
    },
    ordinalAt: numbering.ordinalAt,
    rowAt: slot => ({ values: { APDivisionNo: '00', VendorNo: numberAt(slot), ...vendorValues(chance, slot) } }),
  }
}

export function vendorValues(chance: Chance, slot: number): Readonly<Record<string, string>> {
  const { AddressLine1 = '', City = '', ...rest } = addressOf(chance, slot)
  return {
    VendorName: nameOf(chance, slot).slice(0, 30),
    AddressLine1: AddressLine1.slice(0, 30),
    City,
    ...rest,
    TelephoneNo: phoneOf(chance, slot),
    ...(slot % 4 === 0 ? {} : { EmailAddress: `sales${slot}@example.com` }),
    TermsCode: '02',
    VendorStatus: slot % 9 === 4 ? 'I' : 'A',
    AccountKey: '000000004',
    BalanceDue: `${chance.number('due', slot, 10_000)}.50`,
    TaxpayerIDSocialSecurityNo: digits(chance.number('tax', slot, 1_000_000_000), 9),
    BankAccountNo: digits(chance.number('bank', slot, 1_000_000_000), 12),
  }
}

const SUBS = ['00', '01', '02', '03'] as const

/** Accounts by formula: formatted numbers of one to four segments, and keys that say nothing of them. */
export function accountSeed({ count, tie, chance }: Bulk): Seed {
  const numbering = createNumbering(count, tie)
  const keyAt = (slot: number) => digits(1 + numbering.numberAt(slot), 9)
  return {
    count,
    keyAt,
    slotOf: key => {
      const number = numberIn(key, 9)
      return number === undefined || number < 1 ? undefined : numbering.slotOf(number - 1)
    },
    ordinalAt: numbering.ordinalAt,
    rowAt: slot => ({ values: { AccountKey: keyAt(slot), ...accountValues(chance, numbering.numberAt(slot)) } }),
  }
}

function accountValues(chance: Chance, number: number): Readonly<Record<string, string>> {
  const [MainAccountCode, description] = MAIN_ACCOUNTS[number % MAIN_ACCOUNTS.length] ?? ['', '']
  const round = Math.floor(number / MAIN_ACCOUNTS.length)
  // the first of every main account has one segment, the next two, and so on
  const subs = [SUBS[round % 4] ?? '00', digits(Math.floor(round / 4) % 100, 2), digits(Math.floor(round / 400), 3)]
  const segments = [MainAccountCode, ...subs.slice(0, round === 0 ? 0 : 1 + ((round - 1) % 3))]
  // a shorter number may be taken already: the last segment tells such accounts apart
  if (round > 3 && segments.length < 4) segments.splice(1, segments.length, ...subs)
  return {
    AccountDesc: `${description} ${chance.pick(['- East', '- West', '& Other'], 'side', number)}`,
    Account: segments.join('-'),
    RawAccount: segments.join(''),
    MainAccountCode,
    CashFlowsType: 'O',
    Status: number % 11 === 6 ? 'I' : 'A',
    RollupCode1: 'STAT-A',
  }
}

/** The main accounts: few, all made at the start. */
export function mainAccountRows(): readonly Readonly<Record<string, string>>[] {
  return MAIN_ACCOUNTS.map(([MainAccountCode, MainAccountDesc, AccountType, AccountGroup, AccountCategory]) => ({
    SegmentNo: '01',
    MainAccountCode,
    MainAccountDesc,
    MainAccountShortDesc: MainAccountDesc.slice(0, 20),
    AccountType,
    AccountGroup,
    AccountCategory,
    CashFlowsType: 'O',
    Status: 'A',
  }))
}

export interface BulkOrders extends Bulk {
  /** Key of the customer that ordered. */
  customerAt(slot: number): string
}

const FIRST_ORDER = 100

/** Open orders by formula, their lines too. */
export function orderSeed({ count, tie, chance, customerAt }: BulkOrders): Seed {
  const numbering = createNumbering(count, tie)
  const keyAt = (slot: number) => digits(FIRST_ORDER + numbering.numberAt(slot), 7)
  return {
    count,
    keyAt,
    slotOf: key => {
      const number = numberIn(key, 7)
      return number === undefined || number < FIRST_ORDER ? undefined : numbering.slotOf(number - FIRST_ORDER)
    },
    ordinalAt: numbering.ordinalAt,
    rowAt: slot => orderRow(chance, slot, { SalesOrderNo: keyAt(slot), customer: customerAt(slot) }),
  }
}

/** The first number that no order has. */
export const nextOrderNo = (count: number, tie: number) => FIRST_ORDER + endOf(count, tie)

interface OrderHead {
  readonly SalesOrderNo: string
  readonly customer: string
}

function orderRow(chance: Chance, slot: number, { SalesOrderNo, customer }: OrderHead) {
  const [ARDivisionNo = '', CustomerNo = ''] = customer.split('~')
  const quantity = 1 + chance.number('quantity', slot, 9)
  const lines = linesOf(slot, quantity)
  return {
    values: {
      SalesOrderNo,
      ARDivisionNo,
      CustomerNo,
      CustomerPONo: slot % 4 === 0 ? '' : `PO-${7000 + slot}`,
      OrderType: slot % 10 === 9 ? 'Q' : 'S',
      OrderStatus: chance.pick(['N', 'O', 'O', 'H'], 'order status', slot),
      OrderDate: '20260113',
      ShipExpireDate: '20260120',
      BillToName: nameOf(chance, slot).slice(0, 50),
      TermsCode: '01',
      WarehouseCode: '001',
      TaxSchedule: 'WI',
      ...totalsOf(lines),
    },
    lines,
  }
}

const TAX_PERCENT = 5

export const cents = (text: string): number => Math.round(Number(text) * 100)
export const money = (inCents: number): string => (inCents / 100).toFixed(2)

/** Taxable, not taxable and tax of the lines. */
export function totalsOf(lines: readonly Line[], isTaxed = true): Readonly<Record<string, string>> {
  const sum = (isTaxable: boolean) =>
    lines
      .filter(it => (it['TaxClass'] === 'TX') === isTaxable)
      .reduce((all, it) => all + cents(it['ExtensionAmt'] ?? '0'), 0)
  const taxable = isTaxed ? sum(true) : 0
  return {
    TaxableAmt: money(taxable),
    NonTaxableAmt: money(sum(false) + (isTaxed ? 0 : sum(true))),
    SalesTaxAmt: money(Math.round((taxable * TAX_PERCENT) / 100)),
  }
}

/** Regular, comment, charge and kit lines; the first of all orders has one line only. */
function linesOf(slot: number, quantity: number): readonly Line[] {
  const regular = line(1, '1001-HON-H252', { quantity, cents: 10_595 })
  const others = [
    line(2, '/C', { quantity: 0, cents: 0, CommentText: 'Call before delivery' }),
    line(3, '/FREIGHT', { quantity: 0, cents: 1_500 }),
    line(4, 'KIT-D1600', { quantity: 1, cents: 0 }),
    line(5, 'D1600-TOP', { quantity: 1, cents: 24_900 }),
  ]
  return [regular, ...others.slice(0, slot % 5)]
}

const TYPES: Readonly<Record<string, string>> = { '/C': '4', '/FREIGHT': '3' }

interface Amounts {
  readonly quantity: number
  readonly cents: number
  readonly CommentText?: string
}

function line(number: number, ItemCode: string, { quantity, cents: price, CommentText = '' }: Amounts): Line {
  const ItemType = TYPES[ItemCode] ?? '1'
  return {
    LineKey: digits(number, 6),
    LineSeqNo: digits(number, 14),
    ItemCode,
    ItemType,
    CommentText,
    UnitOfMeasure: ItemType === '1' ? 'EACH' : '',
    WarehouseCode: ItemType === '1' ? '001' : '',
    TaxClass: ItemType === '1' ? 'TX' : 'NT',
    QuantityOrdered: quantity.toFixed(6),
    UnitPrice: (price / 100).toFixed(6),
    ExtensionAmt: money(price * Math.max(quantity, ItemType === '3' ? 1 : 0)),
  }
}
