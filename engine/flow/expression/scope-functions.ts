import type { Json } from '../../core/record.ts'
import { fault } from './fault.ts'
import { LinkPlaceholder, OMIT, SinkIdPlaceholder } from './placeholders.ts'

/** What functions of a flow may look up: everything is known before the first record is read. */
export interface Knowledge {
  readonly tables: ReadonlyMap<string, ReferenceTable>
  readonly params: Readonly<Record<string, Json>>
}

/** Key (always a string: leading zeros count) → value. */
export type ReferenceTable = ReadonlyMap<string, Json>

export type Argument = unknown

export interface ScopeFunction {
  readonly name: string
  readonly usage: string
  /** For the docs: what it yields, and when nothing. */
  readonly does: string
  readonly example: { readonly text: string; readonly yields: string }
  readonly least: number
  readonly most: number
  call(args: readonly Argument[], knowledge: Knowledge): unknown
}

/** A key as text; a number as it prints. Nothing, null and '' are no key. */
function keyText(value: Argument, usage: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw fault(
    'EXPRESSION_ARGUMENT',
    `${usage}: the key is ${Array.isArray(value) ? 'a list' : 'an object'}, not a text`,
  )
}

function text(value: Argument, usage: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  throw fault('EXPRESSION_ARGUMENT', `${usage} takes a text`)
}

function name(value: Argument, usage: string): string {
  if (typeof value === 'string') return value
  throw fault('EXPRESSION_ARGUMENT', `${usage}: the name is not a text`)
}

const words = (value: string) => value.trim().split(/\s+/)

const USES = {
  table: '$table(name, key, default?)',
  link: '$link(connectorOrConnection, entity, key, ofEntity?)',
  sinkId: '$sinkId(step)',
  param: '$param(name)',
  omit: '$omit()',
  date: '$date(value, form?)',
  digits: '$digits(text)',
  truncateTo: '$truncateTo(text, length)',
  firstName: '$firstName(fullName)',
  lastName: '$lastName(fullName)',
} as const

/** The functions that the engine adds to JSONata's own. One table: evaluation, checks and docs come from it. */
export const SCOPE_FUNCTIONS: readonly ScopeFunction[] = [
  {
    name: 'table',
    usage: USES.table,
    does: 'The value that a reference table holds for the key; the default, or nothing, when it has none. Keys are compared as texts.',
    example: { text: '$table("vendor-category", "RETAIL", "Other")', yields: 'Retail' },
    least: 2,
    most: 3,
    call: ([table, key, otherwise], { tables }) => {
      const wanted = name(table, USES.table)
      const rows = tables.get(wanted)
      if (!rows) throw fault('EXPRESSION_ARGUMENT', `${USES.table}: there is no table "${wanted}"`)
      const found = keyText(key, USES.table)
      return (found === undefined ? undefined : rows.get(found)) ?? otherwise
    },
  },
  {
    name: 'link',
    usage: USES.link,
    does: 'The id that the sink record has which was written for another source key. Nothing without a key. Unknown yet: the record waits. ofEntity tells which source entity the key belongs to.',
    example: { text: '$link("crm", "Accounts", PARENTID)', yields: 'the id of the parent account' },
    least: 3,
    most: 4,
    call: ([connector, entity, key, of]) => {
      const found = keyText(key, USES.link)
      if (found === undefined) return undefined
      return new LinkPlaceholder({
        $ref: 'link',
        connector: name(connector, USES.link),
        entity: name(entity, USES.link),
        key: found,
        ...(of === undefined || of === null ? {} : { of: name(of, USES.link) }),
      })
    },
  },
  {
    name: 'sinkId',
    usage: USES.sinkId,
    does: 'The id that an earlier step of the same flow got for this record.',
    example: { text: '$sinkId("account")', yields: 'the id of the account' },
    least: 1,
    most: 1,
    call: ([step]) => new SinkIdPlaceholder({ $ref: 'sinkId', step: name(step, USES.sinkId) }),
  },
  {
    name: 'param',
    usage: USES.param,
    does: 'The value of a parameter: what the workspace gives under with:, else its default.',
    example: { text: '$param("stage")', yields: 'Closed Won' },
    least: 1,
    most: 1,
    call: ([wanted], { params }) => {
      const found = name(wanted, USES.param)
      if (!Object.hasOwn(params, found))
        throw fault('EXPRESSION_ARGUMENT', `${USES.param}: there is no parameter "${found}"`)
      return params[found]
    },
  },
  {
    name: 'omit',
    usage: USES.omit,
    does: 'Leaves the field out of the write: the target keeps what it has. (A field that yields nothing is cleared.)',
    example: { text: 'PHONE ? PHONE : $omit()', yields: 'the phone, or the field is not written' },
    least: 0,
    most: 0,
    call: () => OMIT,
  },
  {
    name: 'date',
    usage: USES.date,
    does: 'The day as YYYY-MM-DD, of an ISO date or time, or of a text in the given form of YYYY, MM and DD. Nothing of nothing.',
    example: { text: '$date("11/30/2026", "MM/DD/YYYY")', yields: '2026-11-30' },
    least: 1,
    most: 2,
    call: ([value, form]) => day(text(value, USES.date), form === undefined ? undefined : name(form, USES.date)),
  },
  {
    name: 'digits',
    usage: USES.digits,
    does: 'Only the digits of a text; nothing when there are none.',
    example: { text: '$digits("+49 (30) 123")', yields: '4930123' },
    least: 1,
    most: 1,
    call: ([value]) => text(value, USES.digits)?.replace(/[^0-9]/g, '') || undefined,
  },
  {
    name: 'truncateTo',
    usage: USES.truncateTo,
    does: 'The first characters of a text, whole characters only.',
    example: { text: '$truncateTo("Bolt & Sons", 4)', yields: 'Bolt' },
    least: 2,
    most: 2,
    call: ([value, length]) => {
      if (typeof length !== 'number')
        throw fault('EXPRESSION_ARGUMENT', `${USES.truncateTo}: the length is not a number`)
      const whole = text(value, USES.truncateTo)
      return whole === undefined ? undefined : [...whole].slice(0, Math.max(0, length)).join('')
    },
  },
  {
    name: 'firstName',
    usage: USES.firstName,
    does: 'All words of a full name but the last; nothing when there is only one.',
    example: { text: '$firstName("Ann Marie Bolt")', yields: 'Ann Marie' },
    least: 1,
    most: 1,
    call: ([value]) =>
      words(text(value, USES.firstName) ?? '')
        .slice(0, -1)
        .join(' ') || undefined,
  },
  {
    name: 'lastName',
    usage: USES.lastName,
    does: 'The last word of a full name; nothing when there is no word.',
    example: { text: '$lastName("Ann Marie Bolt")', yields: 'Bolt' },
    least: 1,
    most: 1,
    call: ([value]) => words(text(value, USES.lastName) ?? '').at(-1) || undefined,
  },
]

function day(value: string | undefined, form: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined
  const parts = form === undefined ? /^(\d{4})-(\d{2})-(\d{2})(?:$|[T ])/.exec(value)?.slice(1) : byForm(value, form)
  const [year, month, date] = parts ?? []
  const iso = `${year}-${month}-${date}`
  if (!parts || !isDay(iso))
    throw fault('EXPRESSION_DATE', `"${value}" is no date${form === undefined ? '' : ` of the form ${form}`}`)
  return iso
}

/** A day of the calendar, as YYYY-MM-DD. */
function isDay(iso: string): boolean {
  const at = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(iso)
}

function byForm(value: string, form: string): readonly string[] | undefined {
  if (value.length !== form.length) return undefined
  const part = (letters: string): string => {
    const at = form.indexOf(letters)
    return at < 0 ? '' : value.slice(at, at + letters.length)
  }
  const fixed = [...form].every((letter, at) => 'YMD'.includes(letter) || value[at] === letter)
  return fixed ? [part('YYYY'), part('MM'), part('DD')] : undefined
}

export interface ScopeVariable {
  readonly name: string
  readonly does: string
  readonly where: 'everywhere' | 'each'
}

/** The variables that every expression of a flow sees, beside enrichments. */
export const SCOPE_VARIABLES: readonly ScopeVariable[] = [
  { name: 'key', does: 'Key of the source record, as a text.', where: 'everywhere' },
  { name: 'entity', does: 'Source entity that the record is of.', where: 'everywhere' },
  { name: 'connection', does: 'Name of the source connection.', where: 'everywhere' },
  { name: 'item', does: 'The element of each that is mapped.', where: 'each' },
  { name: 'index', does: 'Its place in the list, from 0.', where: 'each' },
]
