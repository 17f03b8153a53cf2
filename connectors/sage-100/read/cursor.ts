import {
  type Cursor,
  type EngineError,
  isObject,
  type JsonObject,
  textsIn,
  unreadableCursor,
} from '../../../engine/sdk/index.ts'
import type { Stamp } from '../stamp.ts'
import { NOTHING_SEEN, type Seen, seenIn, seenOf } from './seen.ts'

export interface Walk {
  /** Covers every live record. */
  readonly full: boolean
  /** The end of a full walk: what was stamped since it began, or shortly before, once more. */
  readonly isTail: boolean
  readonly isSecondPass: boolean
  /** Stamps from here on; absent: from the beginning. */
  readonly since?: Stamp
  /** The agent's place in the list, alive for 10 minutes at least (fact sheet 7). */
  readonly next?: string
  /** Fingerprint of what `next` was issued for. */
  readonly shape?: string
  /** Greatest stamp delivered. */
  readonly reached?: Stamp
  /** The earliest time that the agent told while the walk went on; its clock may go back. */
  readonly asOf?: Stamp
  /** Stamps have never fallen so far: what lies before `reached` was delivered. */
  readonly isOrdered: boolean
  /** Lists begun again from one and the same place. */
  readonly restarts: number
}

/** Where we are. Stamps are the server's local time, never ours. */
export interface Place {
  /** Every change up to here was delivered, apart from late ones that look-back and second pass find. */
  readonly mark?: Stamp
  /** Where the mark stood at the last second pass, and when that was by our clock. */
  readonly passed?: Stamp
  readonly passedAt?: string
  /** By our clock, when the last walk began, and what time the agent told then: only to notice that a clock was set back. */
  readonly walkedAt?: string
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
    ...stamps(cursor, ['mark', 'passed']),
    ...textsIn(cursor, ['passedAt', 'walkedAt']),
    seen: seenOf(cursor['seen']),
    ...(isObject(walk) ? { walk: walkOf(walk) } : {}),
  }
}

export function toCursor({ seen, walk, ...marks }: Place): Cursor {
  return { v: 1, ...marks, seen: seenIn(seen), ...(walk ? { walk: { ...walk } } : {}) }
}

function walkOf(walk: JsonObject): Walk {
  const restarts = walk['restarts']
  if (typeof restarts !== 'number') throw unreadable()
  return {
    full: walk['full'] === true,
    isTail: walk['isTail'] === true,
    isSecondPass: walk['isSecondPass'] === true,
    isOrdered: walk['isOrdered'] === true,
    restarts,
    ...stamps(walk, ['since', 'reached', 'asOf']),
    ...textsIn(walk, ['next', 'shape']),
  }
}

function stamps<Name extends string>(from: JsonObject, names: readonly Name[]): Partial<Record<Name, Stamp>> {
  const found = textsIn(from, names)
  for (const name of names) if (!/^\d{8}\.\d{7}$/.test(found[name] ?? '20000101.0000000')) throw unreadable()
  return found
}

const unreadable = (): EngineError => unreadableCursor('SAGE100_CURSOR_UNREADABLE')
