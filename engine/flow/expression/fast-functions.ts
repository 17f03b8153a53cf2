import { type Fast, leave, textOf, truth } from './fast-values.ts'
import { OR_NULL } from './or-null.ts'

/** From the closures of the arguments to that of the call; undefined for a number of arguments that is left to JSONata. */
type FastFunction = (args: readonly Fast[]) => Fast | undefined

/** Of one text; nothing of nothing. Anything else is JSONata's error. */
const ofText =
  (result: (text: string) => unknown): FastFunction =>
  ([arg, ...more]) =>
    arg && more.length === 0
      ? scope => {
          const value = arg(scope)
          return typeof value === 'string' ? result(value) : value === undefined ? undefined : leave()
        }
      : undefined

const ofAny =
  (result: (value: unknown) => unknown): FastFunction =>
  ([arg, ...more]) =>
    arg && more.length === 0 ? scope => result(arg(scope)) : undefined

const ofTexts =
  (result: (text: string, other: string) => unknown): FastFunction =>
  ([first, second, ...more]) =>
    first && second && more.length === 0
      ? scope => {
          const a = first(scope)
          const b = second(scope)
          return typeof a === 'string' && typeof b === 'string' ? result(a, b) : leave()
        }
      : undefined

const DECIMAL = /^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$/

function numberOf(value: unknown): unknown {
  if (value === undefined || typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  const parsed = typeof value === 'string' && DECIMAL.test(value) ? Number.parseFloat(value) : Number.NaN
  return Number.isFinite(parsed) ? parsed : leave()
}

const PAIRED = /[\ud800-\udfff]/

function substring(args: readonly Fast[]): Fast | undefined {
  const [text, start, length, ...more] = args
  if (!text || !start || more.length > 0) return undefined
  return scope => {
    const value = text(scope)
    const from = start(scope)
    const count = length?.(scope)
    if (typeof from !== 'number' || !Number.isFinite(from)) return leave()
    if (length && (typeof count !== 'number' || !Number.isFinite(count))) return leave()
    if (value === undefined) return undefined
    return typeof value === 'string' ? cut(value, from, count as number | undefined) : leave()
  }
}

/** Counts characters, not UTF-16 units. */
function cut(value: string, start: number, count: number | undefined): string {
  const letters = PAIRED.test(value) ? [...value] : value
  const from = letters.length + start < 0 ? 0 : start
  if (count !== undefined && count <= 0) return ''
  const to = count === undefined ? undefined : from >= 0 ? from + count : letters.length + from + count
  return typeof letters === 'string' ? letters.slice(from, to) : letters.slice(from, to).join('')
}

function join(args: readonly Fast[]): Fast | undefined {
  const [texts, separator, ...more] = args
  if (!texts || more.length > 0) return undefined
  return scope => {
    const values = texts(scope)
    const between = separator ? separator(scope) : ''
    if (!Array.isArray(values) || typeof between !== 'string') return leave()
    return values.every(it => typeof it === 'string') ? values.join(between) : leave()
  }
}

function trim(value: string): string {
  const single = value.replace(/[ \t\n\r]+/g, ' ')
  return single.slice(single.startsWith(' ') ? 1 : 0, single.length > 1 && single.endsWith(' ') ? -1 : undefined)
}

/** JSONata's functions that mappings use most. */
export const FAST_FUNCTIONS: Readonly<Record<string, FastFunction>> = {
  trim: ofText(trim),
  uppercase: ofText(it => it.toUpperCase()),
  lowercase: ofText(it => it.toLowerCase()),
  length: ofText(it => (PAIRED.test(it) ? [...it].length : it.length)),
  string: ofAny(textOf),
  number: ofAny(numberOf),
  boolean: ofAny(it => (it === undefined ? undefined : truth(it))),
  not: ofAny(it => (it === undefined ? undefined : !truth(it))),
  exists: ofAny(it => it !== undefined),
  contains: ofTexts((text, part) => text.includes(part)),
  substringBefore: ofTexts((text, part) => (text.includes(part) ? text.slice(0, text.indexOf(part)) : text)),
  substringAfter: ofTexts((text, part) => (text.includes(part) ? text.slice(text.indexOf(part) + part.length) : text)),
  substring,
  join,
  [OR_NULL]: ofAny(it => (it === undefined ? null : it)),
}
