/** Local times of a zone. A wall time is kept as the milliseconds that it would be if it were UTC. */

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const held = formats.get(timeZone)
  if (held) return held
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(timeZone, made)
  return made
}

export function isZone(timeZone: string): boolean {
  try {
    return formatOf(timeZone) !== undefined
  } catch {
    return false
  }
}

const MINUTE_MS = 60_000
const BUCKET_MS = 15 * MINUTE_MS
const MOST_BUCKETS = 5_000
const offsets = new Map<string, number>()

/** How far the zone is ahead of UTC at an instant. Zones change at quarters of an hour only. */
export function offsetAt(timeZone: string, instant: number): number {
  const bucket = Math.floor(instant / BUCKET_MS) * BUCKET_MS
  const name = `${bucket} ${timeZone}`
  const held = offsets.get(name)
  if (held !== undefined) return held
  const of = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(new Date(bucket))
      .map(it => [it.type, Number(it.value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = of
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) - bucket
  if (offsets.size >= MOST_BUCKETS) offsets.clear()
  offsets.set(name, offset)
  return offset
}

export const wallAt = (timeZone: string, instant: number): number => instant + offsetAt(timeZone, instant)

const DAY_MS = 24 * 60 * MINUTE_MS

/** The instant of a wall time: of an hour that comes twice the first; of one that is left out as if the clock had not moved yet. */
export function instantOf(timeZone: string, wall: number): number {
  const before = offsetAt(timeZone, wall - DAY_MS)
  const first = wall - before
  if (wallAt(timeZone, first) === wall) return first
  const second = wall - offsetAt(timeZone, wall + DAY_MS)
  return wallAt(timeZone, second) === wall ? second : first
}

/**
 * By how much the clock is changed near a wall time, 0 almost always: so much of local time comes twice there, or is left out (fact sheet 6.1). Of
 * two moments on either side of it, the difference in local time is wrong by as much.
 */
export function shiftNear(timeZone: string, wall: number): number {
  const instant = instantOf(timeZone, wall)
  const around = 3 * 60 * MINUTE_MS
  return Math.abs(offsetAt(timeZone, instant - around) - offsetAt(timeZone, instant + around))
}
