import {
  type Cursor,
  type CursorContract,
  type EngineError,
  type Json,
  type JsonObject,
  unreadableCursor,
} from '../../engine/sdk/index.ts'
import { isList, isObject, textOf } from './json.ts'

/** Exports hold back the last minute (fact sheet 3.3); a little more for clocks that differ. */
export const HOLD_BACK_MS = 60_000
/** Each run looks back this far behind what it has seen: for rows that become visible later than the minute. */
const OVERLAP_MS = 120_000

const common = {
  type: 'timestamp',
  resolution: 's',
  timeZone: 'utc',
  clock: 'server',
  boundary: 'inclusive',
  order: 'ascending',
  nulls: 'never',
  settleLag: { overlapMs: OVERLAP_MS, secondPassMs: 0 },
  futureSkewMs: 0,
  editsMoveRows: true,
} as const

/** Time-based export, for there is no other; full reads list by id (fact sheet 3.1, 3.2). */
export const timeBased = (deletes: CursorContract['deletes']): CursorContract => ({
  ...common,
  field: 'updated_at',
  tieBreaker: null,
  paging: { style: 'keyset', pageSize: 1_000, cap: null },
  childEditsTouchParent: 'unknown',
  deletes,
})

/** Cursor-based export (fact sheet 3.3). */
export const ticketCursor: CursorContract = {
  ...common,
  field: 'generated_timestamp',
  tieBreaker: 'id',
  paging: { style: 'token', pageSize: 1_000, cap: null },
  childEditsTouchParent: true,
  deletes: 'tombstones',
}

/** What was delivered lately, by id. Delivered again only when its content differs. */
export type Seen = ReadonlyMap<string, { readonly print: string; readonly seconds: number }>

/** Where we are. Times are whole seconds since 1970 by Zendesk's clock, never ours. */
export interface Place {
  /** Every change up to here was delivered, apart from late ones that the overlap looks for. */
  readonly mark?: number
  readonly seen: Seen
  /** A walk that is not at its end. */
  readonly walk?: Walk
}

export type Walk =
  /** Every live record by id, through a list. */
  | { readonly is: 'list'; readonly began?: number; readonly after?: string }
  /** Changes since `start`, or from `after` on; `full`: since ever. */
  | {
      readonly is: 'export'
      readonly full: boolean
      readonly began?: number
      readonly start: number
      readonly after?: string
      /** Newest change delivered: where no answer tells Zendesk's time, the mark moves no further. */
      readonly reached?: number
    }

/** A cursor is bounded whatever the source does: beyond this many, the oldest are forgotten, and come again harmlessly once. */
const MOST_REMEMBERED = 1_000

export const NOWHERE: Place = { seen: new Map() }

/** Cursors are stored as JSON; `{}` (of a read by key) is no place. */
export function fromCursor(cursor: Cursor | undefined): Place {
  if (cursor === undefined || Object.keys(cursor).length === 0) return NOWHERE
  if (cursor['v'] !== 1) throw unreadable()
  const { mark, seen, walk } = cursor
  return {
    ...(typeof mark === 'number' ? { mark } : {}),
    seen: seenOf(seen),
    ...(isObject(walk) ? { walk: walkOf(walk) } : {}),
  }
}

/** Each as one text, `id print seconds`: short, and in order. */
const seenOf = (value: Json | undefined): Seen =>
  new Map(
    (isList(value) ? value : []).flatMap(it => {
      const [id = '', print = '', seconds = ''] = typeof it === 'string' ? it.split(' ') : []
      return id === '' ? [] : [[id, { print, seconds: Number(seconds) }] as const]
    }),
  )

function walkOf(walk: JsonObject): Walk {
  const { is, began, start, reached } = walk
  const after = textOf(walk['after'])
  const known = {
    ...(typeof began === 'number' ? { began } : {}),
    ...(after === undefined ? {} : { after }),
  }
  if (is === 'list') return { is, ...known }
  if (is !== 'export' || typeof start !== 'number') throw unreadable()
  return { is, full: walk['full'] === true, start, ...known, ...(typeof reached === 'number' ? { reached } : {}) }
}

export const toCursor = ({ seen, walk, mark }: Place): Cursor => ({
  v: 1,
  ...(mark === undefined ? {} : { mark }),
  seen: [...seen].map(([id, { print, seconds }]) => `${id} ${print} ${seconds}`),
  ...(walk ? { walk: { ...walk } } : {}),
})

const unreadable = (): EngineError => unreadableCursor('ZENDESK_CURSOR_UNREADABLE')

interface Delivered {
  readonly id: string
  readonly print: string
  readonly seconds: number
}

export const wasSeen = (seen: Seen, { id, print }: Delivered): boolean => seen.get(id)?.print === print

/** Adds what was delivered and forgets what is older than `floor`, or the oldest where it is too much. */
export function remember(seen: Seen, delivered: readonly Delivered[], floor: number): Seen {
  const all = new Map(seen)
  for (const { id, print, seconds } of delivered) {
    all.delete(id)
    all.set(id, { print, seconds })
  }
  const kept = [...all].filter(([, it]) => it.seconds >= floor).sort(([, a], [, b]) => a.seconds - b.seconds)
  return new Map(kept.slice(-MOST_REMEMBERED))
}

/** Where the next export begins: `mark` is behind the held-back minute already. */
export const startAfter = (mark: number): number => Math.max(0, mark - OVERLAP_MS / 1_000)

/** What a walk that began at `began` has surely seen all of. */
export const markAt = (began: number): number => began - HOLD_BACK_MS / 1_000
