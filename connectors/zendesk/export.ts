import { EngineError, isEngineError, type JsonObject } from '../../engine/sdk/index.ts'
import type { Reply, ZendeskClient } from './client.ts'
import { markAt, type Place, remember, startAfter, toCursor, type Walk, wasSeen } from './cursor.ts'
import { isCode } from './errors.ts'
import { objectsOf, textOf } from './json.ts'
import { type Found, strange } from './list.ts'
import { type Resource, type Row, toRow } from './resource.ts'

/** Largest page of an export (fact sheet 3.3). */
export const EXPORT_PAGE = 1_000
/** New beginnings of one walk whose cursor is refused before it gives up. */
const MOST_RESTARTS = 2

type ExportWalk = Extract<Walk, { is: 'export' }>

/** How an export goes on after a page: by a cursor, or by the time of the last record (fact sheet 3.3). */
export type ExportStyle = 'cursor' | 'time'

interface Wish {
  readonly resource: Resource
  readonly style: ExportStyle
  readonly pageSize: number
  /** Deletions are told. */
  readonly deletes: boolean
}

/** What changed, oldest change first. A record that changes during the walk comes once more at the end. */
export async function* exportWalk(
  client: ZendeskClient,
  wish: Wish,
  from: { readonly place: Place; readonly walk: ExportWalk },
): AsyncGenerator<Found> {
  let { place, walk } = from
  let restarts = 0
  let isWide = false
  for (;;) {
    const step = await nextStep(client, wish, { walk, isWide })
    if (step === 'too recent') return yield rest(place)
    if (step === 'refused') {
      restarts += 1
      if (restarts > MOST_RESTARTS) throw strange(wish.resource.name, 'the export refuses its own cursors')
      walk = begunAgain(walk)
      continue
    }
    if (step === 'same second') {
      isWide = true
      continue
    }
    isWide = false
    const began = walk.began ?? step.serverSeconds
    const fresh = step.rows.filter(
      row => isWanted(row, wish, { walk, began }) && (walk.full || !wasSeen(place.seen, row)),
    )
    place = advance(place, { walk: { ...walk, ...(began === undefined ? {} : { began }) }, step, fresh })
    const page = { next: toCursor(place), ...(walk.full && place.walk === undefined ? { complete: true } : {}) }
    yield { rows: fresh, page, place }
    if (place.walk?.is !== 'export') return
    walk = place.walk
  }
}

/** A full walk tells deletions by what it does not give; those that happen while it lasts may be of records that it gave. */
function isWanted(
  row: Row,
  { deletes }: Wish,
  { walk, began }: { readonly walk: ExportWalk; readonly began: number | undefined },
): boolean {
  if (!row.isGone) return true
  return deletes && (!walk.full || (began !== undefined && row.seconds >= began))
}

/** Too early to ask: nothing is known, and nothing is lost, for the mark stays. */
function rest(place: Place): Found {
  const { walk: _over, ...still } = place
  return { rows: [], page: { next: toCursor(still) }, place: still }
}

interface Step {
  /** Of several versions of one record the last. */
  readonly rows: readonly Row[]
  readonly serverSeconds: number | undefined
  /** Undefined at the end of the stream, which `end_of_stream` tells and never the number of records. */
  readonly next: { readonly start: number } | { readonly after: string } | undefined
}

type Odd = 'too recent' | 'refused' | 'same second'

async function nextStep(
  client: ZendeskClient,
  wish: Wish,
  { walk, isWide }: { readonly walk: ExportWalk; readonly isWide: boolean },
): Promise<Step | Odd> {
  const { name } = wish.resource
  const perPage = isWide ? EXPORT_PAGE : wish.pageSize
  try {
    const reply = await client.call({
      method: 'GET',
      path: wish.style === 'cursor' ? `incremental/${name}/cursor` : `incremental/${name}`,
      query: {
        ...(walk.after === undefined ? { start_time: String(walk.start) } : { cursor: walk.after }),
        per_page: String(perPage),
      },
      expect: { list: name },
      effect: 'none',
    })
    return stepOf(wish, { reply, walk, perPage })
  } catch (thrown) {
    if (isCode(thrown, 'ZENDESK_START_TOO_RECENT')) return 'too recent'
    // a stored cursor that Zendesk does not take any more: the walk goes on from the newest change that it delivered
    if (walk.after !== undefined && isEngineError(thrown) && REFUSED.has(thrown.code)) return 'refused'
    throw thrown
  }
}

const REFUSED = new Set(['ZENDESK_BAD_REQUEST', 'ZENDESK_RECORD_REFUSED', 'ZENDESK_NOT_FOUND'])

/** Ordered by change time: what was delivered up to `reached` need not be asked for again. */
function begunAgain({ after: _refused, ...walk }: ExportWalk): ExportWalk {
  const reached = Math.min(walk.reached ?? 0, walk.began ?? Number.POSITIVE_INFINITY)
  return { ...walk, start: Math.max(walk.start, reached - 1) }
}

interface Told {
  readonly reply: Reply
  readonly walk: ExportWalk
  readonly perPage: number
}

function stepOf({ resource, style }: Wish, { reply, walk, perPage }: Told): Step | Odd {
  const { name } = resource
  const { body } = reply
  const { end_of_stream: isEnd } = body
  if (typeof isEnd !== 'boolean') throw strange(name, 'a page of the export does not say whether the stream ends')
  const all = objectsOf(body[name]).map(raw => toRow(resource, raw, name))
  const rows = [...new Map(all.map(row => [row.id, row])).values()]
  const serverSeconds = reply.serverTime && Math.floor(reply.serverTime.getTime() / 1_000)
  const step = { rows, serverSeconds }
  if (isEnd) return { ...step, next: undefined }
  if (style === 'cursor') return { ...step, next: { after: nextCursor(name, body, walk) } }
  const { end_time: endTime } = body
  if (typeof endTime !== 'number') throw strange(name, 'a page of the export does not say where the next one begins')
  if (endTime > walk.start) return { ...step, next: { start: endTime } }
  if (perPage < EXPORT_PAGE) return 'same second'
  return { ...step, next: { start: afterOneSecond(name, walk, all.length) } }
}

function nextCursor(name: string, body: JsonObject, { after }: ExportWalk): string {
  const next = textOf(body['after_cursor'])
  if (next === undefined) throw strange(name, 'a page of the export goes on, but names no cursor')
  if (next === after) throw strange(name, 'a page of the export names itself as the next one')
  return next
}

/** The export gives all records of a page's last second, however many; then it stays there for ever (fact sheet 3.3): it is led past. */
function afterOneSecond(name: string, { start }: ExportWalk, count: number): number {
  if (count !== EXPORT_PAGE) return start + 1
  throw new EngineError({
    kind: 'contract',
    code: 'ZENDESK_TIE_TOO_WIDE',
    message: `${name}: exactly ${EXPORT_PAGE} records changed in the second ${start}, and the export does not go on: whether there are more cannot be told`,
    remedy: 'Run the flow once in full (a sweep). Nothing was skipped.',
  })
}

/** The place after a page: still within the walk, or at its end. */
function advance(
  place: Place,
  { walk, step, fresh }: { readonly walk: ExportWalk; readonly step: Step; readonly fresh: readonly Row[] },
): Place {
  const { began } = walk
  const reached = Math.max(walk.reached ?? 0, ...step.rows.map(row => row.seconds))
  const lookBack = startAfter(began === undefined ? reached : markAt(began))
  const { next } = step
  if (next === undefined) {
    // without Zendesk's time the newest change is as far as we know to have come; with it, a record dated ahead moves nothing
    const mark = Math.max(place.mark ?? 0, began === undefined ? reached : markAt(began))
    return { mark, seen: remember(place.seen, fresh, Math.min(lookBack, startAfter(mark))) }
  }
  const boundary = 'start' in next ? Math.min(next.start, lookBack) : lookBack
  return {
    ...place,
    seen: remember(place.seen, fresh, boundary),
    walk: { ...walk, ...next, reached },
  }
}
