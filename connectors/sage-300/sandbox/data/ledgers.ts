import type { Seed } from '../store/table.ts'
import { daysBefore, maintainedOf, type SeedParts, seedOf } from './parties.ts'
import { NAMED_ITEMS } from './words.ts'

const padded = (slot: number) => String(slot).padStart(7, '0')
const itemKey = (slot: number) => NAMED_ITEMS[slot]?.[0] ?? `B2${padded(slot)}`
const isDiscontinued = (slot: number) => slot === 5 || slot % 17 === 16

export const itemSeed = (parts: SeedParts): Seed =>
  seedOf(parts.count, itemKey, {
    UnformattedItemNumber: itemKey,
    ItemNumber: slot => NAMED_ITEMS[slot]?.[1] ?? `B2-${padded(slot)}`,
    Description: slot => NAMED_ITEMS[slot]?.[2] ?? `Part no. ${slot}`,
    DateLastMaintained: slot => maintainedOf(parts, 'item', slot),
    Status: slot => !isDiscontinued(slot),
    Category: slot => (slot < 2 ? 'A1' : slot % 5 === 4 ? '07' : 'B2'),
    AccountSetCode: () => '1',
    StockingUnitOfMeasure: slot => (slot === 2 ? 'Box' : 'Ea.'),
    DefaultPriceListCode: () => 'RTL',
    StructureCode: () => 'SIX',
    QuantityOnHand: slot => parts.chance.number('item stock', slot, 500),
    QuantityAvailable: slot => parts.chance.number('item stock', slot, 500),
    ItemUnitsOfMeasure: slot => [
      { UnitOfMeasure: slot === 2 ? 'Box' : 'Ea.', ConversionFactor: 1, UpdateOperation: 'Unspecified' },
    ],
  })

/** The slots of items that can be ordered. */
export const orderableItem = (slot: number) => (isDiscontinued(slot) ? 0 : slot)

/** First account, title, balance sheet or not, normal balance. */
const RANGES: readonly (readonly [number, string, boolean, 'Debit' | 'Credit'])[] = [
  [10, 'Suspense', true, 'Debit'],
  [1000, 'Bank account', true, 'Debit'],
  [1100, 'Accounts receivable', true, 'Debit'],
  [2000, 'Accounts payable', true, 'Credit'],
  [3000, 'Equity', true, 'Credit'],
  [4000, 'Sales & service', false, 'Credit'],
  [6000, 'Expenses', false, 'Debit'],
]

/** Accounts have divisions as second segment: `0010`, `1000`, then `1000-100` for its division. */
export function accountSeed({ count, today }: Pick<SeedParts, 'count' | 'today'>): Seed {
  const range = (slot: number) => RANGES[slot % RANGES.length] ?? RANGES[0]
  const number = (slot: number) => (range(slot)?.[0] ?? 0) + Math.floor(slot / RANGES.length / 2)
  const division = (slot: number) => (Math.floor(slot / RANGES.length) % 2 === 0 ? '' : '100')
  const key = (slot: number) => `${String(number(slot)).padStart(4, '0')}${division(slot)}`
  return seedOf(count, key, {
    UnformattedAccount: key,
    AccountNumber: slot => [String(number(slot)).padStart(4, '0'), division(slot)].filter(it => it !== '').join('-'),
    Description: slot => `${range(slot)?.[1] ?? ''}${slot < RANGES.length ? '' : `, no. ${slot}`}`,
    AccountType: slot => (range(slot)?.[2] ? 'BalanceSheet' : 'IncomeStatement'),
    NormalBalanceDRCR: slot => range(slot)?.[3] ?? 'Debit',
    Status: slot => (slot % 19 === 18 ? 'Inactive' : 'Active'),
    StructureCode: slot => (division(slot) === '' ? 'ACCT' : 'ACTDIV'),
    AccountGroupCode: slot => `${String(range(slot)?.[0] ?? 0).slice(0, 1)}000`,
    DateCreated: slot => daysBefore(today, 1500 + (slot % 300)),
  })
}
