import { COMPUTED, choice, date, number, type ResourceDef, resource, text, texts } from './definition.ts'

const MAINTAINED = date('DateLastMaintained', COMPUTED)
const GROUP = [text('GroupCode', 6), text('Description', 60), choice('Status', 'Active|Inactive'), MAINTAINED]
const GROUP_DEFAULTS = [...texts('AccountSet Terms', 6), text('CurrencyCode', 3), text('TaxGroup', 12)]

const terms = (path: string) =>
  resource(path, {
    key: ['TermsCode'],
    fields: [
      text('TermsCode', 6),
      text('Description', 60),
      choice('Status', 'Active|Inactive'),
      MAINTAINED,
      number('DueDays'),
    ],
  })

/** What other records refer to: groups, terms, tax groups, locations, categories (fact sheet 3, "Also useful"). */
export const SETUP: readonly ResourceDef[] = [
  resource('AP/APVendorGroups', {
    key: ['GroupCode'],
    fields: [...GROUP, ...GROUP_DEFAULTS, text('BankCode', 8), text('PaymentCode', 12)],
  }),
  resource('AR/ARCustomerGroups', {
    key: ['GroupCode'],
    fields: [
      ...GROUP,
      ...GROUP_DEFAULTS,
      ...texts('BillingCycle InterestProfile', 6),
      choice('AccountType', 'OpenItem|BalanceForward'),
    ],
  }),
  terms('AP/APTerms'),
  terms('AR/ARTerms'),
  resource('IC/ICLocations', {
    key: ['LocationKey'],
    fields: [text('LocationKey', 6), text('Name', 60), choice('Status', 'Active|Inactive'), MAINTAINED],
  }),
  resource('IC/ICCategories', {
    key: ['CategoryCode'],
    fields: [text('CategoryCode', 6), text('Description', 60), choice('Status', 'Active|Inactive'), MAINTAINED],
  }),
  resource('TX/TXTaxGroups', {
    key: ['TaxGroupKey', 'TransactionType'],
    verbs: ['GET'],
    fields: [
      text('TaxGroupKey', 12),
      choice('TransactionType', 'Sales|Purchases'),
      text('Description', 60),
      number('Rate'),
    ],
  }),
]
