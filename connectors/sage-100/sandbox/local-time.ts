/** Times as Sage 100 keeps them: a local date and decimal hours as text (fact sheet 4.1). */

/** A tick is 1/100,000 of an hour: what five decimals can tell apart. */
export const TICKS_PER_HOUR = 100_000
export const TICKS_PER_DAY = 24 * TICKS_PER_HOUR

export interface LocalTime {
  /** YYYYMMDD; empty where nothing was ever written. */
  readonly date: string
  readonly ticks: number
}

const pad = (n: number, width = 2) => String(n).padStart(width, '0')

/** The wall clock of a zone at a moment. */
export function localTimeOf(zone: string, at: Date): LocalTime {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  const seconds = Number(parts['hour']) * 3600 + Number(parts['minute']) * 60 + Number(parts['second'])
  const ms = seconds * 1000 + at.getUTCMilliseconds()
  return {
    date: `${parts['year']}${parts['month']}${parts['day']}`,
    ticks: Math.floor((ms * TICKS_PER_HOUR) / 3_600_000),
  }
}

/** Blank counts as 0; `9.5`, `09.50000` and `9.50000` are the same. */
export const ticksOf = (time: string): number => Math.round(Number(time) * TICKS_PER_HOUR)

/** One number that orders by date, then by time as a number. */
export const ordinalOf = (date: string, time: string): number => Number(date) * 10_000_000 + ticksOf(time)

export const ordinalOfLocal = ({ date, ticks }: LocalTime): number => Number(date) * 10_000_000 + ticks

export function localOfOrdinal(ordinal: number): LocalTime {
  const date = Math.floor(ordinal / 10_000_000)
  return { date: date === 0 ? '' : pad(date, 8), ticks: ordinal % 10_000_000 }
}

export type TimeFormat = 'mixed' | 'padded' | 'plain' | 'short'

/** `09.50000`, `9.50000`, `9.5`: which of them a system writes is not known, so mixed writes all. */
export function printTicks(ticks: number, format: TimeFormat): string {
  const plain = `${Math.floor(ticks / TICKS_PER_HOUR)}.${pad(ticks % TICKS_PER_HOUR, 5)}`
  const chosen = format === 'mixed' ? MIXED[ticks % MIXED.length] : format
  if (chosen === 'padded') return plain.padStart(8, '0')
  return chosen === 'short' ? plain.replace(/\.?0+$/, '') : plain
}

const MIXED: readonly TimeFormat[] = ['padded', 'plain', 'short']

/** xsd:dateTime without an offset, as the SOAP service gives it; undefined for a blank date. Seconds are rounded down. */
export function dateTimeOf(date: string, time: string): string | undefined {
  if (date === '') return undefined
  const ticks = ticksOf(time)
  const seconds = Math.floor(((ticks % TICKS_PER_HOUR) * 3600) / TICKS_PER_HOUR)
  const clock = [Math.floor(ticks / TICKS_PER_HOUR), Math.floor(seconds / 60), seconds % 60]
    .map(it => pad(it))
    .join(':')
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${clock}`
}

/**
 * The wall clock that .NET makes of an xsd:dateTime: with an offset it is the host's own, with Z or without one it is taken as it stands.
 * Without fractions of a second.
 */
export function wallClockOf(text: string, zone: string): string {
  if (!/T.*[+-]\d\d:\d\d$/.test(text)) return text.includes('T') ? text.slice(0, 19) : `${text}T00:00:00`
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  return format.format(new Date(text)).replace(' ', 'T')
}

const DAY_MS = 86_400_000

/** YYYYMMDD of so many days after the first of January 2023, where the made-up data begins. */
export function dateAfter(days: number): string {
  return new Date(Date.UTC(2023, 0, 1) + days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')
}

/** Is this a date of the calendar, or blank? */
export function isDate(text: string): boolean {
  if (text === '') return true
  if (!/^\d{8}$/.test(text)) return false
  const iso = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
  const at = Date.parse(`${iso}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(iso)
}
