const DAY_MS = 86_400_000
/** Ten years: longer is for ever, and that is said by leaving it out. */
const LONGEST_DAYS = 3_650

/** `90d` or `12h` from now, as people write it; undefined when it is neither. */
export function lapsesAt(written: string, now: Date): Date | undefined {
  const [, count = '', unit] = /^(\d{1,6})([hd])$/.exec(written) ?? []
  const ms = Number(count) * (unit === 'h' ? DAY_MS / 24 : DAY_MS)
  return unit !== undefined && ms > 0 && ms <= LONGEST_DAYS * DAY_MS ? new Date(now.getTime() + ms) : undefined
}
