import type { JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'
import { fold, foldKey } from './account.ts'
import { invalidValue, json, refuseWith } from './answers.ts'
import type { Call } from './call.ts'
import { renderOrganization } from './organizations.ts'
import { offsetLinks, offsetOf, sizeOf } from './paging.ts'
import { requireScope } from './scopes.ts'
import { isListed, renderTicket } from './tickets.ts'
import { parseSeconds } from './times.ts'
import { renderUser } from './users.ts'

/** Results that one search reaches (3.1). */
const REACH = 1000
const HOUR = 3600
const MOST_EXPORTED = 1000

const TYPES = ['organization', 'user', 'ticket'] as const
type Type = (typeof TYPES)[number]

/** A record as search sees it. */
interface Hit {
  readonly id: number
  readonly type: Type
  readonly changed: number
  readonly created: string
  readonly updated: string
  /** What free words are looked for in. */
  readonly text: string
  /** `status:open`, `external_id:C1`: values by name. */
  readonly values: Readonly<Record<string, string>>
  render(): JsonObject
}

const OPERATORS = [':', '<', '>', '<=', '>='] as const
type Operator = (typeof OPERATORS)[number]

interface Term {
  readonly name: string
  readonly operator: Operator
  readonly value: string
}

/** Offset paging only, 1,000 results at most, and not always of this moment. */
export function search(call: Call): SandboxAnswer {
  const { terms, words } = parseQuery(call.query.get('query') ?? '')
  const types = TYPES.filter(type => terms.every(it => it.name !== 'type' || it.value === type))
  const { page, perPage } = offsetOf(call)
  if (page * perPage > REACH)
    throw refuseWith(422, 'invalid', 'Invalid search: Requested response size was greater than Search Response Limits')
  const hits = [...found(call, types, { terms, words })]
  const rows = hits.slice((page - 1) * perPage, page * perPage)
  const links = offsetLinks(call, { page, perPage, count: hits.length })
  return json(200, { results: rows.map(it => ({ ...it.render(), result_type: it.type })), facets: null, ...links })
}

/** By cursor, in order of creation; a cursor lives for an hour (3.1). */
export function searchExport(call: Call): SandboxAnswer {
  const { query, account, origin, request } = call
  const type = TYPES.find(it => it === query.get('filter[type]'))
  const parsed = parseQuery(query.get('query') ?? '')
  if (!type) throw invalidValue('filter[type] is required')
  if (parsed.terms.some(it => it.name === 'type')) throw invalidValue('type is given by filter[type], not by the query')
  const size = sizeOf(call, 'page[size]', MOST_EXPORTED)
  const after = query.get('page[after]')
  const place = after === null ? { from: 0, at: account.seconds() } : parsePlace(after)
  if (account.seconds() - place.at > HOUR) throw invalidValue('Invalid cursor: it has expired')
  const hits = [...found(call, [type], parsed)].filter(it => it.id > place.from)
  const rows = hits.slice(0, size)
  const last = rows.at(-1)
  const cursor = last ? Buffer.from(`${place.at}|${last.id}`).toString('base64') : null
  const kept = [...query].filter(([name]) => name !== 'page[after]')
  return json(200, {
    results: rows.map(it => ({ ...it.render(), result_type: it.type })),
    facets: null,
    meta: { has_more: hits.length > rows.length, after_cursor: cursor, before_cursor: null },
    links: {
      prev: null,
      next:
        cursor === null ? null : `${origin}${request.path}?${new URLSearchParams([...kept, ['page[after]', cursor]])}`,
    },
  })
}

function parsePlace(text: string): { readonly from: number; readonly at: number } {
  const [, at, from] = /^(\d+)\|(\d+)$/.exec(Buffer.from(text, 'base64').toString('utf8')) ?? []
  if (at === undefined) throw invalidValue('Invalid cursor')
  return { at: Number(at), from: Number(from) }
}

interface Query {
  readonly terms: readonly Term[]
  readonly words: readonly string[]
}

const TERM = /^(\w+)(<=|>=|[:<>])(.+)$/

/** `type:ticket organization:12 updated>2026-01-01 "free words"`. */
function parseQuery(text: string): Query {
  const parts = text.match(/(?:[^\s"]|"[^"]*")+/g) ?? []
  const terms: Term[] = []
  const words: string[] = []
  for (const part of parts) {
    const [, name, given, value] = TERM.exec(part) ?? []
    const operator = OPERATORS.find(it => it === given)
    if (name === undefined || operator === undefined) words.push(fold(part.replaceAll('"', '')))
    else terms.push({ name, operator, value: (value ?? '').replaceAll('"', '') })
  }
  return { terms, words }
}

function* found(call: Call, types: readonly Type[], { terms, words }: Query): Generator<Hit> {
  const youngest = (call.account.clock.now().getTime() - call.account.knobs.searchLagMs) / 1000
  for (const type of types) {
    if (call.who.is === 'user') requireScope(call.who.scopes, `${type}s:read`)
    for (const hit of HITS[type](call)) {
      if (hit.changed > youngest) continue
      if (words.every(it => fold(hit.text).includes(it)) && terms.every(it => fits(hit, it))) yield hit
    }
  }
}

function fits(hit: Hit, { name, operator, value }: Term): boolean {
  if (name === 'type') return hit.type === value
  if (name === 'created' || name === 'updated') {
    const [at, wanted] = [Date.parse(hit[name]) / 1000, parseSeconds(value)]
    if (wanted === undefined) return false
    const compare = {
      ':': Math.floor(at / 86_400) === Math.floor(wanted / 86_400),
      '<': at < wanted,
      '>': at > wanted,
      '<=': at <= wanted,
      '>=': at >= wanted,
    }
    return compare[operator]
  }
  const held = hit.values[name]
  return operator === ':' && held !== undefined && foldKey(held) === foldKey(value)
}

const HITS: Readonly<Record<Type, (call: Call) => Generator<Hit>>> = {
  *organization({ account, origin }) {
    for (const it of account.organizations.ascending())
      yield {
        id: it.id,
        type: 'organization',
        changed: it.changed,
        created: it.created_at,
        updated: it.updated_at,
        text: `${it.name} ${it.notes ?? ''} ${it.details ?? ''}`,
        values: { name: it.name, ...(it.external_id === null ? {} : { external_id: it.external_id }) },
        render: () => renderOrganization(account, it, origin),
      }
  },
  *user({ account, origin }) {
    for (const it of account.users.ascending()) {
      if (!it.active) continue
      yield {
        id: it.id,
        type: 'user',
        changed: it.changed,
        created: it.created_at,
        updated: it.updated_at,
        text: `${it.name} ${it.email ?? ''}`,
        values: {
          name: it.name,
          email: it.email ?? '',
          role: it.role,
          external_id: it.external_id ?? '',
          organization: String(it.organization_id),
        },
        render: () => renderUser(account, it, origin),
      }
    }
  },
  *ticket({ account, origin }) {
    for (const it of account.tickets.ascending()) {
      if (!isListed(account, it)) continue
      yield {
        id: it.id,
        type: 'ticket',
        changed: it.changed,
        created: it.created_at,
        updated: it.updated_at,
        text: `${it.subject} ${it.description}`,
        values: {
          status: it.status,
          priority: it.priority ?? '',
          organization: String(it.organization_id),
          requester: String(it.requester_id),
        },
        render: () => renderTicket(account, it, origin),
      }
    }
  },
}
