import type { CursorContract, Page, ReadRequest } from '../../../engine/sdk/index.ts'
import { time } from '../filter.ts'
import { type Row, toRecord } from '../wire.ts'
import { nextStep, type Step, startOf } from './along-keys.ts'
import { fromCursor, NOWHERE, type Place, toCursor, type Walk } from './cursor.ts'
import type { Ground } from './fetch.ts'
import { before, latest, remember, wasSeen } from './seen.ts'

/** Pages of 500 to 1,000 are common (fact sheet 5.1). */
export const MOST_PER_PAGE = 1_000
const USUAL_PER_PAGE = 500
/** Stamps are coarse, and an answer's Date is later than the state that it shows: until then a version is not final. */
const UNSETTLED_MS = 5_000

type LookBack = CursorContract['settleLag']

/**
 * Every record changed since the mark; without a mark, or where the endpoint has no change field, every record. The order of lists is not
 * documented, so the walk goes along keys and never along change times: no tie, edit or bulk change can hide a record.
 */
export async function* walkPages(ground: Ground, request: ReadRequest, lookBack: LookBack): AsyncGenerator<Page> {
  const held = fromCursor(request.after)
  const pageSize = Math.max(1, Math.min(request.pageSize ?? USUAL_PER_PAGE, MOST_PER_PAGE))
  let place: Place = request.full ? NOWHERE : held
  let walk = place.walk ?? (await begin(ground, place, lookBack))
  for (;;) {
    const { modified } = ground
    const window = walk.since === undefined || modified === undefined ? undefined : time(modified, 'ge', walk.since)
    const step = await nextStep({ ground, window, pageSize, full: walk.full, began: walk.began }, walk.at)
    const fresh = step.rows.filter(row => row.version === undefined || !wasSeen(place.seen, row.version, row.key))
    place = advance(place, { walk, step, fresh, lookBack })
    const page: Page = { records: fresh.map(toRecord), next: toCursor(place) }
    yield place.walk === undefined && walk.full ? { ...page, complete: true } : page
    if (place.walk === undefined) return
    walk = place.walk
  }
}

/** The walk after a settled place. Our own clock only helps to decide how far to look back, never where to stand. */
async function begin(ground: Ground, { mark, passedAt }: Place, lookBack: LookBack): Promise<Walk> {
  const at = await startOf(ground)
  if (mark === undefined || ground.modified === undefined) return { full: true, isSecondPass: true, at }
  const now = Math.max(Date.parse(mark), ground.client.context.clock.now().getTime())
  const passed = passedAt ?? mark
  const isSecondPass = now - Date.parse(passed) >= lookBack.secondPassMs
  const overlapped = before(mark, lookBack.overlapMs)
  const further = before(passed, lookBack.secondPassMs)
  return { full: false, isSecondPass, since: isSecondPass && further < overlapped ? further : overlapped, at }
}

/** The place after a page: still within the walk, or at its end. */
function advance(
  place: Place,
  given: { readonly walk: Walk; readonly step: Step; readonly fresh: readonly Row[]; readonly lookBack: LookBack },
): Place {
  const { walk, step, fresh, lookBack } = given
  const began = walk.began ?? step.serverTime
  const floor = began === undefined ? undefined : before(began, lookBack.overlapMs + lookBack.secondPassMs)
  const seen = remember(place.seen, settled(fresh, step.serverTime, lookBack), floor)
  const times = began === undefined ? {} : { began }
  if (step.next !== undefined) return { ...place, seen, walk: { ...walk, ...times, at: step.next } }
  // newer changes were read too, but of those made meanwhile some may lie behind: the mark is where the walk began
  const mark = latest(place.mark, began)
  const passedAt = walk.isSecondPass ? began : place.passedAt
  return { seen, ...(mark === undefined ? {} : { mark }), ...(passedAt === undefined ? {} : { passedAt }) }
}

/** A record that changed a moment ago may change again under the same stamp: it is read once more. */
function settled(rows: readonly Row[], serverTime: string | undefined, { overlapMs }: LookBack) {
  if (serverTime === undefined) return []
  const [from, to] = [before(serverTime, UNSETTLED_MS), before(serverTime, -overlapMs)]
  return rows.flatMap(({ key, version }) =>
    version !== undefined && (version < from || version > to) ? [{ key, version }] : [],
  )
}
