import { strange } from '../errors.ts'
import { allOf, compare, fieldOf, time } from '../filter.ts'
import { walkFieldOf } from '../object.ts'
import type { Row } from '../wire.ts'
import type { Position, Range } from './cursor.ts'
import { fetchKeys, fetchRows, type Ground } from './fetch.ts'
import { ALL_WAYS, fittingWays, sortedKeys } from './order.ts'
import { markOf } from './seen.ts'

/** A walk over all records that fit `window`, along their keys, which no edit moves. */
export interface Path {
  readonly ground: Ground
  readonly window: string | undefined
  readonly pageSize: number
  /** Its end says that nothing else is there. */
  readonly full: boolean
  /** Acumatica's time when the walk began, once it is known: what changed later is the next walk's. */
  readonly began: string | undefined
}

export interface Step {
  readonly rows: readonly Row[]
  /** Undefined: that was the last. */
  readonly next: Position | undefined
  readonly serverTime: string | undefined
}

/** An answer is split in halves only from this many records on: documents of several types may share one number. */
const SMALLEST_RANGE = 50
/** Records delivered between two checks: their marks stand in the cursor. */
const MOST_UNPROVEN = 1_000
const UNORDERED_MS = 24 * 60 * 60_000

/** Where a walk starts: in order, unless that did not hold of late, or several key fields make up the order (fact sheet 5.1). */
export async function startOf(ground: Ground): Promise<Position> {
  const isOrdered = ground.object.keys.length === 1 && (await ground.client.context.facts.get(factOf(ground))) !== true
  return isOrdered ? { by: 'order', given: [], ways: ALL_WAYS } : { by: 'ranges', ranges: [{}], given: [] }
}

const factOf = ({ client, object }: Ground) => client.factName(`unordered:${object.name}`)

export const nextStep = (path: Path, at: Position): Promise<Step> =>
  at.by === 'order' ? stepInOrder(path, at) : stepInRanges(path, at)

type Ordered = Extract<Position, { by: 'order' }>
type Ranged = Extract<Position, { by: 'ranges' }>

const bound = ({ ground }: Path, comparison: 'gt' | 'le', key: string | undefined) =>
  key === undefined ? undefined : compare(fieldOf(ground.object, walkFieldOf(ground.object)), comparison, key)

const keyOf = (row: Row): string => row.keys.at(-1) ?? row.key

async function stepInOrder(path: Path, at: Ordered): Promise<Step> {
  const { ground, window, pageSize } = path
  const listed = await fetchRows(ground, { filter: allOf(window, bound(path, 'gt', at.after)), top: pageSize })
  const { rows, serverTime } = listed
  const known = { ...path, began: path.began ?? serverTime }
  if (listed.listedCount < pageSize) {
    // a page that is not full holds all that is left, in whatever order; the pages before it are looked at once more
    const missed = await missedUpTo(known, at)
    if (missed.length > 0) return inRanges(known, at, missed)
    return { rows, next: undefined, serverTime }
  }
  const after = listed.last ? keyOf(listed.last) : undefined
  const ways = fittingWays(at.ways, [...(at.after === undefined ? [] : [at.after]), ...rows.map(keyOf)])
  if (ways.length === 0 || after === undefined || after === at.after) return inRanges(path, at)
  const next: Ordered = { ...at, after, given: [...at.given, ...rows.map(marked)], ways }
  if (next.given.length + pageSize <= MOST_UNPROVEN) return { rows, next, serverTime }
  const missed = await missedUpTo(known, next)
  if (missed.length > 0) return inRanges(known, at, missed)
  return { rows, next: { ...next, given: [], proven: after }, serverTime }
}

const marked = (row: Row): string => markOf(row.key)

/**
 * Records among those walked over that were not delivered, or some of them. Their number would not tell: a deletion or an edit makes up for one
 * that was missed. Those that changed since the walk began are the next one's, but for a walk that says that nothing else is there.
 */
async function missedUpTo(path: Path, { after, proven, given }: Ordered): Promise<readonly Row[]> {
  if (after === undefined || after === proven) return []
  const { ground, window, began, full } = path
  const { modified } = ground
  const isOlder = full || began === undefined || modified === undefined ? undefined : time(modified, 'lt', began)
  const filter = allOf(window, bound(path, 'gt', proven), bound(path, 'le', after), isOlder)
  // one more than were delivered: whichever come, there is one among them that was not, or they are all
  const those = await fetchKeys(ground, { filter, top: given.length + 1 })
  const known = new Set(given)
  return those.filter(row => !known.has(marked(row)))
}

const isOld = ({ began }: Path, { version }: Row) => began === undefined || version === undefined || version < began

/** The rest is read in ranges, from the last place that is certain. `missed`: one that is newer than the walk says nothing against the order. */
async function inRanges(path: Path, { after, proven, given }: Ordered, missed?: readonly Row[]): Promise<Step> {
  if (missed?.some(row => isOld(path, row)) ?? true) await distrust(path.ground)
  const from = proven === undefined ? {} : { lo: proven }
  const ranges = after === undefined || after === proven ? [from] : [{ ...from, hi: after }, { lo: after }]
  return stepInRanges(path, { by: 'ranges', ranges, given })
}

async function distrust(ground: Ground): Promise<void> {
  const { log, facts } = ground.client.context
  log.warn('lists of Acumatica do not come in the order of their keys: reading in ranges', {
    entity: ground.object.name,
  })
  await facts.set(factOf(ground), true, UNORDERED_MS)
}

/** One range that fits into an answer; a fuller one is split until it does. */
async function stepInRanges(path: Path, start: Ranged): Promise<Step> {
  const { ground, window, pageSize } = path
  const top = Math.max(pageSize, SMALLEST_RANGE)
  for (let at = start; ; ) {
    const [range = {}, ...rest] = at.ranges
    const filter = allOf(window, bound(path, 'gt', range.lo), bound(path, 'le', range.hi))
    const listed = await fetchRows(ground, { filter, top })
    if (listed.listedCount < top) return deliver(listed, { at, rest, pageSize })
    at = { ...at, ranges: [...split(path, range, listed.rows.map(keyOf)), ...rest] }
  }
}

function deliver(
  { rows, serverTime }: Pick<Step, 'rows' | 'serverTime'>,
  { at, rest, pageSize }: { readonly at: Ranged; readonly rest: readonly Range[]; readonly pageSize: number },
): Step {
  const given = new Set(at.given)
  const left = rows.filter(row => !given.has(marked(row)))
  const page = left.slice(0, pageSize)
  if (left.length > pageSize)
    return { rows: page, next: { ...at, given: [...at.given, ...page.map(marked)] }, serverTime }
  if (rest.length === 0) return { rows: page, next: undefined, serverTime }
  // a record stands in one range only
  const here = new Set(rows.map(marked))
  return { rows: page, next: { by: 'ranges', ranges: rest, given: at.given.filter(it => !here.has(it)) }, serverTime }
}

/**
 * Both parts are smaller whichever way Acumatica compares: the upper bound itself never splits a range. An open range whose records came in
 * order is split just below its last one, so that its lower part is what was seen.
 */
function split(path: Path, { lo, hi }: Range, keys: readonly string[]): readonly Range[] {
  const candidates = sortedKeys(keys).filter(key => key !== hi)
  const isOrdered = hi === undefined && fittingWays(ALL_WAYS, keys).length > 0
  const pivot = candidates[isOrdered ? Math.max(0, candidates.length - 2) : Math.floor((candidates.length - 1) / 2)]
  if (pivot === undefined)
    throw strange(
      'ACUMATICA_TIE_TOO_WIDE',
      `${path.ground.object.name}: more records share one number than fit into an answer`,
    )
  return [
    { ...(lo === undefined ? {} : { lo }), hi: pivot },
    { lo: pivot, ...(hi === undefined ? {} : { hi }) },
  ]
}
