import {
  COMPUTED,
  choice,
  date,
  detailOf,
  details,
  flag,
  number,
  numbers,
  type ResourceDef,
  resource,
  text,
} from './definition.ts'

/** Fact sheet 3, "GLAccounts": no date of last maintenance. */
export const ACCOUNTS: ResourceDef = resource('GL/GLAccounts', {
  key: ['UnformattedAccount'],
  fields: [
    text('UnformattedAccount', 45),
    text('AccountNumber', 45),
    text('Description', 60),
    choice('AccountType', 'BalanceSheet|IncomeStatement|RetainedEarnings'),
    choice('NormalBalanceDRCR', 'Debit|Credit'),
    choice('Status', 'Inactive|Active', { initial: 'Active' }),
    text('StructureCode', 6),
    text('AccountGroupCode', 12),
    flag('Multicurrency'),
    date('DateCreated', COMPUTED),
  ],
})

/** Fact sheet 3, "ICItems": `Status` is a boolean here, true for active. */
export const ITEMS: ResourceDef = resource('IC/ICItems', {
  key: ['UnformattedItemNumber'],
  fields: [
    text('UnformattedItemNumber', 24),
    text('ItemNumber', 24),
    text('Description', 60),
    date('DateLastMaintained', COMPUTED),
    flag('Status', { initial: true }),
    text('Category', 6),
    text('AccountSetCode', 6),
    flag('StockItem', { initial: true }),
    flag('Sellable', { initial: true }),
    flag('AllowItemInWebStore'),
    text('StockingUnitOfMeasure', 10),
    text('DefaultPriceListCode', 6),
    text('StructureCode', 6),
    ...numbers('QuantityOnHand QuantityAvailable QuantityOnSalesOrder QuantityCommitted', COMPUTED),
    text('PreferredVendor', 12),
    details(
      'ItemUnitsOfMeasure',
      detailOf('UnitOfMeasure', 0, [text('UnitOfMeasure', 10), number('ConversionFactor', { initial: 1 })]),
    ),
    details(
      'ItemTaxAuthorities',
      detailOf('TaxAuthority', 0, [text('TaxAuthority', 12), number('SalesTaxClass', { initial: 1 })]),
    ),
  ],
})
