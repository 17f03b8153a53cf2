import { usage } from './usage.ts'
import type { Given } from './verb.ts'

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `--since 2026-05-01`, `--since 2026-05-01T08:00:00Z`, or `--since 24h` before now. As ISO in UTC. */
export function moment(option: string, text: string | undefined, now: Date): string | undefined {
  if (text === undefined) return undefined
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined)
    return new Date(now.getTime() - Number(count) * (UNITS[unit] ?? 0)).toISOString()
  // "5" would be read as a month of 2001
  const at = /^\d{4}-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw usage(
      `--${option} ${text} is not a time`,
      'Write 2026-05-31, 2026-05-31T08:00:00Z, or 30m, 24h, 7d before now.',
    )
  return new Date(at).toISOString()
}

/** As ISO in UTC; absent where nothing was said. */
export interface TimeRange {
  readonly since?: string
  readonly until?: string
}

/** `--since` and `--until` of a verb that declares both. Throws for times that hold nothing. */
export function timeRange(given: Given, now: Date): TimeRange {
  const since = moment('since', given.text('since'), now)
  const until = moment('until', given.text('until'), now)
  if (since !== undefined && since > (until ?? now.toISOString()))
    throw usage(
      until === undefined
        ? `--since ${given.text('since')} is yet to come`
        : `--since ${given.text('since')} is after --until ${given.text('until')}`,
      'The earlier time is --since, the later one --until; without --until, it is now.',
    )
  return { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }
}
