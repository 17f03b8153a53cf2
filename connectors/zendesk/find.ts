import type { FindRequest, FoundRecord } from '../../engine/sdk/index.ts'
import type { Reply, ZendeskClient } from './client.ts'
import { isCode } from './errors.ts'
import { fold, foldKey, inChunks, isId, objectsOf } from './json.ts'
import { LIST_PAGE, listPage } from './list.ts'
import { pick, type Resource, type Row, toRow } from './resource.ts'

export interface FindWish {
  readonly field: string
  readonly values: readonly string[]
}

type LookUp = (client: ZendeskClient, resource: Resource, values: readonly string[]) => Promise<readonly Row[]>

/** What Zendesk itself can look up (fact sheet 3.2, 3.4). */
const LOOK_UPS: Readonly<Record<string, LookUp>> = {
  'organizations.id': byIds,
  'organizations.external_id': byExternalIds,
  'organizations.name': (client, resource, values) => searchEach(client, resource, { by: 'name', values }),
  'users.id': byIds,
  'users.external_id': byExternalIds,
  'users.email': byEmails,
  'tickets.id': byIds,
  'tickets.organization_id': byOrganizations,
}

/** Records that hold one of these values now. Fields that Zendesk cannot look up are compared here, over the whole list. */
export async function findRows(client: ZendeskClient, resource: Resource, wish: FindWish): Promise<Row[]> {
  const values = [...new Set(wish.values)].filter(value => value !== '')
  if (values.length === 0) return []
  const lookUp = LOOK_UPS[`${resource.name}.${wish.field}`]
  const found = lookUp ? await lookUp(client, resource, values) : await scan(client, resource, { ...wish, values })
  return [...new Map(found.map(row => [row.id, row])).values()].filter(row => !row.isGone)
}

export async function findRecords(
  client: ZendeskClient,
  resource: Resource,
  request: FindRequest,
): Promise<FoundRecord[]> {
  const rows = await findRows(client, resource, request)
  return rows.map(row => ({ sinkKey: row.id, version: row.version, fields: pick(row.fields, request.select) }))
}

interface Ask {
  readonly path: string
  readonly label?: string
  readonly query?: Readonly<Record<string, string>>
}

async function ask(client: ZendeskClient, { name }: Resource, call: Ask): Promise<Reply> {
  return client.call({ method: 'GET', ...call, expect: { list: name }, effect: 'none' })
}

const rowsOf = (resource: Resource, { body }: Reply, where: string): Row[] =>
  objectsOf(body[resource.name]).map(raw => toRow(resource, raw, where))

async function showMany(client: ZendeskClient, resource: Resource, query: Record<string, string>): Promise<Row[]> {
  const path = `${resource.name}/show_many`
  return rowsOf(resource, await ask(client, resource, { path, query }), path)
}

async function byIds(client: ZendeskClient, resource: Resource, values: readonly string[]): Promise<Row[]> {
  const asked = inChunks(values.filter(isId), LIST_PAGE)
  const found = await Promise.all(asked.map(ids => showMany(client, resource, { ids: ids.join(',') })))
  return found.flat().filter(row => values.includes(row.id))
}

/** Case does not count (fact sheet 2.1). A value with a comma or outer blanks would not survive in a list. */
async function byExternalIds(client: ZendeskClient, resource: Resource, values: readonly string[]): Promise<Row[]> {
  const isPlain = (value: string) => !value.includes(',') && value === value.trim()
  const chunks = inChunks(values.filter(isPlain), LIST_PAGE)
  const odd = values.filter(value => !isPlain(value))
  const found = await Promise.all([
    ...chunks.map(ids => showMany(client, resource, { external_ids: ids.join(',') })),
    searchEach(client, resource, { by: 'external_id', values: odd }),
  ])
  return matching(found.flat(), 'external_id', values)
}

async function searchEach(
  client: ZendeskClient,
  resource: Resource,
  { by, values }: { readonly by: 'external_id' | 'name'; readonly values: readonly string[] },
): Promise<Row[]> {
  const path = `${resource.name}/search`
  const found = await Promise.all(
    values.map(async value => rowsOf(resource, await ask(client, resource, { path, query: { [by]: value } }), path)),
  )
  return matching(found.flat(), by, values)
}

async function byEmails(client: ZendeskClient, resource: Resource, values: readonly string[]): Promise<Row[]> {
  const path = 'users/search'
  const found = await Promise.all(
    values
      // what could not be an address would be syntax
      .filter(value => /^[^\s"]+@[^\s"]+$/.test(value))
      .map(async value =>
        rowsOf(resource, await ask(client, resource, { path, query: { query: `email:"${value}"` } }), path),
      ),
  )
  return matching(found.flat(), 'email', values)
}

/** A search finds more than what was asked for: only what holds one of the values counts. */
function matching(rows: readonly Row[], field: string, values: readonly string[]): Row[] {
  const same = field === 'name' ? fold : foldKey
  const wanted = new Set(values.map(same))
  return rows.filter(row => wanted.has(same(String(row.fields[field] ?? ''))))
}

async function byOrganizations(client: ZendeskClient, resource: Resource, values: readonly string[]): Promise<Row[]> {
  const found = await Promise.all(values.filter(isId).map(id => ofOrganization(client, resource, id)))
  return found.flat()
}

async function ofOrganization(client: ZendeskClient, resource: Resource, id: string): Promise<Row[]> {
  const at = { path: `organizations/${id}/tickets`, label: 'organizations/{id}/tickets' }
  try {
    return await everyPage(client, resource, at)
  } catch (thrown) {
    if (isCode(thrown, 'ZENDESK_NOT_FOUND')) return []
    throw thrown
  }
}

/** The whole list, page by page; only what matches is kept. */
async function scan(client: ZendeskClient, resource: Resource, { field, values }: FindWish): Promise<Row[]> {
  client.context.log.warn('Zendesk cannot look this field up: the whole list is read', { entity: resource.name, field })
  const wanted = new Set(values)
  return everyPage(client, resource, { path: resource.name }, row => {
    const value = row.fields[field]
    return value !== undefined && typeof value !== 'object' && wanted.has(String(value))
  })
}

async function everyPage(
  client: ZendeskClient,
  resource: Resource,
  at: Ask,
  accept: (row: Row) => boolean = () => true,
): Promise<Row[]> {
  const kept: Row[] = []
  let after: string | undefined
  do {
    const page = await listPage(client, resource, { ...at, after, pageSize: LIST_PAGE })
    kept.push(...page.rows.filter(accept))
    after = page.after
  } while (after !== undefined)
  return kept
}
