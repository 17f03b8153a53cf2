import { EngineError, type Page } from '../../engine/sdk/index.ts'
import type { ZendeskClient } from './client.ts'
import { markAt, type Place, remember, startAfter, toCursor, type Walk } from './cursor.ts'
import { isCode } from './errors.ts'
import { objectOf, objectsOf, textOf } from './json.ts'
import { type Resource, type Row, toRow } from './resource.ts'

/** Largest page of a list (fact sheet 3.1). */
export const LIST_PAGE = 100

export interface ListPage {
  readonly rows: readonly Row[]
  /** Undefined at the end, which `has_more` tells: the last page names a next one as well (fact sheet 3.1). */
  readonly after: string | undefined
  readonly serverSeconds: number | undefined
}

interface ListWish {
  readonly after: string | undefined
  readonly pageSize: number
  /** Default: the list of all. */
  readonly path?: string
  readonly label?: string
}

export async function listPage(
  client: ZendeskClient,
  resource: Resource,
  { after, pageSize, path = resource.name, label = path }: ListWish,
): Promise<ListPage> {
  const { name } = resource
  const reply = await client.call({
    method: 'GET',
    path,
    label,
    query: { 'page[size]': String(pageSize), ...(after === undefined ? {} : { 'page[after]': after }) },
    expect: { list: name },
    effect: 'none',
  })
  const { has_more: hasMore, after_cursor: next } = objectOf(reply.body['meta'])
  const rows = objectsOf(reply.body[name]).map(raw => toRow(resource, raw, name))
  const serverSeconds = reply.serverTime && Math.floor(reply.serverTime.getTime() / 1_000)
  if (typeof hasMore !== 'boolean') throw strange(name, 'a page does not say whether more follow')
  if (!hasMore) return { rows, after: undefined, serverSeconds }
  const following = textOf(next)
  if (following === undefined) throw strange(name, 'a page says that more follow, but names no next page')
  if (following === after) throw strange(name, 'a page names itself as the next one')
  return { rows, after: following, serverSeconds }
}

export const strange = (name: string, what: string): EngineError =>
  new EngineError({
    kind: 'contract',
    code: 'ZENDESK_PAGING',
    message: `${name}: ${what}`,
    remedy: 'Report this with the name of the entity: nothing was skipped, the run stopped here.',
  })

/** How long a stored page cursor is good for is not documented: where it is refused, the list is begun again, and still misses nothing. */
async function resumedPage(client: ZendeskClient, resource: Resource, wish: ListWish): Promise<ListPage> {
  try {
    return await listPage(client, resource, wish)
  } catch (thrown) {
    if (wish.after === undefined || !isCode(thrown, 'ZENDESK_BAD_REQUEST', 'ZENDESK_RECORD_REFUSED')) throw thrown
    return listPage(client, resource, { ...wish, after: undefined })
  }
}

export interface Found {
  readonly rows: readonly Row[]
  readonly page: Omit<Page, 'records'>
  readonly place: Place
}

/** Every live record in order of its id, which no edit changes: nothing moves, and a new one comes at the end. */
export async function* listWalk(
  client: ZendeskClient,
  resource: Resource,
  from: { readonly place: Place; readonly walk: Extract<Walk, { is: 'list' }>; readonly pageSize: number },
): AsyncGenerator<Found> {
  let { place, walk } = from
  const pageSize = Math.min(from.pageSize, LIST_PAGE)
  let first: ListPage | undefined = await resumedPage(client, resource, { after: walk.after, pageSize })
  for (;;) {
    const { rows, after, serverSeconds } = first ?? (await listPage(client, resource, { after: walk.after, pageSize }))
    first = undefined
    const began = walk.began ?? serverSeconds
    const live = rows.filter(row => !row.isGone)
    // changes since shortly before the walk began come again with the next export
    const seen = began === undefined ? place.seen : remember(place.seen, live, startAfter(markAt(began)))
    if (after === undefined) {
      place = began === undefined ? { ...place, seen } : { mark: Math.max(place.mark ?? 0, markAt(began)), seen }
      const { walk: _over, ...done } = place
      yield { rows: live, page: { next: toCursor(done), complete: true }, place: done }
      return
    }
    walk = { is: 'list', after, ...(began === undefined ? {} : { began }) }
    place = { ...place, seen, walk }
    yield { rows: live, page: { next: toCursor(place) }, place }
  }
}
