import type { Json, JsonObject } from '../../../../engine/sdk/index.ts'
import { fieldInvalid, general, recordDuplicate } from '../answers.ts'
import { taxRateOf } from '../data/setup.ts'
import type { Company } from '../store/company.ts'
import { invoiceOf } from './invoices.ts'
import { ORDER_LINE_RULES } from './order-lines.ts'
import {
  cents,
  type Draft,
  type FieldRule,
  linesOf,
  numberOf,
  OPTIONAL_FIELD_RULES,
  type Rules,
  refersTo,
  textOf,
} from './rules.ts'

const ADDRESS_PARTS = ['AddressLine1', 'AddressLine2', 'AddressLine3', 'AddressLine4', 'City', 'StateProvince']
const PARTY_PARTS = [...ADDRESS_PARTS, 'ZipPostalCode', 'Country', 'PhoneNumber', 'Email'] as const

function takeAddress(draft: Draft, prefix: string, fieldOf: (field: string) => Json): void {
  for (const part of PARTY_PARTS) draft[`${prefix}${part}`] = fieldOf(part) ?? ''
  draft[`${prefix}Contact`] = fieldOf('ContactName') ?? ''
}

/** Everything that a customer gives to an order, over what the body said before it (fact sheet 5, "Create an order"). */
export function takeCustomer(draft: Draft, fieldOf: (field: string) => Json): void {
  for (const prefix of ['BillTo', 'ShipTo']) {
    takeAddress(draft, prefix, fieldOf)
    draft[`${prefix}Name`] = fieldOf('CustomerName') ?? ''
  }
  Object.assign(draft, {
    CustomerGroupCode: fieldOf('GroupCode'),
    TermsCode: fieldOf('Terms'),
    TaxGroup: fieldOf('TaxGroup'),
    Territory: fieldOf('TerritoryCode'),
    DefaultPriceListCode: fieldOf('CustomerPriceList') || 'RTL',
    DefaultLocationCode: fieldOf('InventoryLocation') || '1',
    Salesperson1: fieldOf('Salesperson1'),
    OrderSourceCurrency: fieldOf('CurrencyCode'),
    OrderHomeCurrency: fieldOf('CurrencyCode'),
    OnHold: fieldOf('OnHold') === 'Yes',
  })
}

/** Tax, totals and counts of an order with its lines. */
export function totalOrder(draft: Draft): void {
  const rate = taxRateOf(textOf(draft, 'TaxGroup'))
  const lines = linesOf(draft, 'OrderDetails').map((line, at) => ({
    ...line,
    DetailNumber: at + 1,
    TaxClass1: 1,
    TaxAmount1: cents(numberOf(line, 'ExtendedAmount') * rate),
    OriginalQuantityOrdered: numberOf(line, 'QuantityOrdered'),
    QuantityBackordered: 0,
  }))
  const sum = (field: string, of: readonly JsonObject[] = lines) =>
    cents(of.reduce((total, line) => total + numberOf(line, field), 0))
  const subtotal = sum('ExtendedAmount')
  const discount = cents((subtotal * numberOf(draft, 'OrderDiscountPercentage')) / 100)
  const tax = sum('TaxAmount1')
  Object.assign(draft, {
    OrderDetails: lines,
    NumberOfLinesOnOrder: lines.length,
    OrderItemTotalAmount: sum(
      'ExtendedAmount',
      lines.filter(line => 'LineType' in line && line['LineType'] === 'Item'),
    ),
    OrderSubtotalAmount: subtotal,
    OrderDiscountAmount: discount,
    OrderExclTaxTotal: tax,
    TotalTaxAmount: tax,
    OrderTotal: cents(subtotal - discount + tax),
    OrderAmountDue: cents(subtotal - discount + tax),
  })
}

export function checkFiscal(company: Company, day: string, what: string): void {
  const [first = '', last = ''] = company.knobs.now().fiscalYears.split('-')
  if (day.slice(0, 4) < first || day.slice(0, 4) > last)
    throw fieldInvalid(`${what} ${day} is not within the fiscal calendar.`)
}

/** `ORD000000000412`. */
export const documentNumber = (prefix: string, number: number) => `${prefix}${String(number).padStart(12, '0')}`

/** Reads one field of many records: a number given by hand must be new. */
function isTaken(company: Company, field: string, value: string): boolean {
  const orders = company.table('OE/OEOrders')
  for (let place = 0; place < orders.size(); place += 1) if (orders.valueAt(place, field) === value) return true
  return false
}

function checkOrder(draft: Draft, company: Company): void {
  if (textOf(draft, 'CustomerNumber') === '') throw fieldInvalid('Customer number cannot be blank.')
  const lines = linesOf(draft, 'OrderDetails')
  if (lines.length === 0) throw general('The order has no details. Enter at least one detail line.')
  for (const line of lines) {
    const name = line['LineType'] === 'Item' ? 'Item' : 'MiscellaneousChargesCode'
    if (textOf(line, name) === '') throw fieldInvalid(`Detail line ${numberOf(line, 'LineNumber')}: ${name} is blank.`)
    if (numberOf(line, 'QuantityShipped') > numberOf(line, 'QuantityOrdered'))
      throw fieldInvalid('Quantity shipped cannot be more than quantity ordered.')
  }
  checkDuplicatePurchaseOrder(draft, company)
}

function checkDuplicatePurchaseOrder(draft: Draft, company: Company): void {
  const customer = company.table('AR/ARCustomers').get(textOf(draft, 'CustomerNumber'))
  const given = textOf(draft, 'PurchaseOrderNumber')
  if (customer?.['CheckForDuplicatePOs'] !== 'Error' || given === '') return
  const orders = company.table('OE/OEOrders')
  for (let place = 0; place < orders.size(); place += 1)
    if (
      orders.valueAt(place, 'PurchaseOrderNumber') === given &&
      orders.valueAt(place, 'CustomerNumber') === draft['CustomerNumber']
    )
      throw general(`Purchase order number "${given}" already exists for this customer.`)
}

function numberOrder(draft: Draft, company: Company): void {
  const given = textOf(draft, 'OrderNumber')
  if (given !== '' && isTaken(company, 'OrderNumber', given)) throw recordDuplicate(`Order "${given}" already exists.`)
  draft['OrderUniquifier'] = company.nextUniquifier('OrderUniquifier')
  if (given === '') draft['OrderNumber'] = documentNumber('ORD', company.nextNumber('OrderNumber'))
  draft['OrderDetails'] = linesOf(draft, 'OrderDetails').map(line => ({
    ...line,
    OrderUniquifier: draft['OrderUniquifier'] ?? 0,
  }))
}

const finishOrder: FieldRule = (draft, { company, before }) => {
  checkOrder(draft, company)
  if (textOf(draft, 'OrderDate') === '') draft['OrderDate'] = company.today()
  const day = textOf(draft, 'OrderDate')
  draft['OrderFiscalYear'] = day.slice(0, 4)
  draft['OrderFiscalPeriod'] = `Num${Number(day.slice(5, 7))}`
  if (numberOf(draft, 'NumberOfShipments') === 0) totalOrder(draft)
  if (before) return
  numberOrder(draft, company)
  draft['EnteredBy'] = 'SYNC'
  ship(draft, company)
}

/** Quantities shipped at entry: QuantityOrdered falls by them, and an invoice is made where it is asked for (fact sheet 5 and 8.2). */
function ship(draft: Draft, company: Company): void {
  const lines = linesOf(draft, 'OrderDetails')
  if (!lines.some(line => numberOf(line, 'QuantityShipped') > 0)) return
  const shipment = documentNumber('SH', company.nextNumber('ShipmentNumber'))
  Object.assign(draft, { LastShipmentNumber: shipment, NumberOfShipments: 1, LastPostingDate: company.today() })
  if (draft['InvoiceWillBeProduced'] === true) {
    const invoice = invoiceOf(draft, shipment, company)
    company.table('OE/OEInvoices').put(String(invoice['InvoiceUniquifier']), invoice)
    Object.assign(draft, { LastInvoiceNumber: invoice['InvoiceNumber'], NumberOfInvoices: 1 })
    addToBalance(company, textOf(draft, 'CustomerNumber'), numberOf(invoice, 'InvoiceTotalWithTax'))
  }
  const left = lines.map(line => afterShipment(line))
  const isComplete = left.every(line => numberOf(line, 'QuantityOrdered') === 0)
  draft['OrderDetails'] = left
  if (isComplete) draft['OrderCompletionDate'] = company.today()
  const included = draft['InvoiceWillBeProduced'] === true ? 'Included' : 'NotIncluded'
  draft['OrderCompleted'] = `${isComplete ? 'Complete' : 'Incomplete'}${included}`
}

function afterShipment(line: JsonObject): JsonObject {
  const shipped = numberOf(line, 'QuantityShipped')
  const left = numberOf(line, 'QuantityOrdered') - shipped
  const isDone = left === 0
  return {
    ...line,
    QuantityOrdered: left,
    QuantityShippedtodate: shipped,
    QuantityBackordered: left,
    ExtendedOrderAmount: line['LineType'] === 'Item' ? cents(left * numberOf(line, 'PricingUnitPrice')) : 0,
    DetailCompleted: isDone ? 'Completed' : 'Notcompleted',
  }
}

/** Whether balances move DateLastMaintained is unconfirmed (fact sheet 4): a knob says so. */
function addToBalance(company: Company, customer: string, amount: number): void {
  const customers = company.table('AR/ARCustomers')
  const found = customers.get(customer)
  if (!found) return
  const balance = cents(numberOf(found, 'BalanceDueInCustomerCurrency') + amount)
  const today = company.today()
  const touched = company.knobs.now().balanceTouches ? { DateLastMaintained: today } : {}
  customers.put(customer, { ...found, ...touched, BalanceDueInCustomerCurrency: balance, DateOfLastInvoice: today })
}

export const ORDER_RULES: Rules = {
  fields: {
    CustomerNumber: (draft, call) => {
      refersTo('CustomerNumber', 'AR/ARCustomers', 'Customer number')(draft, call)
      const customer = call.company.table('AR/ARCustomers').get(textOf(draft, 'CustomerNumber'))
      if (!customer) return
      if (customer['Status'] === 'Inactive')
        throw fieldInvalid(`Customer "${textOf(draft, 'CustomerNumber')}" is inactive.`)
      takeCustomer(draft, field => customer[field] ?? null)
    },
    ShipToLocationCode: (draft, { company }) => {
      const code = textOf(draft, 'ShipToLocationCode')
      const found = company.table('AR/ARShipToLocations').get(`${textOf(draft, 'CustomerNumber')}\u0001${code}`)
      if (code !== '' && !found) throw fieldInvalid(`Ship-to location "${code}" does not exist.`)
      if (!found) return
      takeAddress(draft, 'ShipTo', field => found[field] ?? null)
      draft['ShipToName'] = found['Description'] ?? ''
    },
    OrderDate: (draft, { company }) => checkFiscal(company, textOf(draft, 'OrderDate'), 'Order date'),
    TermsCode: refersTo('TermsCode', 'AR/ARTerms', 'Terms code'),
    TaxGroup: refersTo('TaxGroup', 'TX/TXTaxGroups', 'Tax group', ['Sales']),
    DefaultLocationCode: refersTo('DefaultLocationCode', 'IC/ICLocations', 'Location'),
  },
  lines: { OrderDetails: ORDER_LINE_RULES, OrderOptionalFields: OPTIONAL_FIELD_RULES },
  finish: finishOrder,
}
