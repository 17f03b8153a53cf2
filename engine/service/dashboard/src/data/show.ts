import type { FlowView, RunView } from '../../../api/views.ts'

const numbers = new Intl.NumberFormat()
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const shortMoments = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

export const number = (value: number) => numbers.format(value)
export const moment = (at: string) => moments.format(new Date(at))
export const shortMoment = (at: string | Date) => shortMoments.format(new Date(at))
export const plural = (count: number, one: string, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`

const UNITS = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
  { unit: 'second', seconds: 1 },
] as const

/** "in 4 minutes", "2 hours ago". */
export function fromNow(at: string, now: number): string {
  const seconds = Math.round((Date.parse(at) - now) / 1_000)
  const size = Math.abs(seconds)
  if (size < 1) return 'now'
  const { unit, seconds: each } = UNITS.find(it => size >= it.seconds) ?? UNITS[3]
  return relative.format(Math.trunc(seconds / each), unit)
}

/** "1 h 4 min", "12 s", "340 ms". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} days`
}

export function tookMs({ startedAt, endedAt }: RunView, now: number): number {
  return (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt)
}

/** "every 15 min", "*\/30 * * * *, UTC". */
export function scheduleText(schedule: FlowView['schedule']): string {
  if (!schedule) return 'no schedule'
  const { cron, everyMs, timezone } = schedule
  if (everyMs !== null) return `every ${duration(everyMs)}`
  return cron === null ? 'no schedule' : `${cron} (${timezone})`
}

/** A JSON value in one line, for tables. */
export function value(it: unknown): string {
  if (it === undefined) return ''
  if (it === null) return 'null'
  return typeof it === 'string' ? it : JSON.stringify(it)
}

/** A field of a failure or difference that nobody filled in. */
export const orDash = (text: string | null | undefined) =>
  text === null || text === undefined || text === '' ? '–' : text
