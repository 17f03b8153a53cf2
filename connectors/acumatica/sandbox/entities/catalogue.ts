import type { EntityDef } from './definition.ts'
import { NON_STOCK_ITEM, STOCK_ITEM } from './items.ts'
import { ACCOUNT } from './ledger.ts'
import { CONTACT, CUSTOMER, VENDOR } from './people.ts'
import { INVOICE, PAYMENT, SALES_INVOICE, SALES_ORDER } from './sales.ts'

export const ENTITIES: readonly EntityDef[] = [
  ACCOUNT,
  CONTACT,
  CUSTOMER,
  INVOICE,
  NON_STOCK_ITEM,
  PAYMENT,
  SALES_INVOICE,
  SALES_ORDER,
  STOCK_ITEM,
  VENDOR,
]

/** Live servers accept names in any case (fact sheet 2). */
export const entityNamed = (name: string): EntityDef | undefined =>
  ENTITIES.find(it => it.name.toLowerCase() === name.toLowerCase())

/** Year of a version of Default, by its text. */
export const VERSIONS: Readonly<Record<string, number>> = {
  '20.200.001': 20,
  '22.200.001': 22,
  '23.200.001': 23,
  '24.200.001': 24,
  '25.200.001': 25,
}

/** What a class gives a customer that does not say otherwise (fact sheet 6.3). */
export const CUSTOMER_CLASSES: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
  DEFAULT: {
    Terms: '30D',
    CurrencyID: 'USD',
    StatementCycleID: 'EOM',
    TaxZone: 'EXEMPT',
    Country: 'US',
    CreditLimit: 0,
  },
  KEY: {
    Terms: '60D',
    CurrencyID: 'USD',
    StatementCycleID: 'EOM',
    TaxZone: 'NYSTATE',
    Country: 'US',
    CreditLimit: 50_000,
  },
  INTL: { Terms: '30D', CurrencyID: 'EUR', StatementCycleID: 'EOM', Country: 'GB', CreditLimit: 10_000 },
  // a class that asks for a tax zone and gives none
  TAXED: {
    Terms: '30D',
    CurrencyID: 'USD',
    StatementCycleID: 'WEEKLY',
    Country: 'US',
    CreditLimit: 0,
    requireTaxZone: true,
  },
}

/** Values that a listed field may have; `Customer` and `Item` are looked up among the records. */
export const LISTS: Readonly<Record<string, readonly string[]>> = {
  Country: ['US', 'GB', 'DE', 'FR', 'CA', 'AU', 'NZ', 'JP', 'IE', 'NL'],
  Currency: ['USD', 'EUR', 'GBP', 'JPY'],
  CustomerClass: Object.keys(CUSTOMER_CLASSES),
  ItemClass: ['DEFAULT', 'PARTS', 'SERVICE'],
  ShipVia: ['UPS', 'FEDEX', 'LOCAL', 'PICKUP'],
  StatementCycle: ['EOM', 'WEEKLY'],
  TaxCategory: ['TAXABLE', 'EXEMPT'],
  TaxZone: ['EXEMPT', 'NYSTATE', 'CANADABC'],
  Terms: ['30D', '60D', 'COD', '2%10N30'],
  UOM: ['EA', 'BOX', 'KG', 'HOUR', 'MONTH', 'STÜCK'],
  VendorClass: ['DEFAULT', 'LOCAL'],
  Warehouse: ['MAIN', 'WHOLESALE'],
}

export const ATTRIBUTES: readonly string[] = ['CRMID', 'REGION', 'SEGMENT']

export const BRANCHES: readonly string[] = ['MAIN', 'EAST']
