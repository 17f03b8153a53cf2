import type { Json, JsonObject } from '../../../../engine/sdk/index.ts'
import { fieldInvalid } from '../answers.ts'
import { taxRateOf } from '../data/setup.ts'
import { INVOICES } from '../resources/documents.ts'
import type { Company } from '../store/company.ts'
import { cents, type Draft, type FieldRule, linesOf, numberOf, type Rules, refersTo, textOf } from './rules.ts'

/** The names that an invoice has for what an order calls otherwise (fact sheet 3, "OEInvoices"). */
const FROM_ORDER: Readonly<Record<string, string>> = {
  OrderNumber: 'OrderNumber',
  CustomerNumber: 'CustomerNumber',
  ...party('BillTo'),
  ...party('ShipTo'),
  ShipToAddressCode: 'ShipToLocationCode',
  PurchaseOrderNumber: 'PurchaseOrderNumber',
  TermsCode: 'TermsCode',
  Reference: 'OrderReference',
  Description: 'OrderDescription',
  Comment: 'OrderComment',
  OrderDate: 'OrderDate',
  InvoiceSourceCurrency: 'OrderSourceCurrency',
  TaxGroup: 'TaxGroup',
  Location: 'DefaultLocationCode',
  PriceListCode: 'DefaultPriceListCode',
  EnteredBy: 'EnteredBy',
}

function party(prefix: string): Record<string, string> {
  const lines = [1, 2, 3, 4].map(at => [`${prefix}Address${at}`, `${prefix}AddressLine${at}`])
  return {
    [prefix]: `${prefix}Name`,
    ...Object.fromEntries(lines),
    [`${prefix}City`]: `${prefix}City`,
    [`${prefix}State`]: `${prefix}StateProvince`,
    [`${prefix}ZipCode`]: `${prefix}ZipPostalCode`,
    [`${prefix}Country`]: `${prefix}Country`,
  }
}

/** Everything but numbers and dates of its own. */
export function invoiceDraft(order: JsonObject, lines: readonly JsonObject[]): Draft {
  const initial = Object.fromEntries([...INVOICES.fields.values()].map(it => [it.name, it.initial]))
  const taken = Object.entries(FROM_ORDER).map(([name, from]): [string, Json] => [name, order[from] ?? ''])
  return { ...initial, ...Object.fromEntries(taken), InvoiceDetails: lines }
}

/** An invoice line for what is shipped of an order line. */
export const invoiceLine = (line: JsonObject, at: number): JsonObject => {
  const shipped = numberOf(line, 'QuantityShipped')
  const amount =
    line['LineType'] === 'Item' ? cents(shipped * numberOf(line, 'PricingUnitPrice')) : numberOf(line, 'ExtendedAmount')
  return {
    LineUniquifier: (at + 1) * 32,
    LineType: line['LineType'] ?? 'Item',
    Item: line['Item'] ?? '',
    MiscellaneousChargesCode: line['MiscellaneousChargesCode'] ?? '',
    Description: line['Description'] ?? '',
    Location: line['Location'] ?? '',
    QuantityShipped: shipped,
    QuantityBackordered: 0,
    InvoiceUnitOfMeasure: line['OrderUnitOfMeasure'] ?? '',
    UnitPrice: numberOf(line, 'OrderUnitPrice'),
    PricingUnit: line['PricingUnitOfMeasure'] ?? '',
    PricingUnitPrice: numberOf(line, 'PricingUnitPrice'),
    ExtendedShippedPriceMiscellaneousCha: amount,
  }
}

export function totalInvoice(draft: Draft, day: string): void {
  const rate = taxRateOf(textOf(draft, 'TaxGroup'))
  const lines = linesOf(draft, 'InvoiceDetails').map(line => ({
    ...line,
    InvoiceUniquifier: draft['InvoiceUniquifier'] ?? 0,
    TaxTotal: cents(numberOf(line, 'ExtendedShippedPriceMiscellaneousCha') * rate),
  }))
  const sum = (field: string) => cents(lines.reduce((total, line) => total + numberOf(line, field), 0))
  const subtotal = sum('ExtendedShippedPriceMiscellaneousCha')
  const tax = sum('TaxTotal')
  const total = cents(subtotal - numberOf(draft, 'InvoiceDiscountAmount') + tax)
  Object.assign(draft, {
    InvoiceDetails: lines,
    InvoiceFiscalYear: day.slice(0, 4),
    InvoiceFiscalPeriod: `Num${Number(day.slice(5, 7))}`,
    InvoiceSubtotalAmount: subtotal,
    InvoiceExcludedTaxTotAmount: tax,
    TotalTaxAmount: tax,
    InvoiceTotalWithTax: total,
    InvoiceAmountDue: total,
    InvoicePaymentSchedules: [
      { PaymentNumber: 1, DueDate: laterBy(day, 30), AmountDue: total, UpdateOperation: 'Unspecified' },
    ],
  })
}

export const laterBy = (day: string, days: number) =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)

/** The invoice of what is shipped at entry; it gets its numbers here. */
export function invoiceOf(order: JsonObject, shipment: string, company: Company): JsonObject {
  const shipped = linesOf(order, 'OrderDetails').filter(
    line => numberOf(line, 'QuantityShipped') > 0 || line['LineType'] === 'Miscellaneous',
  )
  const draft = invoiceDraft(order, shipped.map(invoiceLine))
  draft['ShipmentNumber'] = shipment
  numberInvoice(draft, company)
  return draft
}

function numberInvoice(draft: Draft, company: Company): void {
  const today = company.today()
  draft['InvoiceUniquifier'] = company.nextUniquifier('InvoiceUniquifier')
  if (textOf(draft, 'InvoiceNumber') === '')
    draft['InvoiceNumber'] = `IN${String(company.nextNumber('InvoiceNumber')).padStart(10, '0')}`
  for (const name of ['InvoiceDate', 'ShipmentDate', 'PostingDate']) if (textOf(draft, name) === '') draft[name] = today
  totalInvoice(draft, textOf(draft, 'InvoiceDate'))
}

const finishInvoice: FieldRule = (draft, { company, before }) => {
  if (textOf(draft, 'CustomerNumber') === '') throw fieldInvalid('Customer number cannot be blank.')
  if (!before) numberInvoice(draft, company)
}

/** For people at their screens: over the API an invoice is only read. */
export const INVOICE_RULES: Rules = {
  fields: {
    CustomerNumber: refersTo('CustomerNumber', 'AR/ARCustomers', 'Customer number'),
    OrderNumber: (draft, { company, before }) => {
      const orders = company.table('OE/OEOrders')
      const number = textOf(draft, 'OrderNumber')
      for (let place = 0; place < orders.size() && number !== '' && !before; place += 1) {
        if (orders.valueAt(place, 'OrderNumber') !== number) continue
        const order = orders.recordAt(place)
        const all = linesOf(order, 'OrderDetails').map(it => ({ ...it, QuantityShipped: it['QuantityOrdered'] ?? 0 }))
        Object.assign(draft, invoiceDraft(order, all.map(invoiceLine)))
      }
    },
  },
  finish: finishInvoice,
}
