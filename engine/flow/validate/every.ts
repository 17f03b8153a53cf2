const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const SHORTEST = 10_000
const LONGEST = 31 * 86_400_000

/** `15m` → milliseconds; undefined when it is no interval between ten seconds and 31 days. */
export function everyMs(text: string): number | undefined {
  const ms = durationMs(text)
  return ms !== undefined && ms >= SHORTEST && ms <= LONGEST ? ms : undefined
}

const MOST_JITTER = 3_600_000

/** `0s`, `5m` → milliseconds; undefined when it is no time up to an hour. */
export function jitterMs(text: string): number | undefined {
  const ms = durationMs(text)
  return ms !== undefined && ms <= MOST_JITTER ? ms : undefined
}

/** `6h` → milliseconds; undefined when it is no time between a minute and 31 days. */
export function alertMs(text: string): number | undefined {
  const ms = durationMs(text)
  return ms !== undefined && ms >= 60_000 && ms <= LONGEST ? ms : undefined
}

function durationMs(text: string): number | undefined {
  const [, count, unit] = /^(0|[1-9][0-9]*)\s*([smhd])$/.exec(text) ?? []
  return count === undefined ? undefined : Number(count) * (UNITS[unit ?? ''] ?? Number.NaN)
}
