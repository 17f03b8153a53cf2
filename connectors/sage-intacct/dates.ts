/**
 * Timestamps as the API user prints them (sheet 5.4): no zone, the user's own offset, the user's own date order, whole seconds.
 * A cursor never holds one: it holds UTC, converted on each use, since an administrator may change the offset at any time.
 */
import { EngineError } from '../../engine/sdk/index.ts'

export interface UserFormatting {
  readonly offsetMinutes: number
  readonly separator: string
  /** `mdY`, `dmY`, `Ymd`, and the same with a two-digit year (`y`). */
  readonly order: string
}

const ORDERS: readonly string[] = ['mdY', 'dmY', 'Ymd', 'mdy', 'dmy', 'ymd']

/** `-08:00`, `GMT-08:00`, `GMT`, `+0530`; undefined when it is none of these. */
export function parseOffset(text: string): number | undefined {
  const found = /^(?:GMT|UTC)?(?:([+-])(\d{1,2}):?(\d{2})?)?$/i.exec(text.trim())
  if (!found || text.trim() === '') return undefined
  const minutes = Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0)
  return minutes > 14 * 60 ? undefined : minutes === 0 ? 0 : found[1] === '-' ? -minutes : minutes
}

/** `/mdY`: separator and order. Undefined for a format that this connector cannot print. */
export function parseDateFormat(text: string): Pick<UserFormatting, 'separator' | 'order'> | undefined {
  const separator = text.slice(0, 1)
  const order = text.slice(1)
  return ORDERS.includes(order) && /[^A-Za-z0-9]/.test(separator) ? { separator, order } : undefined
}

/** UTC milliseconds (rounded down to the second) as the user would see them: `02/03/2026 04:15:00`. */
export function printTimestamp(utcMs: number, format: UserFormatting): string {
  const local = new Date(Math.floor(utcMs / 1000) * 1000 + format.offsetMinutes * 60_000)
  const iso = local.toISOString()
  const parts: Readonly<Record<string, string>> = {
    Y: iso.slice(0, 4),
    y: iso.slice(2, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
  }
  return `${[...format.order].map(letter => parts[letter]).join(format.separator)} ${iso.slice(11, 19)}`
}

/**
 * A printed timestamp, or an ISO one with a zone (`read`, sheet 5.3), as UTC milliseconds. A plain date is its midnight.
 * Throws a `contract` error for anything else: a time that cannot be read must never become a cursor.
 */
export function parseTimestamp(text: string, format: UserFormatting): number {
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(iso)) return iso
  const [date = '', time = '00:00:00', half = ''] = text.trim().split(/\s+(?=\d\d?:|[AaPp][Mm]$)/)
  const day = parseDay(date, format)
  const clock = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(time)
  if (day === undefined || !clock) throw unreadable(text, format)
  const hours = toHours(Number(clock[1]), half.toLowerCase())
  const minutes = hours * 60 + Number(clock[2]) - format.offsetMinutes
  if (hours > 23 || Number(clock[2]) > 59) throw unreadable(text, format)
  return day + minutes * 60_000 + Number(clock[3] ?? 0) * 1000
}

function toHours(hours: number, half: string): number {
  if (half === '') return hours
  return (hours % 12) + (half === 'pm' ? 12 : 0)
}

function parseDay(text: string, format: UserFormatting): number | undefined {
  const parts = text.split(format.separator)
  if (parts.length !== 3 || !parts.every(part => /^\d{1,4}$/.test(part))) return undefined
  const at = (letter: string) => Number(parts[format.order.toLowerCase().indexOf(letter)])
  const year = format.order.includes('y') ? 2000 + at('y') : at('y')
  const utc = Date.UTC(year, at('m') - 1, at('d'))
  const back = new Date(utc)
  const isReal = back.getUTCMonth() === at('m') - 1 && back.getUTCDate() === at('d') && year > 1000
  return isReal ? utc : undefined
}

/** A plain date as `YYYY-MM-DD`; undefined when it is not one in this format. */
export function parseDate(text: string, format: UserFormatting): string | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return text
  const day = parseDay(text.trim(), format)
  return day === undefined ? undefined : new Date(day).toISOString().slice(0, 10)
}

/** ISO 8601 in UTC, whole seconds: what cursors and versions hold. */
export function toIso(utcMs: number): string {
  return `${new Date(utcMs).toISOString().slice(0, 19)}Z`
}

function unreadable(text: string, format: UserFormatting): EngineError {
  return new EngineError({
    kind: 'contract',
    code: 'INTACCT_TIME_UNREADABLE',
    message: `Sage Intacct printed "${text.slice(0, 40)}", which is not a time in the format ${format.separator}${format.order}`,
    remedy:
      "The API user's date format or GMT offset was probably changed: run ping, which reads it again, or set dateFormat and gmtOffset.",
  })
}
