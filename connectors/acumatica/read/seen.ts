import { createHash } from 'node:crypto'
import type { Json } from '../../../engine/sdk/index.ts'
import { objectOf, textOf } from '../json.ts'

/** What was delivered of late: marks of keys by version. A record of the same version is not delivered again. */
export type Seen = ReadonlyMap<string, ReadonlySet<string>>

export const NOTHING_SEEN: Seen = new Map()

/** 48 bits: two keys that share a mark and a version are not met in the life of a system. */
const MARK_LENGTH = 8
/** A cursor is bounded whatever the source does: beyond this, records come again harmlessly once. */
const MOST_BYTES = 40_000
const VERSION_BYTES = 32

export const markOf = (key: string): string =>
  createHash('sha256').update(key).digest('base64url').slice(0, MARK_LENGTH)

export const wasSeen = (seen: Seen, version: string, key: string): boolean =>
  seen.get(version)?.has(markOf(key)) ?? false

/** Adds what was delivered, forgets what is older than `floor`, and stays bounded: the newest versions first, of each what came first. */
export function remember(
  seen: Seen,
  delivered: readonly { readonly key: string; readonly version: string }[],
  floor: string | undefined,
): Seen {
  const marks = new Map([...seen].map(([version, them]) => [version, new Set(them)]))
  for (const { key, version } of delivered) {
    const held = marks.get(version)
    if (held) held.add(markOf(key))
    else marks.set(version, new Set([markOf(key)]))
  }
  const kept = new Map<string, ReadonlySet<string>>()
  let room = MOST_BYTES
  for (const [version, them] of [...marks].sort(([a], [b]) => (a < b ? 1 : -1))) {
    const most = Math.floor((room - VERSION_BYTES) / MARK_LENGTH)
    if (most <= 0 || (floor !== undefined && version < floor)) break
    // those that came first stay: of a group that does not fit, the same ones are known each time
    kept.set(version, them.size > most ? new Set([...them].slice(0, most)) : them)
    room -= VERSION_BYTES + Math.min(them.size, most) * MARK_LENGTH
  }
  return kept
}

/** As a cursor keeps it: the marks of a version without anything between them. */
export const seenIn = (seen: Seen): Readonly<Record<string, string>> =>
  Object.fromEntries([...seen].map(([version, marks]) => [version, [...marks].join('')]))

export function seenOf(value: Json | undefined): Seen {
  const entries = Object.entries(objectOf(value)).map(([version, text]): [string, ReadonlySet<string>] => {
    const marks = textOf(text) ?? ''
    const count = Math.floor(marks.length / MARK_LENGTH)
    return [
      version,
      new Set(Array.from({ length: count }, (_, at) => marks.slice(at * MARK_LENGTH, (at + 1) * MARK_LENGTH))),
    ]
  })
  return new Map(entries)
}

/** The same moment, `ms` earlier. */
export const before = (time: string, ms: number): string => new Date(Date.parse(time) - ms).toISOString()

export const latest = (a: string | undefined, b: string | undefined): string | undefined =>
  a !== undefined && b !== undefined ? (a > b ? a : b) : (a ?? b)
