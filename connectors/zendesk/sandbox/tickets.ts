import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import { type Account, SYNC_USER_ID } from './account.ts'
import { type FieldFault, fault, RecordFault, refuseWith } from './answers.ts'
import { readValue } from './fields.ts'
import { asObject, idOrNull, nullableText, texts, toId } from './input.ts'
import type { Comment, Ticket } from './model.ts'
import { iso } from './times.ts'

export const TICKET_INPUT: readonly string[] = [
  'id',
  'external_id',
  'subject',
  'description',
  'comment',
  'type',
  'priority',
  'status',
  'requester_id',
  'submitter_id',
  'assignee_id',
  'organization_id',
  'group_id',
  'tags',
  'custom_fields',
  'safe_update',
  'updated_stamp',
]

const STATUSES = ['new', 'open', 'pending', 'hold', 'solved', 'closed']
const CHOICES: Readonly<Record<'status' | 'priority' | 'type', readonly string[]>> = {
  status: STATUSES,
  priority: ['low', 'normal', 'high', 'urgent'],
  type: ['problem', 'incident', 'question', 'task'],
}
const DAY = 86_400
/** Deleted for good so long after (3.3). */
const SCRUB_AFTER = 30 * DAY
/** Closed so long: archived, and not in lists. */
const ARCHIVE_AFTER = 120 * DAY

export function renderTicket(account: Account, it: Ticket, origin: string): JsonObject {
  const { changed, custom, comments: _comments, deletedAt, isScrubbed: _scrubbed, channel, ...shown } = it
  const values = [...account.fields.ticket.values()]
    .filter(def => !def.system)
    .map(({ id }) => ({ id, value: custom[String(id)] ?? null }))
  return {
    url: `${origin}/api/v2/tickets/${it.id}.json`,
    ...shown,
    status: deletedAt === null ? it.status : 'deleted',
    raw_subject: it.subject,
    generated_timestamp: changed,
    custom_status_id: null,
    brand_id: 360_000_000_101,
    ticket_form_id: null,
    is_public: true,
    has_incidents: false,
    due_at: null,
    recipient: null,
    via: { channel, source: { from: {}, to: {}, rel: null } },
    custom_fields: values,
    fields: values,
  }
}

/** Neither deleted nor archived: what lists show. */
export const isListed = (account: Account, it: Ticket): boolean =>
  it.deletedAt === null &&
  !(it.status === 'closed' && account.seconds() - Date.parse(it.updated_at) / 1000 > ARCHIVE_AFTER)

export function createTicket(account: Account, given: JsonObject, author = SYNC_USER_ID): Ticket {
  const now = account.seconds()
  const comment = commentOf(account, { given, author, now })
  const requester = toId(given['requester_id']) ?? author
  const description = comment?.body ?? nullableText(given['description']) ?? ''
  if (description === '') throw new RecordFault([fault('base', 'BlankValue', 'Description: cannot be blank')])
  const blank: Ticket = {
    id: 0,
    changed: now,
    external_id: null,
    subject: '',
    description,
    type: null,
    priority: null,
    status: 'open',
    requester_id: requester,
    submitter_id: toId(given['submitter_id']) ?? author,
    assignee_id: null,
    organization_id: account.users.get(requester)?.organization_id ?? null,
    group_id: null,
    tags: [],
    custom: {},
    channel: 'api',
    comments: [
      comment ?? { id: account.nextId(), author_id: requester, body: description, public: true, created_at: iso(now) },
    ],
    created_at: iso(now),
    updated_at: iso(now),
    deletedAt: null,
    isScrubbed: false,
  }
  const made = { ...patched(account, blank, given), id: account.nextTicketId() }
  account.tickets.put(made)
  account.tell({ of: 'ticket', after: made })
  return made
}

export function updateTicket(account: Account, before: Ticket, given: JsonObject, author = SYNC_USER_ID): Ticket {
  if (given['safe_update'] === true && given['updated_stamp'] !== before.updated_at)
    throw refuseWith(
      409,
      'UpdateConflict',
      'Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again.',
    )
  if (before.status === 'closed')
    throw new RecordFault([fault('status', 'InvalidValue', 'Status: closed prevents ticket update')])
  const now = account.seconds()
  const comment = commentOf(account, { given, author, now })
  const { description: _fixed, ...writable } = given
  const after: Ticket = {
    ...patched(account, before, writable),
    changed: now,
    updated_at: iso(now),
    comments: comment ? [...before.comments, comment] : before.comments,
  }
  account.tickets.put(after)
  account.tell({ of: 'ticket', before, after })
  return after
}

export function removeTicket(account: Account, before: Ticket): Ticket {
  const now = account.seconds()
  const after: Ticket = { ...before, changed: now, updated_at: iso(now), deletedAt: now }
  account.tickets.put(after)
  account.tell({ of: 'ticket', before })
  return after
}

/** A change of the system's own: the export sees it, updated_at does not (2.3). */
export const touchTicket = (account: Account, ticket: Ticket): void =>
  account.tickets.put({ ...ticket, changed: account.seconds() })

/** Gone for good: the row stays in the export, its texts and for some its links do not (3.3). */
export function scrubTicket(account: Account, ticket: Ticket, at: number): void {
  const isUnlinked = ticket.id % 2 === 0
  account.tickets.put({
    ...ticket,
    subject: 'SCRUBBED',
    description: 'X',
    custom: {},
    tags: [],
    comments: [],
    isScrubbed: true,
    changed: at,
    ...(isUnlinked ? { organization_id: null, requester_id: SYNC_USER_ID } : {}),
  })
}

/** Brought back by a person before it is scrubbed. */
export function restoreTicket(account: Account, before: Ticket): void {
  const now = account.seconds()
  account.tickets.put({ ...before, deletedAt: null, changed: now, updated_at: iso(now) })
}

/** Scrubs what was deleted 30 days ago, each at its own time; what is scrubbed or restored is forgotten. */
export function scrubOld(account: Account, deleted: Set<number>): void {
  for (const id of deleted) {
    const ticket = account.tickets.get(id)
    if (!ticket || ticket.deletedAt === null || ticket.isScrubbed) deleted.delete(id)
    else if (account.seconds() >= ticket.deletedAt + SCRUB_AFTER)
      scrubTicket(account, ticket, ticket.deletedAt + SCRUB_AFTER)
  }
}

function patched(account: Account, before: Ticket, given: JsonObject): Ticket {
  const faults: FieldFault[] = []
  const choice = <T extends string | null>(name: keyof typeof CHOICES, held: T): string | T => {
    const it = given[name]
    if (it === undefined || it === null) return held
    if (typeof it === 'string' && CHOICES[name].includes(it)) return it
    faults.push(fault(name, 'InvalidValue', `${name}: ${String(it)} is not valid`))
    return held
  }
  const custom = customValues(account, before.custom, given['custom_fields'])
  const after: Ticket = {
    ...before,
    external_id: given['external_id'] === undefined ? before.external_id : nullableText(given['external_id']),
    subject: given['subject'] === undefined ? before.subject : (nullableText(given['subject']) ?? ''),
    status: choice('status', before.status),
    priority: choice('priority', before.priority),
    type: choice('type', before.type),
    requester_id: toId(given['requester_id']) ?? before.requester_id,
    assignee_id: idOrNull(given['assignee_id'], before.assignee_id),
    organization_id: idOrNull(given['organization_id'], before.organization_id),
    group_id: idOrNull(given['group_id'], before.group_id),
    tags: texts(given['tags']) ?? before.tags,
    custom: custom.values,
  }
  faults.push(...custom.faults, ...brokenLinks(account, before, after))
  if (faults.length > 0) throw new RecordFault(faults)
  return after
}

function brokenLinks(account: Account, before: Ticket, after: Ticket): FieldFault[] {
  const requester = account.users.get(after.requester_id)
  if (!requester?.active) return [fault('requester', 'InvalidValue', 'Requester: is invalid')]
  const { organization_id: organization } = after
  // an organization that the requester is no member of is refused (8, 9)
  const isForeign =
    organization !== null && organization !== before.organization_id && requester.organization_id !== organization
  return isForeign ? [fault('organization', 'InvalidValue', 'Organization: is not one of the requester')] : []
}

function customValues(
  account: Account,
  held: JsonObject,
  given: Json | undefined,
): { readonly values: JsonObject; readonly faults: readonly FieldFault[] } {
  const values: Record<string, Json> = { ...held }
  const faults: FieldFault[] = []
  for (const entry of Array.isArray(given) ? given : []) {
    const it = asObject(entry)
    const def = account.fields.ticket.get(String(it?.['id']))
    if (!def || def.system) continue
    const read = readValue(def, it?.['value'] ?? null)
    if ('value' in read) values[String(def.id)] = read.value
    else faults.push(read)
  }
  return { values, faults }
}

interface Said {
  readonly given: JsonObject
  readonly author: number
  readonly now: number
}

function commentOf(account: Account, { given, author, now }: Said): Comment | undefined {
  const comment = asObject(given['comment'])
  const body = comment ? nullableText(comment['body']) : null
  if (!comment || body === null) return undefined
  return {
    id: account.nextId(),
    author_id: toId(comment['author_id']) ?? author,
    body,
    public: comment['public'] !== false,
    created_at: iso(now),
  }
}
