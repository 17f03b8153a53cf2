import type { JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'
import { invalidValue, json, refuseWith } from './answers.ts'
import type { Call } from './call.ts'
import type { Place } from './change-log.ts'
import { listOf } from './input.ts'
import type { Organization, Ticket, User } from './model.ts'
import { renderOrganization } from './organizations.ts'
import { sizeOf } from './paging.ts'
import type { Held, Store } from './store.ts'
import { renderTicket, scrubOld } from './tickets.ts'
import { renderUser } from './users.ts'

const MOST = 1000
const SAMPLE = 50
const LEGACY_FLOOR = 300

interface Exported<R extends Held> {
  readonly name: string
  readonly store: Store<R>
  accept(record: R): boolean
  render(record: R): JsonObject
}

const ticketsOf = ({ account, deletedTickets, query, origin }: Call): Exported<Ticket> => {
  scrubOld(account, deletedTickets)
  const leavesDeleted = query.get('exclude_deleted') === 'true'
  return {
    name: 'tickets',
    store: account.tickets,
    accept: it => !(leavesDeleted && it.deletedAt !== null),
    render: it => renderTicket(account, it, origin),
  }
}

const organizationsOf = ({ account, origin }: Call): Exported<Organization> => ({
  name: 'organizations',
  store: account.organizations,
  accept: () => true,
  render: it => renderOrganization(account, it, origin),
})

const usersOf = ({ account, origin }: Call): Exported<User> => ({
  name: 'users',
  store: account.users,
  accept: () => true,
  render: it => renderUser(account, it, origin),
})

/** Tickets after a place, held back by a minute (3.3). */
export function ticketsByCursor(call: Call): SandboxAnswer {
  const { query, account, origin, request } = call
  const exported = ticketsOf(call)
  const size = sizeOf(call, 'per_page', MOST)
  const given = query.get('cursor')
  const place = given === null ? before(startTimeOf(call)) : parseCursor(given)
  const { rows } = take(call, exported, { after: place, size, keepsSecond: false })
  const last = rows.at(-1)
  const polled = account.knobs.emptyPollCursor === 'same' ? (given ?? encode(place)) : null
  const cursor = last ? encode(last) : polled
  const kept = [...query].filter(([name]) => name !== 'cursor' && name !== 'start_time')
  const after =
    cursor === null ? null : `${origin}${request.path}?${new URLSearchParams([...kept, ['cursor', cursor]])}`
  return json(200, {
    tickets: rows.map(exported.render),
    ...sideloads(call, rows),
    after_url: after,
    after_cursor: cursor,
    before_url: null,
    before_cursor: null,
    end_of_stream: rows.length < size,
  })
}

const TIME_BASED: Readonly<Record<string, (call: Call) => SandboxAnswer>> = {
  tickets: call => byTime(call, ticketsOf(call)),
  organizations: call => byTime(call, organizationsOf(call)),
  users: call => byTime(call, usersOf(call)),
}

export const exportByTime = (name: string) => (call: Call) => TIME_BASED[name]?.(call) ?? json(404, {})

/** All rows of the last second come along, beyond the size asked for; the next call begins with that second again. */
function byTime<R extends Held>(call: Call, exported: Exported<R>): SandboxAnswer {
  const { query, origin, request } = call
  const size = sizeOf(call, 'per_page', MOST)
  const start = startTimeOf(call)
  const { rows, hasMore } = take(call, exported, { after: before(start), size, keepsSecond: true })
  const end = rows.at(-1)?.changed ?? null
  const kept = [...query].filter(([name]) => name !== 'start_time')
  const next =
    end === null ? null : `${origin}${request.path}?${new URLSearchParams([...kept, ['start_time', String(end)]])}`
  return json(200, {
    [exported.name]: rows.map(exported.render),
    count: rows.length,
    end_of_stream: !hasMore,
    next_page: next,
    end_time: end,
  })
}

/** Some rows, to look at. */
export const exportSample = (name: string) => (call: Call) => {
  const start = before(startTimeOf(call))
  const part = { after: start, size: SAMPLE, keepsSecond: false }
  if (name === 'users') return json(200, { users: take(call, usersOf(call), part).rows.map(usersOf(call).render) })
  if (name === 'tickets')
    return json(200, { tickets: take(call, ticketsOf(call), part).rows.map(ticketsOf(call).render) })
  return json(200, { organizations: take(call, organizationsOf(call), part).rows.map(organizationsOf(call).render) })
}

interface Part {
  readonly after: Place
  readonly size: number
  /** Goes on to the end of the second that the size ends in. */
  readonly keepsSecond: boolean
}

function take<R extends Held>({ account }: Call, { store, accept }: Exported<R>, { after, size, keepsSecond }: Part) {
  const until = account.seconds() - account.knobs.holdBackSeconds
  const rows: R[] = []
  for (const record of store.changes(after)) {
    if (record.changed > until) break
    if (!accept(record)) continue
    const isFull = rows.length >= size
    if (isFull && !(keepsSecond && record.changed === rows.at(-1)?.changed)) return { rows, hasMore: true }
    rows.push(record)
  }
  return { rows, hasMore: false }
}

/** Just before the second, so that it is taken in. */
const before = (second: number): Place => ({ changed: second, id: 0 })

function startTimeOf({ query, account }: Call): number {
  const given = query.get('start_time') ?? ''
  if (!/^\d+$/.test(given)) throw invalidValue('Invalid start_time. It must be a number of seconds since 1970')
  const [start, now] = [Number(given), account.seconds()]
  if (account.knobs.tooRecent === 'legacy' && start > now - LEGACY_FLOOR)
    throw refuseWith(422, 'InvalidValue', 'Too recent start_time. Use a start_time older than 5 minutes')
  if (start >= now - 60)
    throw refuseWith(400, 'StartTimeTooRecent', 'Too recent start_time. Use a start_time older than 1 minute')
  return start
}

const encode = ({ changed, id }: Place) => Buffer.from(`${changed}.0||${id}|`).toString('base64')

function parseCursor(text: string): Place {
  const [, changed, id] = /^(\d+)\.0\|\|(\d+)\|$/.exec(Buffer.from(text, 'base64').toString('utf8')) ?? []
  if (changed === undefined) throw invalidValue('Invalid cursor')
  return { changed: Number(changed), id: Number(id) }
}

function sideloads({ query, account, origin }: Call, rows: readonly Ticket[]): JsonObject {
  const wanted = listOf(query.get('include'))
  const organizations = new Set(rows.map(it => it.organization_id))
  const users = new Set(rows.map(it => it.requester_id))
  const found = <R extends Held>(store: Store<R>, ids: Iterable<number | null>, render: (it: R) => JsonObject) =>
    [...ids].flatMap(id => (id === null ? undefined : store.get(id)) ?? []).map(render)
  return {
    ...(wanted.includes('organizations')
      ? { organizations: found(account.organizations, organizations, it => renderOrganization(account, it, origin)) }
      : {}),
    ...(wanted.includes('users') ? { users: found(account.users, users, it => renderUser(account, it, origin)) } : {}),
    ...(wanted.includes('groups') ? { groups: [] } : {}),
  }
}
