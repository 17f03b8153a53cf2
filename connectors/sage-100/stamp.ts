import { type Json, type JsonObject, textOf } from '../../engine/sdk/index.ts'
import { strange } from './errors.ts'
import { instantOf, shiftNear, wallAt } from './zone.ts'

/**
 * When a record was changed, in the local time of the server: `20260114.1450833` is 14.50833 h on that day (fact sheet 4.1). Compares as text; ''
 * where nobody knows, which is before everything else.
 */
export type Stamp = string

/** Of the hour: Sage 100 writes times with 5 decimals. One unit is 36 ms. */
const UNITS_PER_HOUR = 100_000
const UNIT_MS = 36

/** A date column: `YYYYMMDD`, or a real date where the agent reads over ODBC or SQL. '' for blank. */
export function dayOf(value: Json | undefined): string {
  const text = textOf(value)?.trim() ?? ''
  const digits = /^(\d{4})-?(\d\d)-?(\d\d)/.exec(text)
  if (!digits) {
    if (text === '') return ''
    throw strange('SAGE100_STAMP', `a date came as "${text.slice(0, 20)}"`)
  }
  const day = digits.slice(1, 4).join('')
  return day === '00000000' ? '' : day
}

/** A time column: decimal hours as text, with or without a leading zero, with any number of decimals; blank counts as 0. */
export function unitsOf(value: Json | undefined): number {
  const text = typeof value === 'number' ? String(value) : (textOf(value)?.trim() ?? '')
  const hours = Number(text)
  if (!/^[\d.]*$/.test(text) || Number.isNaN(hours) || hours > 24)
    throw strange('SAGE100_STAMP', `a time came as "${text.slice(0, 20)}"`)
  return Math.round(hours * UNITS_PER_HOUR)
}

export const stampOf = (day: string, units: number): Stamp =>
  day === '' ? '' : `${day}.${String(units).padStart(7, '0')}`

/** Of the pair of columns `DateUpdated`, `TimeUpdated` and their like. */
export const stampIn = (row: JsonObject, date: string, time: string): Stamp =>
  stampOf(dayOf(row[date]), unitsOf(row[time]))

/** What was never updated was made (fact sheet 6.2). */
export function changedIn(row: JsonObject): Stamp {
  const updated = stampIn(row, 'DateUpdated', 'TimeUpdated')
  return updated === '' ? stampIn(row, 'DateCreated', 'TimeCreated') : updated
}

/** Wall time as milliseconds, see zone.ts. */
export function wallOf(stamp: Stamp): number {
  const [day = '', units = '0'] = stamp.split('.')
  const midnight = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)))
  return midnight + Number(units) * UNIT_MS
}

const DAY_MS = 24 * 60 * 60_000

export function stampAt(wall: number): Stamp {
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS
  const day = new Date(midnight).toISOString().slice(0, 10).replaceAll('-', '')
  return stampOf(day, Math.floor((wall - midnight) / UNIT_MS))
}

/** As the agent's filter wants it: `{ updatedDate: '20260114', updatedTime: '14.50833' }`. */
export function filterOf(stamp: Stamp): Readonly<Record<string, string>> {
  const [day = '', units = '0000000'] = stamp.split('.')
  return { updatedDate: day, updatedTime: `${units.slice(0, 2)}.${units.slice(2)}` }
}

/** ISO 8601 in UTC, to the second. Undefined for ''. */
export function isoOf(stamp: Stamp, timeZone: string): string | undefined {
  if (stamp === '') return undefined
  return isoAt(instantOf(timeZone, wallOf(stamp)))
}

export const isoAt = (instant: number): string =>
  new Date(Math.floor(instant / 1_000) * 1_000).toISOString().replace('.000', '')

export const before = (stamp: Stamp, ms: number): Stamp => stampAt(wallOf(stamp) - ms)

/** What the clock of the zone showed `ms` before: local time gained or lost an hour where the clock was changed in between. */
export const shownBefore = (stamp: Stamp, ms: number, timeZone: string): Stamp =>
  stampAt(wallAt(timeZone, instantOf(timeZone, wallOf(stamp)) - ms))

/**
 * `ms` earlier, and earlier by an hour where the clock is changed nearby: once it went back it writes smaller stamps than before, and what is
 * written ten minutes late just after it went ahead is stamped seventy minutes before.
 */
export const lookBack = (stamp: Stamp, ms: number, timeZone: string): Stamp =>
  before(stamp, ms + shiftNear(timeZone, wallOf(stamp)))

export const earliest = (...stamps: readonly (Stamp | undefined)[]): Stamp | undefined =>
  stamps.filter(it => it !== undefined).sort()[0]

export const latest = (...stamps: readonly (Stamp | undefined)[]): Stamp | undefined =>
  stamps
    .filter(it => it !== undefined)
    .sort()
    .at(-1)
