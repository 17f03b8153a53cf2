const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const SHORTEST = 10_000
const LONGEST = 31 * 86_400_000

/** `15m` → milliseconds; undefined when it is no interval between ten seconds and 31 days. */
export function everyMs(text: string): number | undefined {
  const [, count, unit] = /^([1-9][0-9]*)\s*([smhd])$/.exec(text) ?? []
  const ms = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN)
  return ms >= SHORTEST && ms <= LONGEST ? ms : undefined
}
