import {
  type Cursor,
  type CursorContract,
  type EngineError,
  type JsonObject,
  textsIn,
  unreadableCursor,
} from '../../engine/sdk/index.ts'
import { isObject, objectOf, textOf } from './json.ts'

/** How Zoho's lists behave (fact sheet 3.1, 3.2, 3.5). */
export const zohoCursor: CursorContract = {
  field: 'Modified_Time',
  type: 'timestamp',
  resolution: 's',
  timeZone: 'offset',
  clock: 'server',
  boundary: 'unknown',
  order: 'ascending',
  tieBreaker: null,
  nulls: 'never',
  settleLag: { overlapMs: 60_000, secondPassMs: 0 },
  futureSkewMs: 0,
  paging: { style: 'token', pageSize: 200, cap: 100_000 },
  editsMoveRows: true,
  childEditsTouchParent: 'unknown',
  deletes: 'list',
}

/** What a run delivered within the overlap: ids (of records: with a print of what they hold) by version. The same is not delivered again. */
export type Seen = Readonly<Record<string, readonly string[]>>

/** Where we are. Times are ISO UTC by Zoho's clock, never ours. */
export interface Place {
  /** Every change up to here was delivered, apart from late ones that the overlap looks for. */
  readonly mark?: string
  readonly seen: Seen
  /** The same for deletions. */
  readonly gone?: string
  readonly seenGone: Seen
  /** A walk that is not at its end. */
  readonly walk?: Walk
}

export interface Walk {
  readonly full: boolean
  /** `If-Modified-Since` of the chain of pages; absent: from the beginning. */
  readonly since?: string
  /** Next page of the chain: bound to user and parameters, alive for 24 hours (fact sheet 3.1). */
  readonly token?: string
  /** Fingerprint of the parameters that the token is bound to. */
  readonly shape: string
  /** Greatest Modified_Time delivered: a chain that breaks goes on from here. */
  readonly reached?: string
  /** Zoho's time when the walk began. */
  readonly began?: string
  /** Records that this chain has given. */
  readonly rows: number
  /** A record changed while the pages were read. */
  readonly moved?: boolean
}

/** A cursor is bounded whatever the source does: beyond this many, the oldest are forgotten, and come again harmlessly once. */
const MOST_REMEMBERED = 1_000

export const NOWHERE: Place = { seen: {}, seenGone: {} }

/** Cursors are stored as JSON; `{}` (of a read by key) is no place. */
export function fromCursor(cursor: Cursor | undefined): Place {
  if (cursor === undefined || Object.keys(cursor).length === 0) return NOWHERE
  if (cursor['v'] !== 1) throw unreadable()
  const walk = cursor['walk']
  return {
    ...textsIn(cursor, ['mark', 'gone']),
    seen: seenOf(cursor['seen']),
    seenGone: seenOf(cursor['seenGone']),
    ...(isObject(walk) ? { walk: walkOf(walk) } : {}),
  }
}

export function toCursor(place: Place): Cursor {
  const { seen, seenGone, walk, ...times } = place
  return { v: 1, ...times, seen, seenGone, ...(walk ? { walk: { ...walk } } : {}) }
}

function walkOf(walk: JsonObject): Walk {
  const shape = textOf(walk['shape'])
  const rows = walk['rows']
  if (shape === undefined || typeof rows !== 'number') throw unreadable()
  return {
    full: walk['full'] === true,
    moved: walk['moved'] === true,
    shape,
    rows,
    ...textsIn(walk, ['since', 'token', 'reached', 'began']),
  }
}

function seenOf(value: Cursor[string] | undefined): Seen {
  const entries = Object.entries(objectOf(value))
  return Object.fromEntries(
    entries.map(([version, ids]) => [version, Array.isArray(ids) ? ids.filter(id => typeof id === 'string') : []]),
  )
}

const unreadable = (): EngineError => unreadableCursor('ZOHO_CURSOR_UNREADABLE')

export const wasSeen = (seen: Seen, version: string, id: string): boolean => seen[version]?.includes(id) ?? false

/** Adds what was delivered, forgets what is older than `floor`, and stays bounded by forgetting the oldest first. */
export function remember(
  seen: Seen,
  delivered: readonly { readonly id: string; readonly version: string }[],
  floor: string | undefined,
): Seen {
  const ids = new Map(Object.entries(seen).map(([version, them]) => [version, [...them]]))
  for (const { id, version } of delivered) {
    const held = ids.get(version)
    if (held) held.push(id)
    else ids.set(version, [id])
  }
  const kept: [string, string[]][] = []
  let room = MOST_REMEMBERED
  for (const [version, them] of [...ids].sort(([a], [b]) => (a < b ? 1 : -1))) {
    if (room <= 0 || (floor !== undefined && version < floor)) break
    kept.push([version, them.slice(-room)])
    room -= them.length
  }
  return Object.fromEntries(kept)
}

/** The same moment, `ms` earlier. */
export const before = (time: string, ms: number): string => new Date(Date.parse(time) - ms).toISOString()

export const latest = (...times: readonly (string | undefined)[]): string | undefined =>
  times.reduce((max, it) => (it !== undefined && (max === undefined || it > max) ? it : max), undefined)

export const earliest = (...times: readonly (string | undefined)[]): string | undefined =>
  times.reduce((min, it) => (it !== undefined && (min === undefined || it < min) ? it : min), undefined)
