import type { JsonObject } from '../../../../engine/sdk/index.ts'
import { fieldInvalid, general } from '../answers.ts'
import { type Company, joinKey } from '../store/company.ts'
import { cents, type Draft, type LineRule, linesOf, mustExist, numberOf, type Rules, textOf } from './rules.ts'

interface Side {
  readonly path: string
  readonly party: string
  readonly parties: string
  /** What the lines of a document are added up by. */
  readonly amount: string
  readonly totals: readonly string[]
}

const AR: Side = {
  path: 'AR/ARInvoiceBatches',
  party: 'CustomerNumber',
  parties: 'AR/ARCustomers',
  amount: 'ExtendedAmountWithTIP',
  totals: ['DocumentTotalBeforeTax', 'DocumentTotalIncludingTax', 'AmountDue'],
}
const AP: Side = {
  path: 'AP/APInvoiceBatches',
  party: 'VendorNumber',
  parties: 'AP/APVendors',
  amount: 'DistributedAmount',
  totals: ['DocumentTotalIncludingTax'],
}

function totalDocument(document: JsonObject, side: Side): JsonObject {
  const lines = linesOf(document, 'InvoiceDetails')
  const total = cents(lines.reduce((sum, line) => sum + numberOf(line, side.amount), 0))
  return { ...document, ...Object.fromEntries(side.totals.map(name => [name, total])) }
}

/** A vendor's document number is used once, in this batch or any other (fact sheet 6, `FieldInvalid`). */
function checkNumbers(draft: Draft, company: Company, side: Side): void {
  const table = company.table(side.path)
  const own = textOf(draft, 'BatchNumber')
  const taken = new Set<string>()
  for (let place = 0; place < table.size(); place += 1) {
    if (table.keyAt(place) === own) continue
    for (const it of linesOf(table.recordAt(place), 'Invoices')) taken.add(numberKey(it, side))
  }
  for (const it of linesOf(draft, 'Invoices')) {
    const number = textOf(it, 'DocumentNumber')
    if (textOf(it, side.party) === '') throw fieldInvalid(`${side.party} cannot be blank.`)
    if (number !== '' && taken.has(numberKey(it, side)))
      throw fieldInvalid(`Document number "${number}" already exists.`)
    taken.add(numberKey(it, side))
  }
}

const numberKey = (document: JsonObject, side: Side) =>
  joinKey([textOf(document, side.party), textOf(document, 'DocumentNumber')])

const documentRules = (side: Side): Readonly<Record<string, LineRule>> => ({
  [side.party]: (line, _header, { company }) => mustExist(side.parties, side.party)(line, side.party, company),
})

const batchRules = (side: Side): Rules => ({
  lines: { Invoices: documentRules(side) },
  finish: (draft, { company, before }) => {
    if (before?.['BatchStatus'] === 'Posted') throw general('A posted batch cannot be changed.')
    if (!before) draft['BatchNumber'] = company.nextNumber(side.path)
    checkNumbers(draft, company, side)
    const invoices = linesOf(draft, 'Invoices').map(it => totalDocument(it, side))
    Object.assign(draft, {
      Invoices: invoices,
      NumberOfEntries: invoices.length,
      BatchTotal: cents(invoices.reduce((sum, it) => sum + numberOf(it, 'DocumentTotalIncludingTax'), 0)),
      DateLastEdited: company.today(),
      BatchDate: draft['BatchDate'] ?? company.today(),
      SourceApplication: textOf(draft, 'SourceApplication') || side.path.slice(0, 2),
    })
  },
})

export const AR_BATCH_RULES = batchRules(AR)
export const AP_BATCH_RULES = batchRules(AP)

/** Posting takes every batch that is ready (fact sheet 5, "Batches"). */
export function postBatches(company: Company, path: string): void {
  const table = company.table(path)
  for (let place = 0; place < table.size(); place += 1) {
    if (table.valueAt(place, 'BatchStatus') !== 'ReadyToPost') continue
    const PostingSequenceNumber = company.nextNumber(`${path} posting`)
    table.put(table.keyAt(place), { ...table.recordAt(place), BatchStatus: 'Posted', PostingSequenceNumber })
  }
}
