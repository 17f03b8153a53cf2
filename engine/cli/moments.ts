import { usage } from './usage.ts'

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `--since 2026-05-01`, `--since 2026-05-01T08:00:00Z`, or `--since 24h` before now. As ISO in UTC. */
export function moment(option: string, text: string | undefined, now: Date): string | undefined {
  if (text === undefined) return undefined
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined)
    return new Date(now.getTime() - Number(count) * (UNITS[unit] ?? 0)).toISOString()
  const at = Date.parse(text)
  if (Number.isNaN(at))
    throw usage(
      `--${option} ${text} is not a time`,
      'Write 2026-05-31, 2026-05-31T08:00:00Z, or 30m, 24h, 7d before now.',
    )
  return new Date(at).toISOString()
}
