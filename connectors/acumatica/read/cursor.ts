import {
  type Cursor,
  type EngineError,
  type JsonObject,
  stringsOf,
  textsIn,
  unreadableCursor,
} from '../../../engine/sdk/index.ts'
import { isList, isObject, objectOf } from '../json.ts'
import { NOTHING_SEEN, type Seen, seenIn, seenOf } from './seen.ts'

/** An open interval at its lower end: keys after `lo`, up to and with `hi`. Absent: no bound. Compared by Acumatica, never by us. */
export interface Range {
  readonly lo?: string
  readonly hi?: string
}

/**
 * Where a walk along the key stands. `ordered`: lists seem to come in key order, so the next page starts after the last key. `ranges`: they do not;
 * ranges are halved until each fits into one answer, which needs no order at all.
 */
export type Position =
  | {
      readonly by: 'order'
      readonly after?: string
      /** Marks of the keys delivered since `proven`, for the check of completeness. */
      readonly given: readonly string[]
      /** Ways of comparing keys that have fitted so far. */
      readonly ways: readonly string[]
      /** Nothing up to here was missed: checked. */
      readonly proven?: string
    }
  | {
      readonly by: 'ranges'
      /** Still to be read, the next one first. */
      readonly ranges: readonly Range[]
      /** Marks of keys in these ranges that were delivered already. */
      readonly given: readonly string[]
    }

export interface Walk {
  readonly full: boolean
  /** Change times from here on; absent: every record. */
  readonly since?: string
  /** Acumatica's time when the walk began. */
  readonly began?: string
  readonly isSecondPass: boolean
  readonly at: Position
}

/** Where we are. Times are ISO UTC by Acumatica's clock, never ours. */
export interface Place {
  /** Every change up to here was delivered, apart from late ones that overlap and second pass look for. */
  readonly mark?: string
  /** When a run last looked back the whole second pass. */
  readonly passedAt?: string
  readonly seen: Seen
  /** A walk that is not at its end. */
  readonly walk?: Walk
}

export const NOWHERE: Place = { seen: NOTHING_SEEN }

/** Cursors are stored as JSON; `{}` (of a read by key) is no place. Throws a `configuration` error for one of somebody else. */
export function fromCursor(cursor: Cursor | undefined): Place {
  if (cursor === undefined || Object.keys(cursor).length === 0) return NOWHERE
  if (cursor['v'] !== 1) throw unreadable()
  const walk = cursor['walk']
  return {
    ...times(cursor, ['mark', 'passedAt']),
    seen: seenOf(cursor['seen']),
    ...(isObject(walk) ? { walk: walkOf(walk) } : {}),
  }
}

export function toCursor({ mark, passedAt, seen, walk }: Place): Cursor {
  return {
    v: 1,
    ...(mark === undefined ? {} : { mark }),
    ...(passedAt === undefined ? {} : { passedAt }),
    seen: seenIn(seen),
    ...(walk ? { walk: { ...walk, at: positionIn(walk.at) } } : {}),
  }
}

const positionIn = (at: Position): JsonObject =>
  at.by === 'order' ? { ...at } : { by: 'ranges', ranges: at.ranges.map(it => ({ ...it })), given: at.given }

function walkOf(walk: JsonObject): Walk {
  return {
    full: walk['full'] === true,
    isSecondPass: walk['isSecondPass'] === true,
    ...times(walk, ['since', 'began']),
    at: positionOf(objectOf(walk['at'])),
  }
}

function positionOf(at: JsonObject): Position {
  if (at['by'] === 'ranges') {
    const ranges = isList(at['ranges']) ? at['ranges'].filter(isObject) : []
    return { by: 'ranges', ranges: ranges.map(it => textsIn(it, ['lo', 'hi'])), given: stringsOf(at['given']) }
  }
  if (at['by'] !== 'order') throw unreadable()
  const [given, ways] = [stringsOf(at['given']), stringsOf(at['ways'])]
  return { by: 'order', given, ways, ...textsIn(at, ['after', 'proven']) }
}

function times<Name extends string>(from: JsonObject, names: readonly Name[]): Partial<Record<Name, string>> {
  const found = textsIn(from, names)
  for (const name of names) {
    const value = found[name]
    if (value !== undefined && Number.isNaN(Date.parse(value))) throw unreadable()
  }
  return found
}

const unreadable = (): EngineError => unreadableCursor('ACUMATICA_CURSOR_UNREADABLE')
