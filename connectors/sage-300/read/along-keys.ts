import { strange } from '../errors.ts'
import { compare } from '../filter.ts'
import type { Row } from '../wire.ts'
import type { Position, Range } from './cursor.ts'
import { countRows, fetchRows, type Ground, type Listed } from './fetch.ts'
import { fittingWays, sortedKeys, waysOf } from './order.ts'

/** A walk over all records of a window, along their keys, which no edit moves. */
export interface Path {
  readonly ground: Ground
  readonly pageSize: number
}

export interface Step {
  readonly rows: readonly Row[]
  /** Undefined: that was the last. */
  readonly next: Position | undefined
  readonly today: string | undefined
}

type Ordered = Extract<Position, { by: 'order' }>
type Ranged = Extract<Position, { by: 'ranges' }>

/** A range is never asked for in smaller answers: it could not be halved. */
const SMALLEST_RANGE = 20
const FIRST_CHECK = 4
const REMEMBERED_MS = 24 * 60 * 60_000

/** In order, unless that did not hold of late. */
export async function startOf({ client, object }: Ground): Promise<Position> {
  const isUnordered = (await client.facts.get(factOf(object.name))) === 'unordered'
  if (isUnordered) return { by: 'ranges', ranges: [{}], given: [] }
  return { by: 'order', count: 0, since: 0, pages: 0, ways: waysOf(isNumbered({ object })) }
}

const factOf = (name: string) => `order:${name}`
const isNumbered = ({ object }: Pick<Ground, 'object'>) => object.fields[object.key]?.type === 'id'

export const nextStep = (path: Path, at: Position): Promise<Step> =>
  at.by === 'order' ? stepInOrder(path, at) : stepInRanges(path, at)

const bound = ({ ground: { object } }: Path, comparison: 'gt' | 'le', key: string | undefined) =>
  key === undefined ? undefined : compare(object, object.key, comparison, key)

async function stepInOrder(path: Path, at: Ordered): Promise<Step> {
  const { ground, pageSize } = path
  const isFirst = at.pages === 0
  const listed = await fetchRows(ground, { bounds: [bound(path, 'gt', at.after)], top: pageSize, count: isFirst })
  const keys = listed.rows.map(it => it.key)
  const ways = fittingWays(at.ways, [...(at.after === undefined ? [] : [at.after]), ...keys])
  if (ways.length === 0) {
    await ground.client.facts.set(factOf(ground.object.name), 'unordered', REMEMBERED_MS)
    return inRanges(path, at)
  }
  const after = keys.at(-1) ?? at.after
  const total = at.total ?? listed.total
  const reached: Ordered = {
    by: 'order',
    count: at.count + keys.length,
    since: at.since + keys.length,
    pages: at.pages + 1,
    ways,
    ...(total === undefined ? {} : { total }),
    ...(after === undefined ? {} : { after }),
    ...(at.proven === undefined ? {} : { proven: at.proven }),
  }
  return isAtEnd(listed, reached, pageSize) ? end(path, reached, listed) : goOn(path, reached, listed)
}

/** An empty page; or a short one, when as many were met as there were at the beginning. */
const isAtEnd = ({ rows, isMore }: Listed, { count, total }: Ordered, pageSize: number): boolean =>
  rows.length === 0 || (!isMore && rows.length < pageSize && total !== undefined && count >= total)

async function goOn(path: Path, reached: Ordered, { rows, today }: Listed): Promise<Step> {
  const { pages, total, count, after } = reached
  if (pages === 1 && count === total) return { rows, next: undefined, today }
  if (after === undefined || !(await isToBeChecked(path, pages))) return { rows, next: reached, today }
  if (await wasMissed(path, reached)) return inRanges(path, reached)
  await path.ground.client.facts.set(factOf(path.ground.object.name), 'ordered', REMEMBERED_MS)
  return { rows, next: { ...reached, since: 0, proven: after }, today }
}

/** After the first page once a day, and after 4, 8, 16 … pages: hardly a call more, and a wrong order is noticed early. */
async function isToBeChecked({ ground: { client, object } }: Path, pages: number): Promise<boolean> {
  if (pages === 1) return (await client.facts.get(factOf(object.name))) !== 'ordered'
  return pages >= FIRST_CHECK && Number.isInteger(Math.log2(pages))
}

/** One page that holds as many as there are is all of them. Else records may have come, gone, or been hidden by a wrong order: they are counted. */
async function end(path: Path, reached: Ordered, { rows, isMore, today }: Listed): Promise<Step> {
  const { count, total, after, pages } = reached
  const done: Step = { rows, next: undefined, today }
  if (rows.length === 0 && isMore) throw falseEnd(path)
  if (total === undefined || (count === total && pages === 1)) return done
  if (after !== undefined && (await wasMissed(path, reached))) return inRanges(path, reached)
  if (count === total) return done
  const left = (await countRows(path.ground, [bound(path, 'gt', after)])) ?? 0
  if (left === 0) return done
  if (rows.length === 0) throw falseEnd(path)
  return { ...done, next: reached }
}

const falseEnd = ({ ground: { object } }: Path) =>
  strange('SAGE300_PAGING', `${object.name}: a page came empty although records follow`)

/** Are there more records between the last proven place and this one than were met? */
async function wasMissed(path: Path, { proven, after, since }: Ordered): Promise<boolean> {
  const count = await countRows(path.ground, [bound(path, 'gt', proven), bound(path, 'le', after)])
  return count !== undefined && count > since
}

/** From the last place that is certain. */
async function inRanges(path: Path, { proven }: Ordered): Promise<Step> {
  const { client, object } = path.ground
  client.context.log.warn(
    'pages of Sage 300 do not come in the order of their keys, or records came in between: reading in ranges',
    {
      entity: object.name,
    },
  )
  return stepInRanges(path, { by: 'ranges', ranges: [proven === undefined ? {} : { lo: proven }], given: [] })
}

/** One range that fits into an answer; a fuller one is split until it does. */
async function stepInRanges(path: Path, start: Ranged): Promise<Step> {
  const { ground, pageSize } = path
  const top = Math.max(pageSize, SMALLEST_RANGE)
  for (let at = start; ; ) {
    const [range = {}, ...rest] = at.ranges
    const bounds = [bound(path, 'gt', range.lo), bound(path, 'le', range.hi)]
    const listed = await fetchRows(ground, { bounds, top, count: true })
    const { rows, isMore, total } = listed
    if (total === undefined ? !isMore && rows.length < top : rows.length >= total)
      return deliver(listed, { at, rest, pageSize })
    at = {
      ...at,
      ranges: [
        ...split(
          path,
          range,
          rows.map(it => it.key),
        ),
        ...rest,
      ],
    }
  }
}

function deliver(
  { rows, today }: Listed,
  { at, rest, pageSize }: { readonly at: Ranged; readonly rest: readonly Range[]; readonly pageSize: number },
): Step {
  const left = rows.filter(row => !at.given.includes(row.key))
  const page = left.slice(0, pageSize)
  if (left.length > pageSize)
    return { rows: page, next: { ...at, given: [...at.given, ...page.map(row => row.key)] }, today }
  return { rows: page, next: rest.length > 0 ? { by: 'ranges', ranges: rest, given: [] } : undefined, today }
}

/** Both parts are smaller whichever way Sage 300 compares: the upper bound itself never splits a range. */
function split({ ground }: Path, { lo, hi }: Range, keys: readonly string[]): readonly Range[] {
  const candidates = sortedKeys(isNumbered(ground), keys).filter(key => key !== hi)
  const pivot = candidates[Math.floor((candidates.length - 1) / 2)]
  if (pivot === undefined)
    throw strange(
      'SAGE300_PAGING',
      `${ground.object.name}: a range of keys does not fit into an answer and cannot be split`,
    )
  return [
    { ...(lo === undefined ? {} : { lo }), hi: pivot },
    { lo: pivot, ...(hi === undefined ? {} : { hi }) },
  ]
}
