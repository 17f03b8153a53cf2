/** SQL Server keeps times in steps of 1/300 s: .000, .003, .007 (fact sheet 5.6). */
export const toStep = (epochMs: number) => Math.round((Math.round((epochMs * 3) / 10) * 10) / 3)

const pad = (n: number, width = 2) => String(n).padStart(width, '0')

/** Minutes east of UTC of a zone at a moment. */
export function offsetOf(zone: string, epochMs: number): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(epochMs)
  const name = parts.find(it => it.type === 'timeZoneName')?.value ?? 'GMT'
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name)
  if (!match) return 0
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
}

/** `2026-05-19T22:50:36.837+00:00`: milliseconds without trailing zeros, and none when they are zero. */
export function printStamp(epochMs: number, offsetMinutes = 0): string {
  const size = Math.abs(offsetMinutes)
  const offset = `${offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`
  return `${printLocal(epochMs, offsetMinutes)}${offset}`
}

/** The same without an offset, as push notifications have it. */
export function printLocal(epochMs: number, offsetMinutes = 0): string {
  const iso = new Date(epochMs + offsetMinutes * 60_000).toISOString()
  const fraction = iso.slice(19, 23).replace(/\.?0+$/, '')
  return `${iso.slice(0, 19)}${fraction}`
}

const SHAPE = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?)(Z|[+-]\d{2}:\d{2})?)?$/

/** Epoch milliseconds of an ISO time; a date or a time without an offset is of the given zone. Undefined when it is none. */
export function parseStamp(text: string, zone: string): number | undefined {
  const match = SHAPE.exec(text)
  if (!match) return undefined
  const [, date = '', time = '00:00:00', offset] = match
  if (Number.isNaN(Date.parse(`${date}T00:00:00Z`))) return undefined
  const at = Date.parse(`${date}T${time}${offset ?? 'Z'}`)
  if (Number.isNaN(at) || offset !== undefined) return Number.isNaN(at) ? undefined : at
  return at - offsetOf(zone, at - offsetOf(zone, at) * 60_000) * 60_000
}

/** `12/14/2023 19:57:08`: the text that lines of an order carry in place of a time (fact sheet 4.1). */
export function printUsText(epochMs: number): string {
  const iso = new Date(epochMs).toISOString()
  return `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)} ${iso.slice(11, 19)}`
}

/** Calendar dates are midnights of UTC. */
export const dayOf = (epochMs: number) => Math.floor(epochMs / 86_400_000) * 86_400_000
