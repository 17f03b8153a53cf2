import { strange } from '../errors.ts'
import { allOf, compare, fieldOf, time } from '../filter.ts'
import { walkFieldOf } from '../object.ts'
import type { Row } from '../wire.ts'
import type { Position, Range } from './cursor.ts'
import { fetchRows, type Ground, hasMoreThan } from './fetch.ts'
import { ALL_WAYS, fittingWays, sortedKeys } from './order.ts'

/** A walk over all records that fit `window`, along their keys, which no edit moves. */
export interface Path {
  readonly ground: Ground
  readonly window: string | undefined
  readonly pageSize: number
  /** Acumatica's time when the walk began, once it is known: what changed later is left out of the check. */
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
const FIRST_CHECK = 4
const UNORDERED_MS = 24 * 60 * 60_000

/** Where a walk starts: in order, unless that did not hold of late, or several key fields make up the order (fact sheet 5.1). */
export async function startOf(ground: Ground): Promise<Position> {
  const isOrdered = ground.object.keys.length === 1 && (await ground.client.context.facts.get(factOf(ground))) !== true
  return isOrdered ? { by: 'order', count: 0, pages: 0, ways: ALL_WAYS } : { by: 'ranges', ranges: [{}], given: [] }
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
    if (at.after !== undefined && at.after !== at.proven && (await wasMissed(known, at.after, at.count)))
      return inRanges(path, at)
    return { rows, next: undefined, serverTime }
  }
  const after = listed.last ? keyOf(listed.last) : undefined
  const ways = fittingWays(at.ways, [...(at.after === undefined ? [] : [at.after]), ...rows.map(keyOf)])
  if (ways.length === 0 || after === undefined || after === at.after) return inRanges(path, at)
  const count = at.count + rows.filter(row => isOld(known, row)).length
  const pages = at.pages + 1
  // after 4, 8, 16 … pages and at the end: hardly a call more, and a wrong order is noticed early
  const isChecked = pages >= FIRST_CHECK && Number.isInteger(Math.log2(pages))
  if (isChecked && (await wasMissed(known, after, count))) return inRanges(path, at)
  const proven = isChecked ? after : at.proven
  const next: Ordered = { by: 'order', after, count, pages, ways, ...(proven === undefined ? {} : { proven }) }
  return { rows, next, serverTime }
}

const isOld = ({ began }: Path, { version }: Row) => began === undefined || version === undefined || version < began

/** Are there more records up to this key than were delivered? Those that changed since the walk began belong to the next one. */
function wasMissed(path: Path, upTo: string, count: number): Promise<boolean> {
  const { ground, window, began } = path
  const isOlder = began === undefined || ground.modified === undefined ? undefined : time(ground.modified, 'lt', began)
  return hasMoreThan(ground, allOf(window, bound(path, 'le', upTo), isOlder), count)
}

/** The order does not hold: the rest is read in ranges, from the last place that is certain. */
async function inRanges(path: Path, { proven }: Ordered): Promise<Step> {
  const { context } = path.ground.client
  context.log.warn('lists of Acumatica do not come in the order of their keys: reading in ranges', {
    entity: path.ground.object.name,
  })
  await context.facts.set(factOf(path.ground), true, UNORDERED_MS)
  return stepInRanges(path, { by: 'ranges', ranges: [proven === undefined ? {} : { lo: proven }], given: [] })
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
  const left = rows.filter(row => !at.given.includes(row.key))
  const page = left.slice(0, pageSize)
  if (left.length > pageSize)
    return { rows: page, next: { ...at, given: [...at.given, ...page.map(row => row.key)] }, serverTime }
  return { rows: page, next: rest.length > 0 ? { by: 'ranges', ranges: rest, given: [] } : undefined, serverTime }
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
