import type { Row } from '../wire.ts'
import type { Seen } from './cursor.ts'

/** A cursor is bounded whatever the source does: beyond this many no more are kept, and what is not kept comes again harmlessly. */
const MOST_REMEMBERED = 700

const dayOf = ({ day = '' }: Row) => day

export function wasSeen(seen: Seen, row: Row): boolean {
  const looks = Object.hasOwn(seen, dayOf(row)) ? seen[dayOf(row)] : undefined
  return looks !== undefined && Object.hasOwn(looks, row.key) && looks[row.key] === row.look
}

/** Adds rows. Those that are kept stay: a walk that meets more of them than fit would else forget each before it meets it again. */
export function remember(seen: Seen, rows: readonly Row[]): Seen {
  if (rows.length === 0) return seen
  const days = new Map(Object.entries(seen).map(([day, looks]) => [day, new Map(Object.entries(looks))]))
  let room = MOST_REMEMBERED - [...days.values()].reduce((sum, it) => sum + it.size, 0)
  for (const row of rows) {
    const looks = days.get(dayOf(row)) ?? new Map<string, string>()
    if (!looks.has(row.key) && room <= 0) continue
    if (!looks.has(row.key)) room -= 1
    looks.set(row.key, row.look)
    days.set(dayOf(row), looks)
  }
  return Object.fromEntries([...days].map(([day, looks]) => [day, Object.fromEntries(looks)]))
}

/** Without days before `floor`; rows without a day stay. */
export const forget = (seen: Seen, floor: string | undefined): Seen =>
  floor === undefined ? seen : Object.fromEntries(Object.entries(seen).filter(([day]) => day === '' || day >= floor))

/** `2026-02-28` for one day before `2026-03-01`. */
export function daysBefore(day: string, count: number): string {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() - count)
  return at.toISOString().slice(0, 10)
}
