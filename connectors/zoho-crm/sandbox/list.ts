import type { JsonObject, SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { empty, json, refuse } from './answers.ts'
import type { ModuleDef } from './modules.ts'
import { newToken, type Org } from './org.ts'
import { someFields } from './render.ts'
import type { OrderName, Place, StoredRecord } from './store.ts'
import { parseTime } from './times.ts'

const TOKEN_LIFE_MS = 24 * 3600_000
const MAX_FIELDS = 50
const MAX_PER_PAGE = 200
const MAX_PAGE = 10
const SORTS: readonly OrderName[] = ['id', 'Created_Time', 'Modified_Time']

/** Where a page begins: after a record, and after so many records of the chain. */
interface PageStart {
  readonly bound: string
  readonly after: Place | null
  readonly count: number
  readonly page: number
  readonly previous: string | null
  readonly expiresAt: number
}

export type PageTokens = Map<string, PageStart>

interface ListQuery {
  readonly fields: readonly string[]
  readonly perPage: number
  readonly sortBy: OrderName
  readonly isAscending: boolean
  readonly since: number | undefined
  readonly ids: ReadonlySet<string> | undefined
  readonly bound: string
}

/** `GET /{Module}` (fact sheet 3.1, 3.2). */
export function listRecords(
  org: Org,
  module: ModuleDef,
  it: { request: SandboxRequest; tokens: PageTokens },
): SandboxAnswer {
  const { request, tokens } = it
  const query = parseQuery(module, request)
  const start = pageStart(org, query, it)
  const found = pageOf(org, module, { query, start })
  if (found.records.length === 0) return empty(query.since === undefined ? 204 : 304)
  const data = found.records.map(record => someFields(org, module, { record, names: query.fields }))
  return json(200, { data, info: pageInfo(org, { query, start, tokens, ...found }) })
}

function parseQuery(module: ModuleDef, request: SandboxRequest): ListQuery {
  const { query, headers } = request
  const fields = (query.get('fields') ?? '').split(',').filter(name => name !== '')
  if (fields.length === 0) throw missingParam('fields')
  if (fields.length > MAX_FIELDS)
    throw refuse('LIMIT_EXCEEDED', 'the limit is exceeded', { limit: MAX_FIELDS, param_name: 'fields' })
  ambiguous(query, 'page', 'page_token')
  ambiguous(query, 'cvid', 'sort_by')
  if (query.has('cvid'))
    throw refuse('INVALID_DATA', 'the custom view given seems to be invalid', { param_name: 'cvid' })
  const sortBy = choice(query, 'sort_by', SORTS) ?? 'id'
  const order = choice(query, 'sort_order', ['asc', 'desc'] as const) ?? 'desc'
  const ids = query.get('ids')?.split(',')
  if (ids && ids.length > 100)
    throw refuse('LIMIT_EXCEEDED', 'the limit is exceeded', { limit: 100, param_name: 'ids' })
  const since = sinceOf(headers)
  return {
    fields,
    perPage: whole(query, 'per_page', MAX_PER_PAGE) ?? MAX_PER_PAGE,
    sortBy,
    isAscending: order === 'asc',
    since,
    ids: ids ? new Set(ids) : undefined,
    bound: boundTo(module, request),
  }
}

/** What a page token holds to: every parameter and the header, not the place in the chain. */
function boundTo(module: ModuleDef, { query, headers }: SandboxRequest): string {
  const parameters = [...query].filter(([name]) => name !== 'page_token' && name !== 'page').sort()
  return JSON.stringify([module.apiName, parameters, headers['if-modified-since'] ?? null])
}

/** Epoch milliseconds of If-Modified-Since, which is ISO 8601 with an offset and not an HTTP date. */
export function sinceOf(headers: Readonly<Record<string, string>>): number | undefined {
  const given = headers['if-modified-since']
  if (given === undefined) return undefined
  const at = parseTime(given)
  if (at === undefined)
    throw refuse('INVALID_DATA', 'invalid data', { header: 'If-Modified-Since', expected_data_type: 'datetime' })
  return at
}

export const isSince = (org: Org, changedAt: number, since: number | undefined) =>
  since === undefined || changedAt > since || (org.knobs.sinceBoundary === 'inclusive' && changedAt === since)

function pageStart(org: Org, query: ListQuery, it: { request: SandboxRequest; tokens: PageTokens }): PageStart {
  const token = it.request.query.get('page_token')
  const expiresAt = org.clock.now().getTime() + TOKEN_LIFE_MS
  if (token === null) {
    const page = whole(it.request.query, 'page', Number.MAX_SAFE_INTEGER) ?? 1
    const limit = MAX_PAGE * MAX_PER_PAGE
    if (page > MAX_PAGE)
      throw refuse('DISCRETE_PAGINATION_LIMIT_EXCEEDED', 'use page_token beyond this limit', { limit })
    return { bound: query.bound, after: null, count: (page - 1) * query.perPage, page, previous: null, expiresAt }
  }
  const start = it.tokens.get(token)
  if (!start) throw refuse('INVALID_DATA', 'invalid data', { param_name: 'page_token' })
  if (start.expiresAt <= org.clock.now().getTime())
    throw refuse('EXPIRED_VALUE', 'the value has expired', { param_name: 'page_token' })
  if (start.bound !== query.bound)
    throw refuse('TOKEN_BOUND_DATA_MISMATCH', 'the parameters are not those of the token', { param_name: 'page_token' })
  const limit = org.knobs.pageTokenCap
  if (start.count >= limit) throw refuse('PAGINATION_LIMIT_EXCEEDED', 'the pagination limit is exceeded', { limit })
  return start
}

interface FoundPage {
  readonly records: readonly StoredRecord[]
  readonly hasMore: boolean
}

/** One page out of the order that is kept anyway: nothing is sorted. */
function pageOf(org: Org, module: ModuleDef, { query, start }: { query: ListQuery; start: PageStart }): FoundPage {
  const order = org.store(module.apiName).orders[query.sortBy]
  const isByPlace = start.after !== null && org.knobs.pageTokens === 'place'
  let from = query.isAscending ? 0 : order.size - 1
  if (isByPlace && start.after)
    from = afterPlace(
      order.rank(start.after),
      query,
      org.store(module.apiName).records.get(start.after.id) ?? null,
      start.after,
    )
  else if (query.isAscending && query.sortBy === 'Modified_Time' && query.since !== undefined)
    from = order.rank({ id: '', createdAt: 0, modifiedAt: query.since })
  let skip = isByPlace ? 0 : start.count
  const records: StoredRecord[] = []
  let hasMore = false
  order.walk(from, query.isAscending ? 1 : -1, record => {
    if (!isSince(org, record.modifiedAt, query.since)) {
      // newest first: everything behind is older still
      return query.isAscending || query.sortBy !== 'Modified_Time'
    }
    if (query.ids && !query.ids.has(record.id)) return true
    if (skip > 0) {
      skip -= 1
      return true
    }
    hasMore = records.length === query.perPage
    if (!hasMore) records.push(record)
    return !hasMore
  })
  return { records, hasMore }
}

/** Rank of the first record after a place; the record of that place may have moved or gone meanwhile. */
function afterPlace(rank: number, query: ListQuery, record: StoredRecord | null, place: Place): number {
  const isThere = record !== null && (query.sortBy !== 'Modified_Time' || record.modifiedAt === place.modifiedAt)
  return query.isAscending ? rank + (isThere ? 1 : 0) : rank - 1
}

interface Told extends FoundPage {
  readonly query: ListQuery
  readonly start: PageStart
  readonly tokens: PageTokens
}

function pageInfo(org: Org, { query, start, tokens, records, hasMore }: Told): JsonObject {
  const expiresAt = org.clock.now().getTime() + TOKEN_LIFE_MS
  const last = records.at(-1)
  let next: string | null = null
  if (hasMore && last) {
    for (const [token, held] of tokens) if (held.expiresAt < expiresAt - 2 * TOKEN_LIFE_MS) tokens.delete(token)
    const self = newToken(24)
    tokens.set(self, start)
    next = newToken(24)
    const { id, createdAt, modifiedAt } = last
    const count = start.count + records.length
    tokens.set(next, {
      ...start,
      after: { id, createdAt, modifiedAt },
      count,
      page: start.page + 1,
      previous: self,
      expiresAt,
    })
  }
  return {
    per_page: query.perPage,
    count: records.length,
    page: start.page,
    sort_by: query.sortBy,
    sort_order: query.isAscending ? 'asc' : 'desc',
    more_records: hasMore,
    next_page_token: next,
    previous_page_token: start.previous,
    page_token_expiry: next === null ? null : org.print(expiresAt),
  }
}

export const missingParam = (name: string) =>
  refuse('REQUIRED_PARAM_MISSING', 'one of the expected parameter is missing', { param_name: name })

function ambiguous(query: URLSearchParams, one: string, other: string): void {
  if (!query.has(one) || !query.has(other)) return
  throw refuse('AMBIGUITY_DURING_PROCESSING', 'ambiguity while processing the request', {
    ambiguity_due_to: [{ param_name: one }, { param_name: other }],
  })
}

export function choice<T extends string>(query: URLSearchParams, name: string, values: readonly T[]): T | undefined {
  const given = query.get(name)
  if (given === null) return undefined
  const found = values.find(it => it === given)
  if (found === undefined) throw refuse('INVALID_DATA', 'invalid data', { param_name: name, supported_values: values })
  return found
}

/** A whole number from 1 to a limit; anything else does not match the pattern. */
export function whole(query: URLSearchParams, name: string, limit: number): number | undefined {
  const given = query.get(name)
  if (given === null) return undefined
  if (!/^[1-9]\d*$/.test(given))
    throw refuse('PATTERN_NOT_MATCHED', 'the value does not match the pattern', { param_name: name })
  if (Number(given) > limit) throw refuse('LIMIT_EXCEEDED', 'the limit is exceeded', { limit, param_name: name })
  return Number(given)
}
