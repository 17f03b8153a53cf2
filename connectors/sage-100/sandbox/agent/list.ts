import type { JsonObject } from '../../../../engine/sdk/index.ts'
import { isDate, localOfOrdinal, ordinalOf, printTicks } from '../local-time.ts'
import type { Site } from '../site.ts'
import type { Company } from '../store/company.ts'
import { type Entry, FIRST, type Place } from '../store/table.ts'
import type { TableDef } from '../store/tables.ts'
import { badRequest } from './answers.ts'
import { parseCursor, printCursor } from './cursor.ts'
import { itemOf, selectionOf } from './items.ts'

export interface ListCall {
  readonly site: Site
  readonly company: Company
  readonly def: TableDef
  readonly query: URLSearchParams
}

const PARAMETERS = ['updatedDate', 'updatedTime', 'limit', 'cursor']
const DEFAULT_LIMIT = 200
const MAX_LIMIT = 1000

/** `GET /companies/{c}/{entity}`: in the order of (DateUpdated, TimeUpdated as a number, key). */
export function listRows(call: ListCall): JsonObject {
  checkParameters(call.query, [...PARAMETERS, 'fields', 'include'])
  const selection = selectionOf(call.def, call.query)
  return pageOf(call, entry => itemOf(call.company, call.def, { ...selection, entry }))
}

/** `…/keys`: the same rows with their stamps only. */
export function listKeys(call: ListCall): JsonObject {
  checkParameters(call.query, PARAMETERS)
  return pageOf(call, entry =>
    itemOf(call.company, call.def, { columns: ['DateUpdated', 'TimeUpdated'], withLines: false, entry }),
  )
}

export function checkParameters(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (!known.includes(name)) throw badRequest(`There is no parameter ${name}.`)
    if (query.getAll(name).length > 1) throw badRequest(`${name} is given twice.`)
  }
}

function pageOf(call: ListCall, print: (entry: Entry) => JsonObject): JsonObject {
  const { site, company, def, query } = call
  const limit = limitOf(query.get('limit'))
  const { entries, isMore } = collect(call, limit)
  const last = entries.at(-1)
  const issuedAt = site.clock.now().getTime()
  return {
    company: company.code,
    entity: def.path,
    items: entries.map(print),
    nextCursor: last && isMore ? printCursor({ entity: `${company.code}/${def.path}`, place: last, issuedAt }) : null,
    highWater: last ? stampOf(last) : null,
    // no index knows the stamps: every list reads the whole table
    scanned: company.table(def.name).size(),
    asOf: { ...site.host.localTime() },
  }
}

function collect(call: ListCall, limit: number): { readonly entries: readonly Entry[]; readonly isMore: boolean } {
  const { site, company, def, query } = call
  const filter = filterOf(query)
  const text = query.get('cursor')
  const after =
    text === null ? undefined : parseCursor(text, { entity: `${company.code}/${def.path}`, validFrom: validFrom(site) })
  const isBlankHidden = filter !== undefined && site.knobs.now().blankStamps === 'hidden'
  const isPast = after !== undefined && after.ordinal >= (filter?.ordinal ?? 0)
  const entries: Entry[] = []
  for (const entry of company.table(def.name).from(isPast ? after : (filter ?? FIRST), isPast)) {
    if (isBlankHidden && entry.row().values['DateUpdated'] === '') continue
    if (entries.length === limit) return { entries, isMore: true }
    entries.push(entry)
  }
  return { entries, isMore: false }
}

function validFrom({ clock, knobs, cursors }: Site): number {
  return Math.max(cursors.validFrom, clock.now().getTime() - knobs.now().cursorMinutes * 60_000)
}

function limitOf(text: string | null): number {
  if (text === null) return DEFAULT_LIMIT
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MAX_LIMIT) throw badRequest(`limit is a number from 1 to ${MAX_LIMIT}.`)
  return limit
}

/** Inclusive; a time counts only beside a date. */
function filterOf(query: URLSearchParams): Place | undefined {
  const [date, time] = [query.get('updatedDate'), query.get('updatedTime')]
  if (date === null && time === null) return undefined
  if (date === null) throw badRequest('updatedTime needs updatedDate.')
  if (date === '' || !isDate(date)) throw badRequest('updatedDate is YYYYMMDD.')
  if (time !== null && !(/^\d{1,2}(\.\d{1,5})?$/.test(time) && Number(time) < 24))
    throw badRequest('updatedTime is decimal hours, HH.hhhhh.')
  return { ordinal: ordinalOf(date, time ?? ''), key: '' }
}

function stampOf({ ordinal }: Place): JsonObject {
  const { date, ticks } = localOfOrdinal(ordinal)
  return { date, time: printTicks(ticks, 'plain') }
}
