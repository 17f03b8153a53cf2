import type { Page, ReadRequest } from '../../../engine/sdk/index.ts'
import type { Sage300Client } from '../client.ts'
import { columnsOf } from '../columns.ts'
import { type Alternatives, compare } from '../filter.ts'
import { MAINTAINED, type Sage300Object } from '../object.ts'
import { DEFAULTS } from '../settings.ts'
import { type Row, toRecord } from '../wire.ts'
import { nextStep, type Step, startOf } from './along-keys.ts'
import { fromCursor, NOWHERE, type Place, toCursor, type Walk } from './cursor.ts'
import { daysBefore, forget, remember, wasSeen } from './seen.ts'

/** The day before the mark is read again: the server may date in another zone than it is said to (fact sheet 4, "Incremental polling"). */
export const LOOK_BACK_DAYS = 1

/**
 * Every record whose day of change is the mark's, the one before it or later; without such a day, every record. Pages go along keys and never along
 * days: no tie, edit or bulk change can hide a record.
 */
export async function* walkPages(
  client: Sage300Client,
  object: Sage300Object,
  request: ReadRequest,
): AsyncGenerator<Page> {
  const held = fromCursor(request.after)
  const select = columnsOf(object, request.select)
  const most = client.context.settings.pageSize ?? DEFAULTS.pageSize
  const pageSize = Math.max(1, Math.min(request.pageSize ?? most, most))
  let place: Place = request.full ? NOWHERE : held
  const bare = { client, object, select, window: [] }
  if (place.walk === undefined) {
    const begun = begin(client, object, place)
    place = { ...(begun.full ? NOWHERE : place), walk: { ...begun, at: await startOf(bare) } }
  }
  for (let { walk } = place; walk !== undefined; ) {
    const step = await nextStep({ ground: { ...bare, window: windowOf(object, walk) }, pageSize }, walk.at)
    const { full } = walk
    const fresh = step.rows.filter(row => !wasSeen(place.seen, row))
    place = advance(object, place, { walk, step, fresh })
    walk = place.walk
    const page: Page = { records: fresh.map(toRecord), next: toCursor(place) }
    yield walk === undefined && full ? { ...page, complete: true } : page
  }
}

/** The walk after a settled place. */
function begin(client: Sage300Client, { changes }: Sage300Object, { mark }: Place): Omit<Walk, 'at'> {
  if (mark === undefined) return { full: true }
  if (changes.by === 'day') return { full: false, since: daysBefore(mark, LOOK_BACK_DAYS) }
  const { documentDays } = client.context.settings
  const isLimited = documentDays !== undefined && changes.date !== undefined
  return { full: false, ...(isLimited ? { since: daysBefore(mark, documentDays) } : {}) }
}

function windowOf(object: Sage300Object, { since }: Walk): Alternatives {
  const field = object.changes.by === 'day' ? MAINTAINED : object.changes.date
  const term = since === undefined || field === undefined ? undefined : compare(object, field, 'ge', since)
  return term === undefined ? [] : [term]
}

/** The place after a page: still within the walk, or at its end. */
function advance(
  object: Sage300Object,
  place: Place,
  { walk, step, fresh }: { readonly walk: Walk; readonly step: Step; readonly fresh: readonly Row[] },
): Place {
  const began = walk.began ?? step.today
  const floor = began === undefined ? undefined : daysBefore(began, LOOK_BACK_DAYS)
  const seen = remember(
    place.seen,
    fresh.filter(row => canComeAgain(object, row, floor)),
  )
  const marked = place.mark === undefined ? {} : { mark: place.mark }
  if (step.next !== undefined)
    return { ...marked, seen, walk: { ...walk, ...(began === undefined ? {} : { began }), at: step.next } }
  // what changed while the walk went on is dated then or later, and the next walk starts before it
  const mark = began !== undefined && (place.mark === undefined || began > place.mark) ? began : place.mark
  return {
    seen: forget(seen, mark === undefined ? undefined : daysBefore(mark, LOOK_BACK_DAYS)),
    ...(mark === undefined ? {} : { mark }),
  }
}

/** Only what a later run may meet again: what lies before its window is not worth the room. */
function canComeAgain({ changes }: Sage300Object, { day }: Row, floor: string | undefined): boolean {
  if (changes.by === 'look') return true
  return day !== undefined && floor !== undefined && day >= floor
}
