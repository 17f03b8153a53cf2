import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import type { Change, Organization, Ticket, User } from './model.ts'

/** What happened to one record: the name after `zen:event-type:`, and what it says. */
export interface DomainEvent {
  readonly type: string
  readonly subject: string
  readonly detail: JsonObject
  readonly event: JsonObject
}

/** Every name that may be subscribed to (fact sheet 7.2); the list of organizations is complete. */
export const EVENT_NAMES: Readonly<Record<string, readonly string[]>> = {
  organization: ['created', 'deleted', 'name_changed', 'external_id_changed', 'tags_changed', 'custom_field_changed'],
  user: [
    'created',
    'deleted',
    'active_changed',
    'name_changed',
    'external_id_changed',
    'role_changed',
    'suspended_changed',
    'tags_changed',
    'custom_field_changed',
    'organization_membership_created',
    'organization_membership_deleted',
  ],
  ticket: [
    'created',
    'status_changed',
    'priority_changed',
    'subject_changed',
    'type_changed',
    'agent_assignment_changed',
    'brand_changed',
    'comment_added',
    'merged',
    'soft_deleted',
    'custom_field_changed',
    'organization_changed',
    'requester_changed',
    'tags_changed',
    'external_id_changed',
  ],
}

export const isEventName = (name: string): boolean => {
  const [, subject = '', event = ''] = /^zen:event-type:(\w+)\.(\w+)$/.exec(name) ?? []
  return Object.hasOwn(EVENT_NAMES, subject) && (EVENT_NAMES[subject]?.includes(event) ?? false)
}

export function eventsOf(change: Change): DomainEvent[] {
  if (change.of === 'organization') return told(change, { detail: organizationDetail, changes: organizationChanges })
  if (change.of === 'user') return told(change, { detail: userDetail, changes: userChanges })
  return told(change, { detail: ticketDetail, changes: ticketChanges })
}

interface Teller<R> {
  detail(record: R): JsonObject
  changes(before: R, after: R): readonly Told[]
}

/** One event of a change: its name and its `event` part. */
type Told = readonly [name: string, event: JsonObject]

function told<R extends { readonly id: number }>(
  { of, before, after }: { readonly of: string; readonly before?: R; readonly after?: R },
  teller: Teller<R>,
): DomainEvent[] {
  const record = after ?? before
  if (!record) return []
  const gone: Told = [of === 'ticket' ? 'soft_deleted' : 'deleted', {}]
  const names: readonly Told[] = before && after ? teller.changes(before, after) : [after ? ['created', {}] : gone]
  return names.map(([name, event]) => ({
    type: `zen:event-type:${of}.${name}`,
    subject: `zen:${of}:${record.id}`,
    detail: teller.detail(record),
    event,
  }))
}

/** An absent id is "0", an absent text "" (7.3). */
const id = (value: number | null) => String(value ?? 0)
const text = (value: string | null) => value ?? ''

const organizationDetail = (it: Organization): JsonObject => ({
  id: id(it.id),
  name: it.name,
  external_id: text(it.external_id),
  group_id: id(it.group_id),
  shared_tickets: it.shared_tickets,
  shared_comments: it.shared_comments,
  created_at: it.created_at,
  updated_at: it.updated_at,
})

const userDetail = (it: User): JsonObject => ({
  id: id(it.id),
  email: text(it.email),
  external_id: text(it.external_id),
  default_group_id: '0',
  organization_id: id(it.organization_id),
  role: it.role,
  created_at: it.created_at,
  updated_at: it.updated_at,
})

const ticketDetail = (it: Ticket): JsonObject => ({
  actor_id: id(it.submitter_id),
  assignee_id: id(it.assignee_id),
  brand_id: '360000000101',
  created_at: it.created_at,
  custom_status: '0',
  description: it.description,
  external_id: text(it.external_id),
  form_id: '0',
  group_id: id(it.group_id),
  id: id(it.id),
  is_public: true,
  organization_id: id(it.organization_id),
  priority: text(it.priority).toUpperCase(),
  requester_id: id(it.requester_id),
  status: it.deletedAt === null ? it.status.toUpperCase() : 'DELETED',
  subject: it.subject,
  submitter_id: id(it.submitter_id),
  tags: it.tags,
  type: text(it.type).toUpperCase(),
  updated_at: it.updated_at,
  via: { channel: it.channel },
})

/** `{ current, previous }` where the value is another one. */
function turned(
  name: string,
  previous: string | number | boolean | null,
  current: string | number | boolean | null,
): Told[] {
  const say = (it: string | number | boolean | null) => (typeof it === 'number' ? String(it) : (it ?? ''))
  return previous === current ? [] : [[name, { current: say(current), previous: say(previous) }]]
}

function tagged(before: readonly string[], after: readonly string[]): Told[] {
  const [added, removed] = [after.filter(it => !before.includes(it)), before.filter(it => !after.includes(it))]
  if (added.length + removed.length === 0) return []
  return [['tags_changed', { added: { tags: added }, removed: { tags: removed } }]]
}

/** One event for each custom field that changed. */
function customised(before: JsonObject, after: JsonObject): Told[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const value = (of: JsonObject, key: string): Json => of[key] ?? null
  return keys
    .filter(key => JSON.stringify(value(before, key)) !== JSON.stringify(value(after, key)))
    .map(key => [
      'custom_field_changed',
      { field: { id: key }, current: value(after, key), previous: value(before, key) },
    ])
}

const organizationChanges = (before: Organization, after: Organization): Told[] => [
  ...turned('name_changed', before.name, after.name),
  ...turned('external_id_changed', before.external_id, after.external_id),
  ...tagged(before.tags, after.tags),
  ...customised(before.organization_fields, after.organization_fields),
]

const userChanges = (before: User, after: User): Told[] => [
  ...turned('name_changed', before.name, after.name),
  ...turned('external_id_changed', before.external_id, after.external_id),
  ...turned('role_changed', before.role, after.role),
  ...turned('suspended_changed', before.suspended, after.suspended),
  ...tagged(before.tags, after.tags),
  ...customised(before.user_fields, after.user_fields),
  ...membership('organization_membership_deleted', before, after),
  ...membership('organization_membership_created', after, before),
]

/** Left the one, joined the other. */
const membership = (name: string, of: User, other: User): Told[] =>
  of.organization_id === null || of.organization_id === other.organization_id
    ? []
    : [[name, { organization: { id: id(of.organization_id) } }]]

const ticketChanges = (before: Ticket, after: Ticket): Told[] => [
  ...turned('status_changed', before.status.toUpperCase(), after.status.toUpperCase()),
  ...turned('priority_changed', before.priority, after.priority),
  ...turned('subject_changed', before.subject, after.subject),
  ...turned('type_changed', before.type, after.type),
  ...turned('agent_assignment_changed', before.assignee_id, after.assignee_id),
  ...turned('organization_changed', before.organization_id, after.organization_id),
  ...turned('requester_changed', before.requester_id, after.requester_id),
  ...turned('external_id_changed', before.external_id, after.external_id),
  ...tagged(before.tags, after.tags),
  ...customised(before.custom, after.custom),
  ...after.comments
    .slice(before.comments.length)
    .map((it): Told => ['comment_added', { comment: { id: id(it.id), body: it.body, is_public: it.public } }]),
]
