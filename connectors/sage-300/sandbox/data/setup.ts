/** What other records refer to. Both companies are set up alike. */
type Rows = readonly Readonly<Record<string, string | number>>[]

const TAX_RATES: Readonly<Record<string, number>> = { BCTAX: 0.12, ONTAX: 0.13, CALIF: 0.0725, EXEMPT: 0, EU: 0.19 }

export const taxRateOf = (group: string) => TAX_RATES[group] ?? 0

export const MISCELLANEOUS_CHARGES = [
  { code: 'HC', description: 'Handling charge', amount: 20.25 },
  { code: 'FRT', description: 'Freight & insurance', amount: 45 },
] as const

const group = (code: string, description: string, tax: string): Readonly<Record<string, string>> => ({
  GroupCode: code,
  Description: description,
  AccountSet: 'CAD',
  Terms: 'N30',
  CurrencyCode: 'CAD',
  TaxGroup: tax,
})

const terms: Rows = [
  ['COD', 'Cash on delivery', 0],
  ['N10', 'Net 10 days', 10],
  ['N30', 'Net 30 days', 30],
  ['2N30', '2% 10, net 30', 30],
].map(([code = '', description = '', days = 0]) => ({ TermsCode: code, Description: description, DueDays: days }))

/** Rows of each set-up resource, by path. */
export const SETUP_ROWS: Readonly<Record<string, Rows>> = {
  'AP/APVendorGroups': [
    { ...group('INV', 'Inventory suppliers', 'BCTAX'), BankCode: 'CCB', PaymentCode: 'CHECK' },
    { ...group('SVC', 'Services & utilities', 'BCTAX'), BankCode: 'CCB', PaymentCode: 'EFT' },
    // a group that brings no tax group: the sender must say it
    { ...group('MISC', 'Miscellaneous', ''), BankCode: 'CCB', PaymentCode: 'CHECK' },
  ],
  'AR/ARCustomerGroups': [
    { ...group('WHL', 'Wholesale', 'BCTAX'), BillingCycle: 'BILMTH', InterestProfile: 'INT01' },
    {
      ...group('RTL', 'Retail', 'CALIF'),
      BillingCycle: 'BILWK',
      InterestProfile: 'INT01',
      AccountType: 'BalanceForward',
    },
    { ...group('MISC', 'Miscellaneous', ''), BillingCycle: 'BILMTH', InterestProfile: '' },
  ],
  'AP/APTerms': terms,
  'AR/ARTerms': terms,
  'IC/ICLocations': [
    { LocationKey: '1', Name: 'Central warehouse' },
    { LocationKey: '2', Name: 'East warehouse' },
    { LocationKey: 'WAREHS', Name: 'Returns' },
  ],
  'IC/ICCategories': [
    { CategoryCode: 'A1', Description: 'Fluorescent lamps' },
    { CategoryCode: 'B2', Description: 'Fixtures & fittings' },
    { CategoryCode: '07', Description: 'Spare parts' },
  ],
  'TX/TXTaxGroups': Object.entries(TAX_RATES).flatMap(([TaxGroupKey, rate]) =>
    ['Sales', 'Purchases'].map(TransactionType => ({
      TaxGroupKey,
      TransactionType,
      Description: `${TaxGroupKey} ${TransactionType}`,
      Rate: rate * 100,
    })),
  ),
}
