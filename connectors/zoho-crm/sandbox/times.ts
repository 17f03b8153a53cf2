/** Org offset as minutes: `+01:00` is 60. */
export function parseOffset(text: string): number {
  const match = /^([+-])(\d{2}):(\d{2})$/.exec(text)
  if (!match) throw new RangeError(`not an offset like +01:00: ${text}`)
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
}

/** `2026-03-02T11:04:09+01:00`: seconds, never milliseconds, with the org's offset and not in UTC. */
export function printTime(epochMs: number, offsetMinutes: number): string {
  const local = new Date(epochMs + offsetMinutes * 60_000).toISOString().slice(0, 19)
  const sign = offsetMinutes < 0 ? '-' : '+'
  const size = Math.abs(offsetMinutes)
  const pad = (n: number) => String(n).padStart(2, '0')
  return `${local}${sign}${pad(Math.floor(size / 60))}:${pad(size % 60)}`
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:?\d{2})$/

/** ISO 8601 with an offset, nothing else (no HTTP dates, no local times); undefined when it is not one. */
export function parseTime(text: string): number | undefined {
  if (!ISO_TIME.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}

/** A calendar date that exists. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text
}

export const wholeSecond = (epochMs: number) => Math.floor(epochMs / 1000) * 1000
