import type { Seen } from './cursor.ts'

/** A cursor is bounded whatever the source does: beyond this many, the oldest are forgotten, and come again harmlessly once. */
const MOST_REMEMBERED = 600

export const wasSeen = (seen: Seen, version: string, key: string): boolean =>
  Object.hasOwn(seen, version) && (seen[version]?.includes(key) ?? false)

/** Adds what was delivered, forgets what is older than `floor`, and stays bounded by forgetting the oldest first. */
export function remember(
  seen: Seen,
  delivered: readonly { readonly key: string; readonly version: string }[],
  floor: string | undefined,
): Seen {
  const keys = new Map(Object.entries(seen).map(([version, them]) => [version, [...them]]))
  for (const { key, version } of delivered) {
    const held = keys.get(version)
    if (held === undefined) keys.set(version, [key])
    else if (!held.includes(key)) held.push(key)
  }
  const kept: [string, string[]][] = []
  let room = MOST_REMEMBERED
  for (const [version, them] of [...keys].sort(([a], [b]) => (a < b ? 1 : -1))) {
    if (room <= 0 || (floor !== undefined && version < floor)) break
    kept.push([version, them.slice(-room)])
    room -= them.length
  }
  return Object.fromEntries(kept)
}

/** The same moment, `ms` earlier. */
export const before = (time: string, ms: number): string => new Date(Date.parse(time) - ms).toISOString()

export const latest = (a: string | undefined, b: string | undefined): string | undefined =>
  a !== undefined && b !== undefined ? (a > b ? a : b) : (a ?? b)
