import { AUDIT, type Column, coded, dates, flags, numbers, texts } from './columns.ts'

export type TableName =
  | 'AR_Customer'
  | 'AR_CustomerContact'
  | 'AP_Vendor'
  | 'GL_Account'
  | 'GL_MainAccount'
  | 'SO_SalesOrder'

export interface TableDef {
  readonly name: TableName
  /** Its name in addresses of the agent. */
  readonly path: string
  readonly module: string
  readonly key: readonly string[]
  readonly columns: ReadonlyMap<string, Column>
}

const READ_ONLY = { isReadOnly: true }
const ADDRESS = { AddressLine1: 40, AddressLine2: 40, AddressLine3: 40, City: 30 }
const PLACE = [coded('State', 2, 'State'), coded('ZipCode', 10, 'ZipCode'), coded('CountryCode', 3, 'CountryCode')]
/** `numbered('AgingCategory', 1, 4)`. */
const numbered = (name: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_unused, at) => `${name}${from + at}`)
const same = (names: readonly string[], size: number) => texts(Object.fromEntries(names.map(it => [it, size])))

const CUSTOMER: readonly Column[] = [
  ...texts({ ARDivisionNo: 2, CustomerNo: 20 }, READ_ONLY),
  ...texts({ CustomerName: 50, ...ADDRESS }),
  ...PLACE,
  ...texts({ TelephoneNo: 20, TelephoneExt: 6, FaxNo: 20, EmailAddress: 250, URLAddress: 50, ContactCode: 10 }),
  coded('TermsCode', 2, 'TermsCode'),
  coded('SalespersonDivisionNo', 2, 'Division'),
  coded('SalespersonNo', 4, 'SalespersonNo'),
  ...texts({ CustomerType: 4, PriceLevel: 1, Comment: 30, SortField: 10, PrimaryShipToCode: 4, TaxExemptNo: 15 }),
  coded('CustomerStatus', 1, 'CustomerStatus'),
  coded('TaxSchedule', 9, 'TaxSchedule'),
  ...texts({ ShipMethod: 15, StatementCycle: 1, DefaultItemCode: 30, DefaultCostCode: 9, DefaultCostType: 1 }),
  ...texts({ DefaultPaymentType: 5, DefaultCreditCardPmtType: 5, CreditCardGUID: 32, InactiveReasonCode: 5 }),
  ...texts({ EBMConsumerUserID: 15, NumberOfInvToUseInCalc: 5 }),
  ...flags('BatchFax', 'CreditHold', 'EBMEnabled', 'EmailStatements', 'OpenItemCustomer', 'PrintDunningMessage'),
  ...flags('ResidentialAddress', 'TemporaryCustomer'),
  ...numbers(2, ['CreditLimit', 'BalanceForward']),
  ...numbers(2, ['CurrentBalance', ...numbered('AgingCategory', 1, 4), 'OpenOrderAmt'], READ_ONLY),
  ...numbers(2, ['HighestStmntBalance', 'LastPaymentAmt', 'UnpaidServiceChrg'], READ_ONLY),
  ...numbers(2, [...numbered('RetentionAging', 1, 4), 'RetentionCurrent'], READ_ONLY),
  ...numbers(2, ['AvgDaysOverDue', 'AvgDaysPaymentInvoice'], READ_ONLY),
  ...numbers(3, ['CustomerDiscountRate', 'ServiceChargeRate', ...numbered('SplitCommRate', 2, 5)]),
  ...same(numbered('SalesPersonDivisionNo', 2, 5), 2),
  ...same(numbered('SalesPersonNo', 2, 5), 4),
  ...dates(['DateEstablished']),
  ...dates(
    ['DateLastActivity', 'DateLastAging', 'DateLastFinanceChrg', 'DateLastPayment', 'DateLastStatement'],
    READ_ONLY,
  ),
  ...AUDIT,
  ...texts({ UDF_TIER: 10, UDF_REGION: 20, UDF_SINCE: 4 }),
]

const CONTACT: readonly Column[] = [
  ...texts({ ARDivisionNo: 2, CustomerNo: 20, ContactCode: 10 }, READ_ONLY),
  ...texts({ ContactName: 50, ...ADDRESS }),
  ...PLACE,
  ...texts({
    Salutation: 10,
    ContactTitle: 15,
    TelephoneNo1: 20,
    TelephoneExt1: 6,
    TelephoneNo2: 20,
    TelephoneExt2: 6,
  }),
  ...texts({ FaxNo: 20, EmailAddress: 50, ContactNotes: 2048, EBMUserID: 15 }),
  ...AUDIT,
]

const VENDOR: readonly Column[] = [
  ...texts({ APDivisionNo: 2, VendorNo: 7 }, READ_ONLY),
  ...texts({ VendorName: 30, AddressLine1: 30, AddressLine2: 30, AddressLine3: 30, City: 20 }),
  ...PLACE,
  ...texts({ PrimaryContact: 10, TelephoneNo: 17, TelephoneExt: 5, FaxNo: 17, EmailAddress: 250, URLAddress: 50 }),
  coded('TermsCode', 2, 'TermsCode'),
  ...texts({ Reference: 15, VendorStatus: 1, InactiveReasonCode: 5, AccountKey: 9, Sort: 10, VendorType: 1 }),
  coded('TaxSchedule', 9, 'TaxSchedule'),
  ...flags('HoldPayment'),
  ...dates(['LastPurchaseDate', 'LastPaymentDate'], READ_ONLY),
  ...numbers(2, ['BalanceDue'], READ_ONLY),
  ...texts({ TaxpayerIDSocialSecurityNo: 9, BankAccountNo: 17 }, { isPrivate: true }),
  ...AUDIT,
]

const FROM_MAIN_ACCOUNT = { AccountType: 2, AccountGroup: 15, AccountCategory: 1 }
const ROLLUPS = { RollupCode1: 20, RollupCode2: 20, RollupCode3: 20, RollupCode4: 20 }

const ACCOUNT: readonly Column[] = [
  ...texts({ AccountKey: 9 }, READ_ONLY),
  ...texts({ AccountDesc: 50, Account: 41, RawAccount: 32, MainAccountCode: 15 }),
  ...texts(FROM_MAIN_ACCOUNT, READ_ONLY),
  ...texts({ CashFlowsType: 1, ...ROLLUPS, Status: 1, CompanyCode: 3 }),
  ...flags('ClearBalance'),
  ...dates(['DateStart', 'DateEnd']),
  ...AUDIT,
]

const MAIN_ACCOUNT: readonly Column[] = [
  ...texts({ SegmentNo: 2, MainAccountCode: 15 }, READ_ONLY),
  ...texts({
    MainAccountDesc: 40,
    MainAccountShortDesc: 20,
    ...FROM_MAIN_ACCOUNT,
    CashFlowsType: 1,
    Status: 1,
    ...ROLLUPS,
  }),
  ...AUDIT,
]

const shipping = (prefix: string) => ({
  [`${prefix}Name`]: 50,
  [`${prefix}Address1`]: 40,
  [`${prefix}Address2`]: 40,
  [`${prefix}Address3`]: 40,
  [`${prefix}City`]: 30,
  [`${prefix}State`]: 2,
  [`${prefix}ZipCode`]: 10,
  [`${prefix}CountryCode`]: 3,
})

const ORDER: readonly Column[] = [
  ...texts({ SalesOrderNo: 7 }, READ_ONLY),
  ...texts({
    ARDivisionNo: 2,
    CustomerNo: 20,
    CustomerPONo: 30,
    ConfirmTo: 50,
    Comment: 30,
    EmailAddress: 250,
    FOB: 15,
  }),
  ...texts({ ...shipping('BillTo'), ...shipping('ShipTo'), BillToDivisionNo: 2, BillToCustomerNo: 20, ShipToCode: 4 }),
  ...texts({ CancelReasonCode: 5, FaxNo: 20, PaymentType: 5, ShipVia: 15 }),
  ...texts({ MasterRepeatingOrderNo: 7, CurrentInvoiceNo: 20, LastInvoiceOrderNo: 20 }, READ_ONLY),
  coded('OrderType', 1, 'OrderType'),
  coded('OrderStatus', 1, 'OrderStatus'),
  coded('SalespersonDivisionNo', 2, 'Division'),
  coded('SalespersonNo', 4, 'SalespersonNo'),
  coded('TaxSchedule', 9, 'TaxSchedule'),
  coded('TermsCode', 2, 'TermsCode'),
  coded('WarehouseCode', 3, 'WarehouseCode'),
  ...dates(['OrderDate', 'ShipExpireDate']),
  ...dates(['LastInvoiceOrderDate'], READ_ONLY),
  ...numbers(2, ['DepositAmt', 'DiscountAmt', 'FreightAmt']),
  ...numbers(3, ['DiscountRate']),
  ...numbers(2, ['TaxableAmt', 'NonTaxableAmt', 'SalesTaxAmt', 'Weight'], READ_ONLY),
  ...AUDIT,
  ...texts({ UDF_PROJECT: 20 }),
]

/** SO_SalesOrderDetail, key SalesOrderNo + LineKey; it has no audit columns. */
export const LINE_COLUMNS: ReadonlyMap<string, Column> = mapOf([
  ...texts({ SalesOrderNo: 7, LineKey: 6, LineSeqNo: 14 }, READ_ONLY),
  coded('ItemCode', 30, 'ItemCode'),
  ...texts({ ItemType: 1, ItemCodeDesc: 30, UnitOfMeasure: 4, CommentText: 2048, ExtDescriptionText: 2048 }),
  ...texts({ AliasItemNo: 30, PriceLevel: 1, TaxClass: 2, CostOfGoodsSoldAcctKey: 9, SalesAcctKey: 9 }),
  coded('WarehouseCode', 3, 'WarehouseCode'),
  ...flags('Discount', 'DropShip'),
  ...dates(['PromiseDate']),
  ...numbers(6, ['QuantityOrdered', 'QuantityShipped', 'QuantityBackordered', 'UnitPrice', 'UnitCost']),
  ...numbers(3, ['LineDiscountPercent']),
  ...numbers(2, ['ExtensionAmt'], READ_ONLY),
  ...texts({ UDF_BATCH: 20 }),
])

function mapOf(columns: readonly Column[]): ReadonlyMap<string, Column> {
  return new Map(columns.map(it => [it.name, it]))
}

const def = (name: TableName, path: string, module: string, key: readonly string[], columns: readonly Column[]) => ({
  name,
  path,
  module,
  key,
  columns: mapOf(columns),
})

/** The tables that the engine needs, with their keys (fact sheet 5). */
export const TABLES: readonly TableDef[] = [
  def('AR_Customer', 'customers', 'A/R', ['ARDivisionNo', 'CustomerNo'], CUSTOMER),
  def('AR_CustomerContact', 'customer-contacts', 'A/R', ['ARDivisionNo', 'CustomerNo', 'ContactCode'], CONTACT),
  def('AP_Vendor', 'vendors', 'A/P', ['APDivisionNo', 'VendorNo'], VENDOR),
  def('GL_Account', 'gl-accounts', 'G/L', ['AccountKey'], ACCOUNT),
  def('GL_MainAccount', 'gl-main-accounts', 'G/L', ['SegmentNo', 'MainAccountCode'], MAIN_ACCOUNT),
  def('SO_SalesOrder', 'sales-orders', 'S/O', ['SalesOrderNo'], ORDER),
]

export function tableDef(name: string): TableDef {
  const found = TABLES.find(it => it.name === name)
  if (!found)
    throw new RangeError(`the sandbox has no entity ${name}; there are ${TABLES.map(it => it.name).join(', ')}`)
  return found
}

/** Parts joined as the agent joins them: `01~ABF`. */
export const keyOf = (def: TableDef, row: Readonly<Record<string, unknown>>): string =>
  def.key.map(it => String(row[it] ?? '')).join('~')
