import { type DataRecord, EngineError, isEngineError, type Page } from '../../engine/sdk/index.ts'
import type { Reply, ZohoClient } from './client.ts'
import { before, latest, type Place, remember, toCursor, wasSeen, zohoCursor } from './cursor.ts'
import { objectOf, objectsOf, textOf } from './json.ts'
import { type Module, toUtc, toZohoTime } from './module.ts'

const { overlapMs } = zohoCursor.settleLag

interface Gone {
  readonly id: string
  /** When it was deleted, as ISO UTC. */
  readonly version: string
}

/**
 * Deletions since the last look, recycled and permanent (fact sheet 3.5). Paged by number, so an interrupted look begins at its first page again;
 * what was delivered is remembered.
 */
export async function* deletionPages(client: ZohoClient, module: Module, from: Place): AsyncGenerator<Page> {
  let place = from
  let began: string | undefined
  const since = from.gone && before(from.gone, overlapMs)
  for (let page = 1; ; page += 1) {
    const reply = await list(client, module, { page, perPage: 200, since })
    began ??= reply.serverTime
    const all = objectsOf(reply.body?.['data']).map(raw => goneOf(raw, module))
    const fresh = all.filter(it => !wasSeen(place.seenGone, it.version, it.id))
    const isLast = objectOf(reply.body?.['info'])['more_records'] !== true
    place = isLast ? finish(place, fresh, began) : { ...place, seenGone: remember(place.seenGone, fresh, since) }
    yield { records: fresh.map(toDeletion), next: toCursor(place) }
    if (isLast) return
  }
}

/** Was anything deleted after this time? */
export async function hasDeletions(client: ZohoClient, module: Module, since: string): Promise<boolean> {
  const reply = await list(client, module, { page: 1, perPage: 1, since })
  return objectsOf(reply.body?.['data']).length > 0
}

/** No token chain is documented here, so the list may end at a page number (fact sheet 3.1, 3.5): nothing is skipped then, a full read tells instead. */
async function list(client: ZohoClient, module: Module, wish: ListWish): Promise<Reply> {
  try {
    return await ask(client, module, wish)
  } catch (thrown) {
    if (!isEngineError(thrown) || !PAGE_LIMITS.has(thrown.code)) throw thrown
    throw new EngineError({
      kind: 'contract',
      code: 'ZOHO_TOO_MANY_DELETIONS',
      message: `${module.name}: more was deleted since the last look than Zoho CRM lists`,
      remedy: 'Run the flow once in full (a sweep): what is gone is found by what is not there any more.',
      cause: thrown,
    })
  }
}

const PAGE_LIMITS = new Set(['ZOHO_DISCRETE_PAGINATION_LIMIT_EXCEEDED', 'ZOHO_PAGINATION_LIMIT_EXCEEDED'])

interface ListWish {
  readonly page: number
  readonly perPage: number
  readonly since: string | undefined
}

const ask = (client: ZohoClient, module: Module, wish: ListWish): Promise<Reply> =>
  client.call({
    method: 'GET',
    path: `${module.name}/deleted`,
    query: { type: 'all', page: String(wish.page), per_page: String(wish.perPage) },
    ...(wish.since === undefined ? {} : { headers: { 'if-modified-since': toZohoTime(wish.since) } }),
    expect: 'data',
    effect: 'none',
  })

/** The mark moves to when the look began, by Zoho's clock: what was deleted since then is found by the next one. */
function finish(place: Place, fresh: readonly Gone[], began: string | undefined): Place {
  const gone = latest(place.gone, began)
  const seenGone = remember(place.seenGone, fresh, gone && before(gone, overlapMs))
  return { ...place, seenGone, ...(gone === undefined ? {} : { gone }) }
}

function goneOf(raw: Parameters<typeof toUtc>[0], module: Module): Gone {
  const { id, deleted_time } = objectOf(raw)
  const version = toUtc(deleted_time)
  const key = textOf(id)
  if (key === undefined || version === undefined)
    throw new EngineError({
      kind: 'contract',
      code: 'ZOHO_RECORD_SHAPE',
      message: `${module.name}/deleted: a deletion came without its id or time`,
      remedy: 'Report this with the name of the module: nothing was skipped, the run stopped here.',
    })
  return { id: key, version }
}

const toDeletion = (gone: Gone): DataRecord => ({
  key: gone.id,
  change: 'delete',
  version: gone.version,
  fields: { id: gone.id },
})
