import {
  type Cursor,
  type EngineError,
  type Json,
  type JsonObject,
  stringsOf,
  textsIn,
  unreadableCursor,
} from '../../../engine/sdk/index.ts'
import { isList, isObject, objectOf } from '../json.ts'

/** Hashes of what was delivered, by key, by day of change ('' where a resource has none). */
export type Seen = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Keys after `lo`, up to and with `hi`; compared by Sage 300, never by us. Absent: no bound. */
export interface Range {
  readonly lo?: string
  readonly hi?: string
}

/**
 * Where a walk along the key stands. `order`: pages seem to come in key order, so that the next one starts after the last key. `ranges`: they do
 * not; ranges are halved until each fits into one answer, which needs no order.
 */
export type Position =
  | {
      readonly by: 'order'
      readonly after?: string
      /** Records met so far, and since `proven`. */
      readonly count: number
      readonly since: number
      readonly pages: number
      /** How many there were when the walk began; absent where the server does not count. */
      readonly total?: number
      readonly ways: readonly string[]
      /** Nothing up to here was missed: counted. */
      readonly proven?: string
    }
  | { readonly by: 'ranges'; readonly ranges: readonly Range[]; readonly given: readonly string[] }

export interface Walk {
  /** Covers every live record, and leaves none out as seen. */
  readonly full: boolean
  /** Days from here on; absent: every record. */
  readonly since?: string
  /** The day at the server when the walk began. */
  readonly began?: string
  readonly at: Position
}

export interface Place {
  /** Every change before this day was delivered; by the server's clock. */
  readonly mark?: string
  readonly seen: Seen
  /** A walk that is not at its end. */
  readonly walk?: Walk
}

export const NOWHERE: Place = { seen: {} }

/** Cursors are stored as JSON; `{}` (of a read by key) is no place. Throws a `configuration` error for one of somebody else. */
export function fromCursor(cursor: Cursor | undefined): Place {
  if (cursor === undefined || Object.keys(cursor).length === 0) return NOWHERE
  if (cursor['v'] !== 1) throw unreadable()
  const walk = cursor['walk']
  return { ...days(cursor, ['mark']), seen: seenOf(cursor['seen']), ...(isObject(walk) ? { walk: walkOf(walk) } : {}) }
}

export function toCursor({ mark, seen, walk }: Place): Cursor {
  return {
    v: 1,
    ...(mark === undefined ? {} : { mark }),
    seen,
    ...(walk ? { walk: { ...walk, at: positionIn(walk.at) } } : {}),
  }
}

const positionIn = (at: Position): JsonObject =>
  at.by === 'order' ? { ...at } : { by: 'ranges', ranges: at.ranges.map(it => ({ ...it })), given: at.given }

function walkOf(walk: JsonObject): Walk {
  return { full: walk['full'] === true, ...days(walk, ['since', 'began']), at: positionOf(objectOf(walk['at'])) }
}

function positionOf(at: JsonObject): Position {
  if (at['by'] === 'ranges') {
    const ranges = isList(at['ranges']) ? at['ranges'].filter(isObject) : []
    return { by: 'ranges', ranges: ranges.map(it => textsIn(it, ['lo', 'hi'])), given: stringsOf(at['given']) }
  }
  const { count, since, pages, total } = at
  if (at['by'] !== 'order' || typeof count !== 'number' || typeof since !== 'number' || typeof pages !== 'number')
    throw unreadable()
  const counted = typeof total === 'number' ? { total } : {}
  return {
    by: 'order',
    count,
    since,
    pages,
    ...counted,
    ways: stringsOf(at['ways']),
    ...textsIn(at, ['after', 'proven']),
  }
}

function days<Name extends string>(from: JsonObject, names: readonly Name[]): Partial<Record<Name, string>> {
  const found = textsIn(from, names)
  for (const name of names) if (!/^\d{4}-\d\d-\d\d$/.test(found[name] ?? '2000-01-01')) throw unreadable()
  return found
}

function seenOf(value: Json | undefined): Seen {
  const looks = (them: Json) =>
    Object.entries(objectOf(them)).filter((it): it is [string, string] => typeof it[1] === 'string')
  return Object.fromEntries(
    Object.entries(objectOf(value)).map(([day, them]) => [day, Object.fromEntries(looks(them))]),
  )
}

const unreadable = (): EngineError => unreadableCursor('SAGE300_CURSOR_UNREADABLE')
