import type { JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'
import { json, refuse } from './answers.ts'
import type { Call } from './call.ts'

const MOST = 100
/** Offset paging ends here (3.1). */
const DEPTH = 10_000
const MAX_PAGES = 100

const invalid = (detail: string) =>
  refuse(400, { errors: [{ code: 'InvalidPaginationParameter', title: 'Invalid pagination parameter', detail }] })

/** Places in a list by id: base64 of `{"o":"id","v":…}`, v the id behind an `i` as 64 bits (3.1). */
export function encodeCursor(order: string, id: number): string {
  const bytes = Buffer.alloc(9)
  bytes.write('i')
  bytes.writeBigInt64LE(BigInt(id), 1)
  return Buffer.from(JSON.stringify({ o: order, v: bytes.toString('base64') })).toString('base64')
}

export function decodeCursor(text: string): number {
  try {
    const { v } = JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
    return Number(Buffer.from(v, 'base64').readBigInt64LE(1))
  } catch {
    throw invalid('page cursor is invalid')
  }
}

export function sizeOf({ query, account }: Call, name: string, most = MOST): number {
  const given = query.get(name)
  if (given === null) return most
  if (!/^\d+$/.test(given) || Number(given) === 0) throw invalid(`${name} must be a positive number`)
  if (Number(given) > most && account.knobs.pageSizeAbove === 'refuse') throw invalid(`${name} must not exceed ${most}`)
  return Math.min(Number(given), most)
}

/** Whatever has an id, in order of ids. */
interface Numbered {
  readonly id: number
}

export interface Rows<R extends Numbered> {
  ascending(after?: number): Iterable<R>
  descending(before?: number): Iterable<R>
}

export function rowsOf<R extends Numbered>(given: Iterable<R>): Rows<R> {
  const rows = [...given].sort((a, b) => a.id - b.id)
  return {
    ascending: (after = 0) => rows.filter(it => it.id > after),
    descending: (before = Number.MAX_SAFE_INTEGER) => rows.filter(it => it.id < before).reverse(),
  }
}

export interface Listing<R extends Numbered> {
  readonly name: string
  readonly store: Rows<R>
  /** What cursors are ordered by. */
  readonly order?: string
  accept(record: R): boolean
  render(record: R): JsonObject
}

/** Cursor paging when `page[size]` (or a cursor) is there, offset paging otherwise (3.1). */
export function list<R extends Numbered>(call: Call, listing: Listing<R>): SandboxAnswer {
  const { query } = call
  const isCursor = ['page[size]', 'page[after]', 'page[before]'].some(it => query.has(it))
  return isCursor ? byCursor(call, listing) : byOffset(call, listing)
}

function byCursor<R extends Numbered>(call: Call, listing: Listing<R>): SandboxAnswer {
  const { query, request, origin } = call
  const { name, store, order = 'id', accept } = listing
  const size = sizeOf(call, 'page[size]')
  const sort = query.get('sort') ?? 'id'
  if (sort !== 'id' && sort !== '-id') throw invalid('sort is not valid')
  const [after, before] = [query.get('page[after]'), query.get('page[before]')]
  const backwards = before !== null
  const place = backwards ? decodeCursor(before) : after === null ? undefined : decodeCursor(after)
  const walk = (sort === '-id') === backwards ? store.ascending(place) : store.descending(place)
  const rows: R[] = []
  let hasMore = false
  for (const record of walk) {
    if (!accept(record)) continue
    hasMore = rows.length === size
    if (hasMore) break
    rows.push(record)
  }
  if (backwards) rows.reverse()
  const [first, last] = [rows[0], rows.at(-1)]
  const afterCursor = last ? encodeCursor(order, last.id) : null
  const beforeCursor = first ? encodeCursor(order, first.id) : null
  const link = (param: string, cursor: string | null) => {
    if (cursor === null) return null
    const kept = [...query].filter(([it]) => it !== 'page[after]' && it !== 'page[before]')
    return `${origin}${request.path}?${new URLSearchParams([...kept, [param, cursor]])}`
  }
  return json(200, {
    [name]: rows.map(listing.render),
    meta: { has_more: hasMore, after_cursor: afterCursor, before_cursor: beforeCursor },
    links: { prev: link('page[before]', beforeCursor), next: link('page[after]', afterCursor) },
  })
}

function byOffset<R extends Numbered>(call: Call, { name, store, accept, render }: Listing<R>): SandboxAnswer {
  const rows: R[] = []
  const { page, perPage } = offsetOf(call)
  let count = 0
  for (const record of store.ascending()) {
    if (!accept(record)) continue
    if (count >= (page - 1) * perPage && rows.length < perPage) rows.push(record)
    count += 1
  }
  return json(200, { [name]: rows.map(render), ...offsetLinks(call, { page, perPage, count }) })
}

export interface Offset {
  readonly page: number
  readonly perPage: number
}

export function offsetOf(call: Call): Offset {
  const perPage = sizeOf(call, 'per_page')
  const given = call.query.get('page') ?? '1'
  const page = /^\d+$/.test(given) ? Math.max(1, Number(given)) : 1
  if (page > MAX_PAGES || page * perPage > DEPTH)
    throw refuse(400, {
      errors: [
        {
          code: 'InvalidPaginationDepth',
          title: 'Pagination depth limit exceeded',
          detail:
            'Number of records accessible through offset pagination is 10,000. Use cursor pagination to reach more.',
        },
      ],
    })
  return { page, perPage }
}

export function offsetLinks({ query, request, origin }: Call, it: Offset & { readonly count: number }): JsonObject {
  const link = (page: number) => {
    const kept = [...query].filter(([name]) => name !== 'page')
    return `${origin}${request.path}?${new URLSearchParams([...kept, ['page', String(page)]])}`
  }
  return {
    next_page: it.page * it.perPage < it.count ? link(it.page + 1) : null,
    previous_page: it.page > 1 ? link(it.page - 1) : null,
    count: it.count,
  }
}

/** Records of a look-up, in offset shape. */
export function listed(call: Call, name: string, rows: readonly JsonObject[]): SandboxAnswer {
  const { page, perPage } = offsetOf(call)
  return json(200, {
    [name]: rows.slice((page - 1) * perPage, page * perPage),
    ...offsetLinks(call, { page, perPage, count: rows.length }),
  })
}
