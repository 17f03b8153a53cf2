import type { RunCounts } from '../core/ledger.ts'

type Mutable = { -readonly [K in keyof RunCounts]: RunCounts[K] }

export function noCounts(): Mutable {
  return { read: 0, written: 0, unchanged: 0, filtered: 0, dead: 0, parked: 0, deleted: 0, calls: 0, signIns: 0 }
}

/** The part of `now` that is new since `before`. */
export function countsSince(before: RunCounts, now: RunCounts): RunCounts {
  const difference = noCounts()
  for (const key of Object.keys(difference) as (keyof RunCounts)[]) difference[key] = now[key] - before[key]
  return difference
}

export type MutableCounts = Mutable
