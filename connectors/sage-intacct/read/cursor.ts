/** Where a reader stands. Plain JSON, times in UTC: what the API user's preferences are may change between two runs. */
import { type Cursor, EngineError, type JsonObject } from '../../../engine/sdk/index.ts'
import { toIso } from '../dates.ts'

/** Deletions reported so far: those of the last day stand in `seen`, since the zone of the audit history is not documented. */
export interface DeleteMark {
  readonly since: number
  readonly seen: readonly string[]
}

/** Where the keyset stands in (WHENMODIFIED, RECORDNO). */
export interface Position {
  readonly modified: number
  readonly recordNo: string
}

/** Every live record, by RECORDNO. `startedAt` is Intacct's time of the first page. */
export interface FullWalk {
  readonly walk: 'full'
  readonly startedAt?: number
  readonly afterRecordNo?: string
  readonly deletes?: DeleteMark
}

/** What changed from `from` until `until`, Intacct's time of the first page. */
export interface ChangesWalk {
  readonly walk: 'changes'
  readonly from: number
  readonly until?: number
  readonly isSecondPass: boolean
  readonly passedAt: number
  readonly at?: Position
  /** Rows without WHENMODIFIED have a keyset of their own: the last RECORDNO of them. */
  readonly unstamped?: string
  readonly deletes?: DeleteMark
}

/** Nothing under way. All that changed until `mark` was read; `passedAt` is when a run last looked back the whole second pass. */
export interface Settled {
  readonly walk: 'settled'
  readonly mark: number
  readonly passedAt: number
  readonly deletes?: DeleteMark
}

export type Place = FullWalk | ChangesWalk | Settled

export interface LookBack {
  readonly overlapMs: number
  readonly secondPassMs: number
}

/**
 * The walk that follows a settled one. It starts an overlap before the mark; once per second-pass span it starts that span before the
 * last second pass, so that whatever became visible up to that late is met, without a call of its own.
 * `ourNow` only helps to decide how far to look back, never where to stand.
 */
export function changesAfter(settled: Settled, lookBack: LookBack, ourNow: number): ChangesWalk {
  const { mark, passedAt, deletes } = settled
  const isSecondPass = Math.max(mark, ourNow) - passedAt >= lookBack.secondPassMs
  const overlapped = mark - lookBack.overlapMs
  const from = isSecondPass ? Math.min(overlapped, passedAt - lookBack.secondPassMs) : overlapped
  return { walk: 'changes', from, isSecondPass, passedAt, ...(deletes ? { deletes } : {}) }
}

/** A changes walk that reached its end. */
export function settle(walk: ChangesWalk, until: number): Settled {
  const passedAt = walk.isSecondPass ? until : walk.passedAt
  return { walk: 'settled', mark: until, passedAt, ...(walk.deletes ? { deletes: walk.deletes } : {}) }
}

export function toCursor(place: Place): Cursor {
  return { walk: place.walk, ...positionIn(place), ...(place.deletes ? { deletes: deletesIn(place.deletes) } : {}) }
}

function positionIn(place: Place): JsonObject {
  if (place.walk === 'settled') return { mark: toIso(place.mark), passedAt: toIso(place.passedAt) }
  if (place.walk === 'full')
    return {
      ...(place.startedAt === undefined ? {} : { startedAt: toIso(place.startedAt) }),
      ...(place.afterRecordNo === undefined ? {} : { afterRecordNo: place.afterRecordNo }),
    }
  return {
    from: toIso(place.from),
    ...(place.until === undefined ? {} : { until: toIso(place.until) }),
    isSecondPass: place.isSecondPass,
    passedAt: toIso(place.passedAt),
    ...(place.at ? { at: { modified: toIso(place.at.modified), recordNo: place.at.recordNo } } : {}),
    ...(place.unstamped === undefined ? {} : { unstamped: place.unstamped }),
  }
}

const deletesIn = (mark: DeleteMark): JsonObject => ({ since: toIso(mark.since), seen: mark.seen })

/** Throws a `configuration` error for a cursor that this connector did not issue. */
export function parseCursor(cursor: Cursor): Place {
  const common = cursor['deletes'] === undefined ? {} : { deletes: parseDeletes(object(cursor['deletes'])) }
  if (cursor['walk'] === 'full')
    return {
      walk: 'full',
      ...(cursor['startedAt'] === undefined ? {} : { startedAt: at(cursor, 'startedAt') }),
      ...(cursor['afterRecordNo'] === undefined ? {} : { afterRecordNo: recordNo(cursor, 'afterRecordNo') }),
      ...common,
    }
  if (cursor['walk'] === 'settled')
    return { walk: 'settled', mark: at(cursor, 'mark'), passedAt: at(cursor, 'passedAt'), ...common }
  if (cursor['walk'] !== 'changes') throw unreadable()
  const position = cursor['at'] === undefined ? undefined : object(cursor['at'])
  return {
    walk: 'changes',
    from: at(cursor, 'from'),
    isSecondPass: cursor['isSecondPass'] === true,
    passedAt: at(cursor, 'passedAt'),
    ...(cursor['until'] === undefined ? {} : { until: at(cursor, 'until') }),
    ...(position ? { at: { modified: at(position, 'modified'), recordNo: recordNo(position, 'recordNo') } } : {}),
    ...(cursor['unstamped'] === undefined ? {} : { unstamped: recordNo(cursor, 'unstamped') }),
    ...common,
  }
}

function parseDeletes(given: JsonObject): DeleteMark {
  const seen = given['seen']
  if (!Array.isArray(seen)) throw unreadable()
  return { since: at(given, 'since'), seen: seen.filter(it => typeof it === 'string') }
}

function object(value: JsonObject[string] | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable()
  return value as JsonObject
}

function at(holder: JsonObject, name: string): number {
  const value = holder[name]
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(time)) throw unreadable()
  return time
}

function recordNo(holder: JsonObject, name: string): string {
  const value = holder[name]
  if (typeof value !== 'string' || !/^\d+$/.test(value)) throw unreadable()
  return value
}

function unreadable(): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'INTACCT_CURSOR_UNREADABLE',
    message: 'the cursor is not one of this connector',
    remedy: 'Run the flow with --full: it reads everything again, and unchanged records cost no writes.',
  })
}
