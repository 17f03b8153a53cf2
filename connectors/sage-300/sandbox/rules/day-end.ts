import type { JsonObject } from '../../../../engine/sdk/index.ts'
import { AR_BATCHES } from '../resources/batches.ts'
import type { Company } from '../store/company.ts'
import { cents, numberOf, textOf } from './rules.ts'

/** Day end: what is shipped gets its cost, and invoices reach AR only now (fact sheet 8.12). */
export function runDayEnd(company: Company): void {
  const invoices = company.table('OE/OEInvoices')
  const costed: JsonObject[] = []
  for (let place = 0; place < invoices.size(); place += 1) {
    if (invoices.valueAt(place, 'InvoiceStatus') === 'Documentcosted') continue
    const invoice = { ...invoices.recordAt(place), InvoiceStatus: 'Documentcosted' }
    invoices.put(invoices.keyAt(place), invoice)
    costed.push(invoice)
  }
  if (costed.length > 0) putBatch(company, costed)
}

function putBatch(company: Company, invoices: readonly JsonObject[]): void {
  const number = company.nextNumber('AR/ARInvoiceBatches')
  const initial = Object.fromEntries([...AR_BATCHES.fields.values()].map(it => [it.name, it.initial]))
  const today = company.today()
  company.table('AR/ARInvoiceBatches').put(String(number), {
    ...initial,
    BatchNumber: number,
    BatchDate: today,
    DateLastEdited: today,
    Description: 'Invoices from Order Entry',
    BatchType: 'Generated',
    SourceApplication: 'OE',
    NumberOfEntries: invoices.length,
    BatchTotal: cents(invoices.reduce((sum, it) => sum + numberOf(it, 'InvoiceTotalWithTax'), 0)),
    Invoices: invoices.map(documentOf),
  })
}

const documentOf = (invoice: JsonObject, at: number): JsonObject => {
  const total = numberOf(invoice, 'InvoiceTotalWithTax')
  return {
    EntryNumber: at + 1,
    CustomerNumber: textOf(invoice, 'CustomerNumber'),
    DocumentNumber: textOf(invoice, 'InvoiceNumber'),
    DocumentDate: invoice['InvoiceDate'] ?? null,
    OrderNumber: textOf(invoice, 'OrderNumber'),
    PONumber: textOf(invoice, 'PurchaseOrderNumber'),
    DocumentTotalBeforeTax: numberOf(invoice, 'InvoiceSubtotalAmount'),
    DocumentTotalIncludingTax: total,
    AmountDue: total,
  }
}
