import {
  COMPUTED,
  choice,
  type DetailDef,
  date,
  dates,
  detailOf,
  details,
  type FieldDef,
  number,
  numbers,
  type ResourceDef,
  resource,
  text,
  texts,
} from './definition.ts'

const SCHEDULES = detailOf('PaymentNumber', 1, [number('PaymentNumber'), date('DueDate'), number('AmountDue')])

const document = (party: string, more: readonly FieldDef[], lines: DetailDef): DetailDef =>
  detailOf('EntryNumber', 1, [
    number('EntryNumber'),
    text(party, 12),
    text('DocumentNumber', 22),
    choice('DocumentType', 'Invoice|DebitNote|CreditNote|Interest'),
    ...dates('DocumentDate DueDate PostingDate'),
    text('InvoiceDescription', 60),
    text('CurrencyCode', 3),
    text('Terms', 6),
    ...more,
    number('DocumentTotalIncludingTax'),
    details('InvoiceDetails', lines),
    details('InvoicePaymentSchedules', SCHEDULES),
  ])

const batch = (path: string, invoices: DetailDef): ResourceDef =>
  resource(path, {
    key: ['BatchNumber'],
    verbs: ['GET', 'POST', 'PATCH'],
    fields: [
      number('BatchNumber', COMPUTED),
      date('BatchDate'),
      text('Description', 60),
      number('NumberOfEntries', COMPUTED),
      number('BatchTotal', COMPUTED),
      choice('BatchType', 'Entered|Imported|Generated|Recurring|External'),
      choice('BatchStatus', 'Open|ReadyToPost|Posted|Deleted|PostInProgress'),
      date('DateLastEdited', COMPUTED),
      ...numbers('PostingSequenceNumber NumberOfErrors', COMPUTED),
      text('SourceApplication', 2),
      details('Invoices', invoices),
    ],
  })

/** Fact sheet 3, "ARInvoiceBatches / APInvoiceBatches". */
export const AR_BATCHES = batch(
  'AR/ARInvoiceBatches',
  document(
    'CustomerNumber',
    [
      ...texts('OrderNumber PONumber', 22),
      choice('InvoiceType', 'Summary|Item'),
      ...numbers('DocumentTotalBeforeTax AmountDue'),
    ],
    detailOf('LineNumber', 20, [
      number('LineNumber'),
      text('ItemNumber', 24),
      text('DistributionCode', 6),
      text('Description', 60),
      ...numbers('Quantity Price ExtendedAmountWithTIP'),
      text('RevenueAccount', 45),
    ]),
  ),
)

export const AP_BATCHES = batch(
  'AP/APInvoiceBatches',
  document(
    'VendorNumber',
    [],
    detailOf('LineNumber', 20, [number('LineNumber'), text('DistributionCode', 6), number('DistributedAmount')]),
  ),
)
