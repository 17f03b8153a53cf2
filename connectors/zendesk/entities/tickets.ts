import type { Json, JsonObject, ReadRequest } from '../../../engine/sdk/index.ts'
import type { ZendeskClient } from '../client.ts'
import { commentsOf } from '../comments.ts'
import { ticketCursor } from '../cursor.ts'
import { findRows } from '../find.ts'
import type { Resource, Row } from '../resource.ts'
import { zendeskEntity } from './entity.ts'
import { flag, id, list, SYSTEM_FIELDS, text, texts, time, told } from './fields.ts'
import { organizationResource } from './organizations.ts'

/** Tickets (fact sheet 2.3), to be read only. */
export const ticketResource: Resource = {
  name: 'tickets',
  one: 'ticket',
  fields: {
    ...SYSTEM_FIELDS,
    external_id: text(),
    generated_timestamp: { type: 'integer', title: 'Seconds since 1970 of the last change of any kind', ...told },
    type: text(),
    subject: text(),
    raw_subject: text(),
    description: text(),
    priority: text(),
    status: text(),
    custom_status_id: id(),
    requester_id: id({ references: 'users' }),
    submitter_id: id({ references: 'users' }),
    assignee_id: id({ references: 'users' }),
    organization_id: id({ references: 'organizations' }),
    organization: {
      type: 'object',
      title: 'Its organization, looked up',
      ...told,
      fields: { id: id(told), name: text(told), external_id: text(told) },
    },
    group_id: id(),
    tags: texts(),
    custom_fields: list({ fields: { id: id(), value: { type: 'any' } } }),
    brand_id: id(),
    ticket_form_id: id(),
    via: { type: 'object' },
    comments: list({
      title: 'Only where a flow names them: one call a ticket',
      ...told,
      fields: {
        id: id(),
        author_id: id({ references: 'users' }),
        body: text(),
        public: flag(),
        created_at: time(),
        attachments: list(),
      },
    }),
  },
  // fact sheet 3.3: deleted ones come as ordinary rows, later with their texts scrubbed
  isGone: ({ status, subject, description }) => status === 'deleted' || (subject === 'SCRUBBED' && description === 'X'),
}

export const tickets = zendeskEntity({
  title: 'Tickets',
  read: { resource: ticketResource, cursor: ticketCursor, export: 'cursor', complete },
})

/** `organization` comes with "all" too, for it costs one call per hundred organizations; comments only by name. */
async function complete(client: ZendeskClient, rows: readonly Row[], { select }: ReadRequest): Promise<readonly Row[]> {
  const wants = (name: string) => select !== 'all' && select.some(path => path.split('.')[0] === name)
  const placed = select === 'all' || wants('organization') ? await withOrganizations(client, rows) : rows
  if (!wants('comments')) return placed
  return Promise.all(placed.map(async row => withField(row, 'comments', await commentsOf(client, row.id))))
}

/** Whether the export takes organizations along is not confirmed: they are looked up (fact sheet 3.5). */
async function withOrganizations(client: ZendeskClient, rows: readonly Row[]): Promise<readonly Row[]> {
  const values = rows.flatMap(row =>
    typeof row.fields['organization_id'] === 'string' ? row.fields['organization_id'] : [],
  )
  const found = await findRows(client, organizationResource, { field: 'id', values })
  const byId = new Map(found.map(it => [it.id, it.fields]))
  return rows.map(row => {
    const held = byId.get(String(row.fields['organization_id'] ?? ''))
    return held ? withField(row, 'organization', brief(held)) : row
  })
}

const brief = (fields: JsonObject): JsonObject =>
  Object.fromEntries(
    ['id', 'name', 'external_id'].flatMap(name => (fields[name] === undefined ? [] : [[name, fields[name]]])),
  )

const withField = (row: Row, name: string, value: Json): Row => ({ ...row, fields: { ...row.fields, [name]: value } })
