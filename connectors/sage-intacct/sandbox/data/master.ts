import type { InitialRows } from '../store/table.ts'

type Row = Readonly<Record<string, string>>

const CREATED = Date.UTC(2022, 0, 4, 9) / 1000

/** Short lists of master data, written out. */
export function rowsOf(rows: readonly Row[], firstId = 1): InitialRows {
  return {
    count: rows.length,
    id: slot => firstId + slot,
    createdAt: slot => CREATED + slot,
    modifiedAt: slot => CREATED + 86_400 + slot * 3600,
    value: (slot, field) => rows[slot]?.[field] ?? (field === 'CREATEDBY' || field === 'MODIFIEDBY' ? '12' : ''),
  }
}

const named = (names: readonly string[]): Row[] =>
  names.map(it => {
    const [name = '', parent = ''] = it.split(' < ')
    return { NAME: name, PARENT: parent, STATUS: name === 'Legacy' ? 'inactive' : 'active' }
  })

export const VENDOR_TYPES = named([
  'Supplier',
  'Raw materials < Supplier',
  'Packaging & Labels < Supplier',
  'Services',
  'IT services < Services',
  'Contractor (1099)',
  'Utilities',
  'Legacy',
])
export const CUSTOMER_TYPES = named([
  'Direct',
  'Enterprise < Direct',
  'Mid-market < Direct',
  'Channel',
  'Reseller < Channel',
  'Public sector',
  'Non-profit',
  'Legacy',
])

const term = (name: string, days: number, discount = ''): Row => ({
  NAME: name,
  DESCRIPTION: `Due in ${days} days`,
  STATUS: 'active',
  DUEDATE: String(days),
  DUEFROM: 'from bill/invoice date',
  DISCAMOUNT: discount,
  DISCPERCAMN: discount === '' ? '' : '%',
})

export const TERMS = [
  term('Due on receipt', 0),
  term('Net 10', 10),
  term('Net 30', 30),
  term('Net 60', 60),
  term('2% 10, Net 30', 30, '2'),
  { ...term('Net 90', 90), STATUS: 'inactive' },
]

export const ENTITIES: readonly Row[] = [
  { LOCATIONID: 'E100', NAME: 'United States', FEDERALID: '01-2345678', STARTDATE: '2020-01-01', STATUS: 'active' },
  { LOCATIONID: 'E200', NAME: 'Canada', FEDERALID: '', STARTDATE: '2021-04-01', STATUS: 'active' },
  { LOCATIONID: 'E300', NAME: 'Germany', FEDERALID: '', STARTDATE: '2022-07-01', STATUS: 'active' },
]

export const LOCATIONS: readonly Row[] = [
  ...ENTITIES.map(it => ({
    LOCATIONID: it['LOCATIONID'] ?? '',
    NAME: it['NAME'] ?? '',
    STARTDATE: it['STARTDATE'] ?? '',
    CURRENCY: 'USD',
    STATUS: 'active',
  })),
  { LOCATIONID: '0100', NAME: 'Boston', PARENTID: 'E100', CURRENCY: 'USD', STATUS: 'active' },
  { LOCATIONID: '0200', NAME: 'Austin', PARENTID: 'E100', CURRENCY: 'USD', STATUS: 'active' },
  { LOCATIONID: '0300', NAME: 'Toronto & GTA', PARENTID: 'E200', CURRENCY: 'CAD', STATUS: 'active' },
  { LOCATIONID: '0400', NAME: 'München', PARENTID: 'E300', CURRENCY: 'EUR', ENDDATE: '2025-12-31', STATUS: 'inactive' },
]

export const DEPARTMENTS: readonly Row[] = [
  ['10', 'Operations', ''],
  ['11', 'Purchasing', '10'],
  ['12', 'Warehouse', '10'],
  ['20', 'Sales', ''],
  ['21', 'Customer success', '20'],
  ['30', 'Research & Development', ''],
  ['040', 'Finance', ''],
  ['90', 'Closed stores', ''],
].map(([id = '', title = '', parent = '']) => ({
  DEPARTMENTID: id,
  TITLE: title,
  PARENTID: parent,
  STATUS: id === '90' ? 'inactive' : 'active',
}))

export const CLASSES: readonly Row[] = [
  ['100', 'Hardware', ''],
  ['110', 'Spare parts', '100'],
  ['200', 'Services', ''],
  ['0300', 'Grants', ''],
  ['900', 'Discontinued', ''],
].map(([id = '', name = '', parent = '']) => ({
  CLASSID: id,
  NAME: name,
  DESCRIPTION: `${name} line`,
  PARENTID: parent,
  STATUS: id === '900' ? 'inactive' : 'active',
}))

/** First account, how many, title, balance sheet or not, normal balance, category. */
const ACCOUNT_RANGES: readonly (readonly [number, number, string, boolean, 'debit' | 'credit', string])[] = [
  [10, 4, 'Opening balance', true, 'debit', 'Suspense'],
  [1000, 12, 'Cash & bank', true, 'debit', 'Cash and Cash Equivalents'],
  [1200, 8, 'Receivables', true, 'debit', 'Accounts Receivable'],
  [1500, 10, 'Fixed assets', true, 'debit', 'Fixed Assets'],
  [2000, 10, 'Payables', true, 'credit', 'Accounts Payable'],
  [3000, 6, 'Equity', true, 'credit', 'Equity'],
  [4000, 12, 'Revenue', false, 'credit', 'Revenue'],
  [5000, 10, 'Cost of goods', false, 'debit', 'Cost of Goods Sold'],
  [6000, 12, 'Expenses', false, 'debit', 'Operating Expenses'],
]

export const ACCOUNTS: readonly Row[] = ACCOUNT_RANGES.flatMap(([first, count, title, isBalance, normal, category]) =>
  Array.from({ length: count }, (_unused, at) => ({
    ACCOUNTNO: String(first + at * (first < 1000 ? 1 : 10)).padStart(4, '0'),
    TITLE: at === 0 ? title : `${title} ${at}`,
    ACCOUNTTYPE: isBalance ? 'balancesheet' : 'incomestatement',
    NORMALBALANCE: normal,
    CLOSINGTYPE: isBalance ? 'non-closing account' : 'closing account',
    CATEGORY: category,
    STATUS: at === 7 ? 'inactive' : 'active',
    REQUIREDEPT: String(!isBalance),
    REQUIRELOC: String(!isBalance && at % 2 === 0),
    REQUIREPROJECT: 'false',
    REQUIRECUSTOMER: String(category === 'Revenue'),
    REQUIREVENDOR: 'false',
    REQUIRECLASS: '',
  })),
)

export const projectsFor = (customerId: (at: number) => string, count: number): readonly Row[] =>
  Array.from({ length: Math.min(12, count) }, (_unused, at) => ({
    PROJECTID: `P-${String(at + 1).padStart(4, '0')}`,
    NAME: ['Roll-out', 'Upgrade & training', 'Support contract', 'Site survey'][at % 4] ?? '',
    PROJECTCATEGORY: 'Contract',
    PROJECTSTATUS: at % 4 === 3 ? 'Completed' : 'In Progress',
    CUSTOMERID: customerId(at),
    LOCATIONID: '0100',
    DEPARTMENTID: '20',
    BEGINDATE: '2025-01-15',
    ENDDATE: at % 2 === 0 ? '2026-12-31' : '',
    CURRENCY: 'USD',
    STATUS: at % 4 === 3 ? 'inactive' : 'active',
  }))

export const API_USER = 'ws_sync'
export const API_USER_RECORDNO = '48'

/** RECORDNO of a user is its place plus `FIRST_USER`. */
export const FIRST_USER = 11
export const USERS: readonly Row[] = Array.from({ length: 38 }, (_unused, at) => ({
  LOGINID: at === 0 ? 'admin' : at === 1 ? 'mlopez' : at === 37 ? API_USER : `user${String(at).padStart(2, '0')}`,
  DESCRIPTION: at === 37 ? 'Integration' : '',
  USERTYPE: 'business user',
  ADMIN: at === 0 ? 'true' : '',
  STATUS: at % 10 === 9 ? 'inactive' : 'active',
}))

/** Records that were deleted before anybody connected. */
const DELETED: readonly (readonly [type: string, key: string, days: number])[] = [
  ['vendor', 'V00017', 40],
  ['contact', 'Old & Gone Ltd(VV00017)', 40],
  ['customer', '0000099', 120],
  ['project', '912--REC', 200],
  ['class', '777', 310],
]

export const PAST_DELETIONS: InitialRows = {
  count: DELETED.length,
  id: slot => 100_001 + slot,
  createdAt: slot => CREATED + (DELETED[slot]?.[2] ?? 0) * 86_400,
  modifiedAt: slot => CREATED + (DELETED[slot]?.[2] ?? 0) * 86_400,
  value: (slot, field) => {
    const [type = '', key = ''] = DELETED[slot] ?? []
    const values: Row = { OBJECTTYPE: type, OBJECTKEY: key, ACCESSMODE: 'Delete', USERID: 'mlopez', SOURCE: 'ui' }
    return values[field] ?? ''
  },
}
