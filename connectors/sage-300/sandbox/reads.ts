import type { JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'
import { json, recordNotFound } from './answers.ts'
import type { Knobs } from './knobs.ts'
import { type Condition, fulfils } from './odata/condition.ts'
import { entryOptions, type ListOptions, listOptions } from './odata/options.ts'
import { forApi, type Printing, printRecord } from './odata/print.ts'
import { pathOf, type ResourceDef } from './resources/definition.ts'
import type { Table } from './store/table.ts'

/** A read of one collection or one entry of it. */
export interface ReadCall {
  readonly table: Table
  readonly query: URLSearchParams
  readonly knobs: Knobs
  /** `https://host/Sage300WebApi/v1.0/-/SAMINC`. */
  readonly base: string
}

const contextOf = ({ base, table }: ReadCall) => `${base}/${table.def.module}/$metadata#${table.def.name}`

export function listRecords(call: ReadCall): SandboxAnswer {
  const { table, knobs } = call
  const options = listOptions(table.def, call.query, knobs)
  const limit = Math.min(options.top ?? knobs.pageSize, knobs.pageSize)
  const found = collect(table, options, { limit, order: knobs.order })
  const fields = options.select ?? [...table.def.fields.values()]
  const names = options.select ? `(${options.select.map(it => it.name).join(',')})` : ''
  const printing = forApi(knobs)
  const left = (options.top ?? Number.POSITIVE_INFINITY) - limit
  return json(200, {
    '@odata.context': `${contextOf(call)}${names}`,
    ...(options.count ? countOf(found.total, knobs) : {}),
    value: found.places.map(place => printRecord(fields, name => table.valueAt(place, name), printing)),
    ...(found.isMore && left > 0 ? { '@odata.nextLink': nextLink(call, options.skip + limit, left) } : {}),
  })
}

const countOf = (total: number, { countForm }: Knobs): JsonObject =>
  countForm === 'text' ? { 'odata.count': String(total) } : { '@odata.count': total }

/** The same query with the rows to pass over, and what is left of `$top` (fact sheet 4, "Paging"). */
function nextLink({ table, query, knobs, base }: ReadCall, skip: number, left: number): string {
  const next = [...query].filter(([name]) => name !== '$skip' && name !== '$top')
  if (Number.isFinite(left)) next.push(['$top', String(left)])
  next.push(['$skip', String(skip)])
  const text = next.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  const url = new URL(base)
  const origin = knobs.nextLinkOrigin || url.origin
  return `${origin}${url.pathname}/${pathOf(table.def)}?${text}`
}

interface Found {
  readonly places: readonly number[]
  readonly isMore: boolean
  /** Of all pages; only where it was asked for. */
  readonly total: number
}

interface Wish {
  readonly limit: number
  readonly order: string
}

function collect(table: Table, { filter, skip, count }: ListOptions, { limit, order }: Wish): Found {
  const entered = order === 'entry' ? table.entered() : undefined
  const [from, to] = entered ? [0, table.size()] : boundsOf(table, filter)
  // without a filter a far page costs as little as the first
  if (!filter) {
    const [first, end] = [Math.min(skip, to), Math.min(skip + limit, to)]
    const places = Array.from({ length: end - first }, (_unused, at) => entered?.[first + at] ?? first + at)
    return { places, isMore: end < to, total: to }
  }
  const places: number[] = []
  let total = 0
  for (let at = from; at < to; at += 1) {
    const place = entered?.[at] ?? at
    if (!fulfils(filter, name => table.valueAt(place, name))) continue
    total += 1
    if (total > skip && places.length < limit) places.push(place)
    if (total > skip + limit && !count) break
  }
  return { places, isMore: total > skip + limit, total }
}

/** Where the key is bounded by the filter, the rest of the table need not be looked at. */
function boundsOf(table: Table, filter: Condition | undefined): readonly [number, number] {
  let [from, to] = [0, table.size()]
  const [key] = table.def.key
  if (table.def.key.length > 1) return [from, to]
  const parts = filter === undefined ? [] : filter.is === 'and' ? filter.of : [filter]
  for (const part of parts) {
    if (part.is !== 'compare' || part.left.field.name !== key || part.left.isLength) continue
    const text = String(part.to ?? '')
    // a number that no key can be bounds nothing
    if (table.def.isNumbered && !/^\d+$/.test(text)) continue
    const place = table.placeOf(text)
    if (part.how === 'gt' || part.how === 'ge' || part.how === 'eq') from = Math.max(from, place)
    if (part.how === 'lt') to = Math.min(to, place)
    // the record at the place may be the one itself
    if (part.how === 'le' || part.how === 'eq') to = Math.min(to, place + 1)
  }
  return [from, to]
}

export function readRecord(call: ReadCall, key: string): SandboxAnswer {
  const { table, knobs } = call
  const select = entryOptions(table.def, call.query, knobs)
  const record = table.get(key)
  if (!record) throw recordNotFound()
  const fields = select ?? [...table.def.fields.values()]
  const names = select ? `(${select.map(it => it.name).join(',')})` : ''
  const printed = printRecord(fields, name => record[name] ?? null, forApi(knobs))
  const context = `${contextOf(call)}${names}`
  return knobs.entryAsList
    ? json(200, { '@odata.context': context, value: [printed] })
    : json(200, { '@odata.context': `${context}/$entity`, ...printed })
}

/** The whole entry, as the answer to an insert and to a look from the side. */
export const printWhole = (def: ResourceDef, record: JsonObject, printing: Printing): JsonObject =>
  printRecord([...def.fields.values()], name => record[name] ?? null, printing)
