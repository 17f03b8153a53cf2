import { createHash } from 'node:crypto'
import { isObject, type Json, textOf } from '../../../engine/sdk/index.ts'
import type { Row } from '../row.ts'
import type { Stamp } from '../stamp.ts'

/** What was delivered of late: by stamp, marks of key and content. What looks the same is not delivered again (fact sheet 6.1). */
export type Seen = ReadonlyMap<Stamp, ReadonlySet<string>>

export const NOTHING_SEEN: Seen = new Map()

/** 48 bits: two states that share a mark and a stamp are not met in the life of a system. */
const MARK_LENGTH = 8
/** A cursor is bounded whatever the source does: beyond this, records come again harmlessly. */
const MOST_BYTES = 40_000
const STAMP_BYTES = 24

const markOf = ({ key, look }: Row): string =>
  createHash('sha256').update(`${key}\n${look}`).digest('base64url').slice(0, MARK_LENGTH)

export const wasSeen = (seen: Seen, row: Row): boolean => seen.get(row.stamp)?.has(markOf(row)) ?? false

/** Adds what was delivered and stays bounded: the newest stamps first, of each what came first, so that the same ones are known each time. */
export function remember(seen: Seen, rows: readonly Row[]): Seen {
  if (rows.length === 0) return seen
  const marks = new Map([...seen].map(([stamp, them]) => [stamp, new Set(them)]))
  for (const row of rows) {
    const held = marks.get(row.stamp)
    if (held) held.add(markOf(row))
    else marks.set(row.stamp, new Set([markOf(row)]))
  }
  return bounded(marks)
}

function bounded(marks: ReadonlyMap<Stamp, ReadonlySet<string>>): Seen {
  const kept = new Map<Stamp, ReadonlySet<string>>()
  let room = MOST_BYTES
  for (const [stamp, them] of [...marks].sort(([a], [b]) => (a < b ? 1 : -1))) {
    const most = Math.floor((room - STAMP_BYTES) / MARK_LENGTH)
    if (most <= 0) break
    kept.set(stamp, them.size > most ? new Set([...them].slice(0, most)) : them)
    room -= STAMP_BYTES + Math.min(them.size, most) * MARK_LENGTH
  }
  return kept
}

/** Without what no later window reaches. */
export const forget = (seen: Seen, floor: Stamp | undefined): Seen =>
  floor === undefined ? seen : new Map([...seen].filter(([stamp]) => stamp >= floor))

/** As a cursor keeps it: the marks of a stamp without anything between them. */
export const seenIn = (seen: Seen): Readonly<Record<string, string>> =>
  Object.fromEntries([...seen].map(([stamp, marks]) => [stamp, [...marks].join('')]))

export function seenOf(value: Json | undefined): Seen {
  const entries = Object.entries(isObject(value) ? value : {}).map(([stamp, text]): [Stamp, ReadonlySet<string>] => {
    const marks = textOf(text) ?? ''
    const count = Math.floor(marks.length / MARK_LENGTH)
    const each = Array.from({ length: count }, (_, at) => marks.slice(at * MARK_LENGTH, (at + 1) * MARK_LENGTH))
    return [stamp, new Set(each)]
  })
  return new Map(entries)
}
