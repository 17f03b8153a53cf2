import { enterLines, LineMissing } from '../rules/orders.ts'
import { stamped } from '../store/company.ts'
import { blankRow, type Row } from '../store/table.ts'
import { tableDef } from '../store/tables.ts'
import { MasRefusal, noKey } from './faults.ts'
import { type Call, refuseLock } from './masters.ts'
import { enteredRow, linesIn, refusing } from './rows.ts'
import { type GivenMembers, textIn } from './wire.ts'

const OBJECT = 'SO_SalesOrder_bus'
const NAME = 'SO_SalesOrder'
const WIDTH = 7

export function getOrder({ company, sent }: Call): Row {
  const number = numberIn(sent, 'salesOrderNo')
  const row = company.table(NAME).get(number)
  if (!row) throw noKey(`Sales order ${number}`)
  return row
}

const numberIn = (given: GivenMembers, name: string) => (textIn(given, name) ?? '').trimEnd()

/** Used up by asking, whether an order is made of it or not (fact sheet 10.5). */
export const nextOrderNo = ({ company }: Pick<Call, 'company'>): string => company.nextNumber('order')

/** An order of this customer with its defaults and no lines; nothing is stored. */
export function templateOf({ company, sent }: Call, division: string, customer: string): Row {
  const key = `${(textIn(sent, division) ?? '').trimEnd()}~${(textIn(sent, customer) ?? '').trimEnd()}`
  const held = company.table('AR_Customer').get(key)?.values
  if (!held) throw noKey(`Customer ${key.replaceAll('~', '-')}`)
  const from = (name: string) => held[name] ?? ''
  const place = (prefix: string) => ({
    [`${prefix}Name`]: from('CustomerName'),
    [`${prefix}Address1`]: from('AddressLine1'),
    [`${prefix}Address2`]: from('AddressLine2'),
    [`${prefix}Address3`]: from('AddressLine3'),
    [`${prefix}City`]: from('City'),
    [`${prefix}State`]: from('State'),
    [`${prefix}ZipCode`]: from('ZipCode'),
    [`${prefix}CountryCode`]: from('CountryCode'),
  })
  const [ARDivisionNo = '', CustomerNo = ''] = key.split('~')
  return {
    values: {
      ...blankRow(tableDef(NAME)),
      ...{ ARDivisionNo, CustomerNo, OrderType: 'S', OrderStatus: 'N', OrderDate: company.host.now().date },
      ...place('BillTo'),
      ...place('ShipTo'),
      ...{ TermsCode: from('TermsCode'), TaxSchedule: from('TaxSchedule'), EmailAddress: from('EmailAddress') },
      ...{ SalespersonDivisionNo: from('SalespersonDivisionNo'), SalespersonNo: from('SalespersonNo') },
    },
    lines: [],
  }
}

/** What the order would be, with defaults and totals. */
export function previewOrder(call: Call, record: GivenMembers): Row {
  refuseBillTo(call, record)
  refuseStranger(call, record)
  const fresh = templateOf({ ...call, sent: record }, 'ARDivisionNo', 'CustomerNo')
  const number = numberIn(record, 'SalesOrderNo')
  const knobs = { ...call.site.knobs.now(), absentMembers: 'kept' }
  const values = enteredRow({ def: tableDef(NAME), object: OBJECT, knobs }, fresh, filled(record))
  return withLines(call, { values: { ...values, SalesOrderNo: number }, lines: [] }, record)
}

/** What comes blank takes the customer's default. */
const filled = (record: GivenMembers): GivenMembers =>
  Object.fromEntries(Object.entries(record).filter(([, it]) => it !== ''))

export function createOrder(call: Call, record: GivenMembers): void {
  const { company, user } = call
  const given = numberIn(record, 'SalesOrderNo')
  if (given.length > WIDTH)
    throw new MasRefusal('CI_CharLength', `Could not set ${OBJECT} column SalesOrderNo$: The value is too long.`)
  if (given !== '' && company.table(NAME).has(given))
    throw new MasRefusal('WS_AlreadyExists', `Sales order ${given} already exists.`)
  const row = previewOrder(call, record)
  const SalesOrderNo = given === '' ? nextOrderNo(call) : given
  const stored = { ...row, values: { ...row.values, SalesOrderNo } }
  company.table(NAME).put(SalesOrderNo, stamped(company, stored, { userKey: user.key, isNew: true }))
}

export function updateOrder(call: Call, record: GivenMembers): void {
  const { company, user, site } = call
  const def = tableDef(NAME)
  const number = numberIn(record, 'SalesOrderNo')
  const row = company.table(NAME).get(number)
  if (!row) throw noKey(`Sales order ${number}`)
  refuseLock(site, def, number)
  refuseBillTo(call, record)
  const values = enteredRow({ def, object: OBJECT, knobs: site.knobs.now() }, row, record)
  if (customerIn(values) !== customerIn(row.values)) refuseStranger(call, values)
  const changed = withLines(call, { values, lines: row.lines }, record)
  company.table(NAME).put(number, stamped(company, changed, { userKey: user.key, isNew: false }))
}

export function deleteOrder({ company, site, sent }: Call): void {
  const number = numberIn(sent, 'salesOrderNo')
  if (!company.table(NAME).has(number)) throw noKey(`Sales order ${number}`)
  refuseLock(site, tableDef(NAME), number)
  company.table(NAME).remove(number)
}

const customerIn = (values: GivenMembers): string =>
  `${numberIn(values, 'ARDivisionNo')}~${numberIn(values, 'CustomerNo')}`

/** An order is somebody's. */
function refuseStranger({ company }: Call, values: GivenMembers): void {
  const key = customerIn(values)
  if (company.table('AR_Customer').has(key)) return
  throw new MasRefusal(
    'CI_NOF',
    `Could not set ${OBJECT} column CustomerNo$: Customer ${key.replace('~', '-')} is not on file.`,
  )
}

/** Without lines in the contract the order keeps its own. */
function withLines({ site }: Call, row: Row, record: GivenMembers): Row {
  const lines = linesIn(record, { object: OBJECT, knobs: site.knobs.now() })
  if (!lines) return row
  try {
    return refusing(() => enterLines(row, lines))
  } catch (thrown) {
    throw thrown instanceof LineMissing ? new MasRefusal('CI_NoKey', thrown.message) : thrown
  }
}

/** Refused while the A/R option "Bill To Customer Reporting" is off (fact sheet 10.7). */
function refuseBillTo({ site }: Call, record: GivenMembers): void {
  const named = ['BillToDivisionNo', 'BillToCustomerNo'].find(it => (textIn(record, it) ?? '') !== '')
  if (named === undefined || site.knobs.now().billToReporting) return
  throw new MasRefusal(
    'CI_ReadOnly',
    `Could not set ${OBJECT} column ${named}$: Bill To Customer Reporting is not in use.`,
  )
}
