/** How the API user sees times: `/mdY` and `-08:00` (fact sheet 5.4). */
export interface Formatting {
  /** Separator, then the order of `m`, `d` and `y` (two digits) or `Y` (four). */
  readonly dateFormat: string
  readonly offsetMinutes: number
}

/** `-08:00` as minutes; undefined when it is none. */
export function parseOffset(text: string): number | undefined {
  const found = /^([+-])(\d{2}):(\d{2})$/.exec(text)
  if (!found) return undefined
  const minutes = Number(found[2]) * 60 + Number(found[3])
  return found[1] === '-' ? -minutes : minutes
}

export const isDateFormat = (text: string): boolean =>
  /^[/.\- ][mdyY]{3}$/.test(text) && /m/.test(text) && /d/.test(text) && /[yY]/.test(text)

const two = (n: number): string => (n < 10 ? `0${n}` : String(n))

/** Unix seconds as the user reads them, to the second, without a zone. */
export function printStamp(seconds: number, formatting: Formatting): string {
  const at = new Date((seconds + formatting.offsetMinutes * 60) * 1000)
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
  return `${printParts(at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate(), formatting.dateFormat)} ${time}`
}

/** `2026-02-03` as the user reads it. */
export function printDate(iso: string, formatting: Formatting): string {
  const [year, month, day] = iso.split('-').map(Number)
  return year && month && day ? printParts(year, month, day, formatting.dateFormat) : iso
}

function printParts(year: number, month: number, day: number, format: string): string {
  const parts: Readonly<Record<string, string>> = { m: two(month), d: two(day), y: two(year % 100), Y: String(year) }
  return [...format.slice(1)].map(letter => parts[letter] ?? '').join(format.slice(0, 1))
}

export const printIsoStamp = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')

/** With an offset instead of Z, as `sessiontimeout` is printed. */
export const printOffsetStamp = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, '+00:00')

/** `YYYY-MM-DD` of a date in the user's format; undefined when it is none. */
export function parseDate(text: string, formatting: Formatting): string | undefined {
  const separator = formatting.dateFormat.slice(0, 1)
  const letters = [...formatting.dateFormat.slice(1)]
  const pieces = text.split(separator)
  if (pieces.length !== 3) return undefined
  const parts: Record<string, number> = {}
  for (const [at, letter] of letters.entries()) {
    const piece = pieces[at] ?? ''
    if (!(letter === 'Y' ? /^\d{4}$/ : /^\d{1,2}$/).test(piece)) return undefined
    parts[letter.toLowerCase()] = letter === 'y' ? 2000 + Number(piece) : Number(piece)
  }
  return checkedDate(parts['y'] ?? 0, parts['m'] ?? 0, parts['d'] ?? 0)
}

function checkedDate(year: number, month: number, day: number): string | undefined {
  const at = new Date(Date.UTC(year, month - 1, day))
  const isReal = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day
  return isReal ? at.toISOString().slice(0, 10) : undefined
}

/** Unix seconds of `02/03/2026 04:15:00` (or of the day's start) in the user's format and offset; undefined when it is neither. */
export function parseStamp(text: string, formatting: Formatting): number | undefined {
  const found = /^(\S+?)(?: (\d{2}):(\d{2}):(\d{2}))?$/.exec(text)
  const date = found?.[1] === undefined ? undefined : parseDate(found[1], formatting)
  if (!found || date === undefined) return undefined
  const [hours, minutes, seconds] = [found[2], found[3], found[4]].map(it => Number(it ?? 0))
  if (hours === undefined || minutes === undefined || seconds === undefined) return undefined
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined
  return Date.parse(`${date}T00:00:00Z`) / 1000 + hours * 3600 + minutes * 60 + seconds - formatting.offsetMinutes * 60
}

/** Unix seconds of an ISO time with zone; undefined when it is none. */
export function parseIsoStamp(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000)
}
