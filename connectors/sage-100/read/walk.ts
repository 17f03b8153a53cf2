import { fingerprint, isEngineError, type Page, type ReadRequest } from '../../../engine/sdk/index.ts'
import { type ListPage, listPage, MOST_PER_PAGE } from '../agent.ts'
import type { Sage100Client } from '../client.ts'
import { CURSOR_EXPIRED } from '../errors.ts'
import type { Sage100Object } from '../object.ts'
import { agentRow, type Row, toRecord } from '../row.ts'
import { before, earliest, filterOf, latest, lookBack, type Stamp, shownBefore } from '../stamp.ts'
import { fromCursor, NOWHERE, type Place, toCursor, type Walk } from './cursor.ts'
import { forget, remember, wasSeen } from './seen.ts'

const MINUTE_MS = 60_000
/** Each run looks so far back before its mark; further by an hour where the clock is changed (fact sheet 6.1). */
export const OVERLAP_MS = 10 * MINUTE_MS
/**
 * After so long, a run reads everything again from so long before the mark as it stood then: workstations write stamps by clocks of their own, and
 * what one of them stamps just behind that mark is met as well.
 */
export const SECOND_PASS_MS = 70 * MINUTE_MS
/** Without changes the mark follows the agent's clock at this distance: a bulk change is not read again for ever. */
const TRAIL_MS = 120 * MINUTE_MS
/** A record changed a moment ago may change again under the same stamp: it is read once more. */
const UNSETTLED_MS = 5_000
/** Differences of clocks that tell nothing. */
const DRIFT_MS = 30_000
const USUAL_PER_PAGE = 200
/** Orders come with their lines. */
const MOST_WITH_LINES = 200
/** Lists begun again from one and the same place before the walk gives up. */
const MOST_RESTARTS = 3

/** What stays the same over all pages of a read. */
export interface Ground {
  readonly client: Sage100Client
  readonly object: Sage100Object
  /** `fields` and `include` of the list. */
  readonly selection: Readonly<Record<string, string>>
}

/**
 * Every record stamped at the mark, shortly before it or later; without a mark, every record. The agent lists in the order of stamps, so that a
 * record that changes meanwhile moves to the end and comes again.
 */
export async function* walkPages(
  ground: Ground,
  request: Pick<ReadRequest, 'after' | 'full' | 'pageSize'>,
): AsyncGenerator<Page> {
  const { clock, settings } = ground.client.context
  const held = fromCursor(request.after)
  const most = 'include' in ground.selection ? MOST_WITH_LINES : MOST_PER_PAGE
  const pageSize = Math.max(1, Math.min(request.pageSize ?? USUAL_PER_PAGE, most))
  let place: Place = request.full ? NOWHERE : held
  for (let walk = resumed(place) ?? begin(ground, place); ; ) {
    const step = await nextPage(ground, walk, pageSize)
    if ('again' in step) {
      walk = step.again
      continue
    }
    const further = furtherBack(ground, place, { walk, asOf: step.page.asOf })
    if (further) {
      walk = further
      continue
    }
    const rows = step.page.items.map(it => agentRow(ground.object, it, settings.timeZone))
    const fresh = rows.filter(row => !wasSeen(place.seen, row))
    const reached = reachedBy(step, rows)
    place = advance(place, { walk: reached, page: step.page, fresh, ground, now: clock.now().toISOString() })
    const page: Page = { records: fresh.map(toRecord), next: toCursor(place) }
    yield place.walk === undefined && walk.full ? { ...page, complete: true } : page
    if (place.walk === undefined) return
    walk = place.walk
  }
}

/** A walk that gave up is not given up for ever: each run may begin its list anew as often. */
const resumed = ({ walk }: Place): Walk | undefined => walk && { ...walk, restarts: 0 }

/** The walk after a settled place. Our own clock only helps to decide how far to look back, never where to stand. */
function begin({ client }: Ground, { mark, passed, passedAt }: Place): Walk {
  const { clock, settings } = client.context
  const common = { isTail: false, isOrdered: true, restarts: 0 }
  if (mark === undefined) return { ...common, full: true, isSecondPass: true }
  const since = Math.abs(clock.now().getTime() - Date.parse(passedAt ?? ''))
  const isSecondPass = Number.isNaN(since) || since >= SECOND_PASS_MS
  const from = isSecondPass ? (earliest(mark, passed) ?? mark) : mark
  return {
    ...common,
    full: false,
    isSecondPass,
    since: lookBack(from, isSecondPass ? SECOND_PASS_MS : OVERLAP_MS, settings.timeZone),
  }
}

/**
 * The clock over there was set back since the last walk, by hand: what was written since then may be stamped earlier than the window begins. Known
 * from how much time passed by our clock and by theirs.
 */
function furtherBack(
  { client }: Ground,
  { walkedAt }: Place,
  { walk, asOf }: { readonly walk: Walk; readonly asOf: Stamp },
): Walk | undefined {
  if (walk.asOf !== undefined || walk.since === undefined || walk.isTail || walkedAt === undefined) return undefined
  const { clock, settings } = client.context
  const elapsed = Math.max(0, clock.now().getTime() - Date.parse(walkedAt))
  const since = lookBack(shownBefore(asOf, elapsed, settings.timeZone), OVERLAP_MS, settings.timeZone)
  return since < before(walk.since, DRIFT_MS) ? { ...walk, since, asOf } : undefined
}

interface Listed {
  readonly page: ListPage
  readonly walk: Walk
}

async function nextPage(ground: Ground, walk: Walk, limit: number): Promise<Listed | { readonly again: Walk }> {
  const { client, object, selection } = ground
  const query = { ...selection, ...(walk.since ? filterOf(walk.since) : {}), limit: String(limit) }
  const shape = fingerprint(query).slice(0, 12)
  if (walk.next !== undefined && walk.shape !== shape) return { again: restarted(walk) }
  try {
    const page = await listPage(client, object, walk.next === undefined ? query : { ...query, cursor: walk.next })
    return { page, walk: { ...walk, shape } }
  } catch (thrown) {
    const isExpired = isEngineError(thrown) && thrown.code === CURSOR_EXPIRED && walk.next !== undefined
    if (!isExpired || walk.restarts >= MOST_RESTARTS) throw thrown
    return { again: restarted(walk) }
  }
}

/** The list from the beginning, or from the greatest stamp delivered: in order, nothing before it is missing. */
function restarted({ next: _spent, shape: _of, ...walk }: Walk): Walk {
  const { reached = '', since = '' } = walk
  const isFurther = walk.isOrdered && reached > since
  return isFurther ? { ...walk, since: reached, restarts: 0 } : { ...walk, restarts: walk.restarts + 1 }
}

/** The walk with what this page brought it to. */
function reachedBy({ page, walk }: Listed, rows: readonly Row[]): Walk {
  const stamps = [walk.reached ?? '', ...rows.map(row => row.stamp)]
  const isOrdered = walk.isOrdered && stamps.every((it, at) => at === 0 || (stamps[at - 1] ?? '') <= it)
  const reached = latest(...stamps) ?? ''
  const asOf = earliest(walk.asOf, page.asOf) ?? page.asOf
  return { ...walk, asOf, isOrdered, ...(reached === '' ? {} : { reached }) }
}

interface Step {
  readonly ground: Ground
  readonly walk: Walk
  readonly page: ListPage
  readonly fresh: readonly Row[]
  readonly now: string
}

/** The place after a page: still within the walk, or at its end. */
function advance(place: Place, step: Step): Place {
  const { walk, page, fresh, ground } = step
  const seen = remember(place.seen, settled(fresh, page.asOf))
  const { next: passed, shape, ...rest } = walk
  if (page.next !== undefined)
    return { ...place, seen, walk: { ...rest, next: page.next, ...(shape === undefined ? {} : { shape }) } }
  // a list begun again further on may end on one page, too: that page is not all there is
  const isOnlyPage = passed === undefined && walk.since === undefined
  if (!walk.full || walk.isTail || isOnlyPage) return finish({ ...place, seen }, step)
  // while pages were read, a clock that lags or went back may have stamped a record behind where the walk stood
  const { timeZone } = ground.client.context.settings
  const since = lookBack(walk.asOf ?? page.asOf, OVERLAP_MS, timeZone)
  return { ...place, seen, walk: { ...rest, isTail: true, isOrdered: false, since, restarts: 0 } }
}

const settled = (rows: readonly Row[], asOf: Stamp): readonly Row[] => {
  const [from, to] = [before(asOf, UNSETTLED_MS), before(asOf, -UNSETTLED_MS)]
  return rows.filter(({ stamp }) => stamp < from || stamp > to)
}

/**
 * The mark moves to the greatest stamp delivered, and never past the agent's own time: a stamp of the future must not carry it past what follows. It
 * goes back with a clock that goes back.
 */
function finish({ walk: _over, ...place }: Place, { walk, page, ground, now }: Step): Place {
  const { timeZone } = ground.client.context.settings
  const asOf = walk.asOf ?? page.asOf
  const mark = earliest(asOf, latest(place.mark, walk.reached, before(asOf, TRAIL_MS)) ?? asOf) ?? asOf
  const passed = walk.isSecondPass ? mark : place.passed
  const floor = lookBack(earliest(mark, passed) ?? mark, SECOND_PASS_MS, timeZone)
  return {
    ...place,
    mark,
    walkedAt: now,
    seen: forget(place.seen, floor),
    ...(passed === undefined ? {} : { passed }),
    ...(walk.isSecondPass ? { passedAt: now } : {}),
  }
}
