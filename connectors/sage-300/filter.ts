import { EngineError, type Field } from '../../engine/sdk/index.ts'
import type { Sage300Object } from './object.ts'

/**
 * `$filter` in the words that are documented and used in the field (fact sheet 4): `and` binds closer than `or`, and no parentheses, of which
 * nobody knows.
 */

export type Comparison = 'eq' | 'gt' | 'ge' | 'lt' | 'le'

/** Alternatives: a record fits when it fits one of them. Empty: every record fits. */
export type Alternatives = readonly string[]

/** All of the bounds, and one of the alternatives; undefined when there is nothing to ask. */
export function filterOf(alternatives: Alternatives, bounds: readonly string[]): string | undefined {
  const whole = (alternatives.length > 0 ? alternatives : [undefined]).map(it =>
    [...(it === undefined ? [] : [it]), ...bounds].join(' and '),
  )
  return whole.join('') === '' ? undefined : whole.join(' or ')
}

/** A comparison, or undefined when no record can hold this value: the server refuses a literal of another type. */
export function compare(
  object: Sage300Object,
  name: string,
  comparison: Comparison,
  value: string,
): string | undefined {
  const field = Object.hasOwn(object.fields, name) ? object.fields[name] : undefined
  const literal = literalOf(field, value)
  return literal === undefined ? undefined : `${nameIn(name)} ${comparison} ${literal}`
}

const LITERALS: Readonly<Partial<Record<Field['type'], (value: string) => string | undefined>>> = {
  id: value => (/^\d{1,19}$/.test(value) ? value.replace(/^0+(?=\d)/, '') : undefined),
  integer: value => (/^-?\d{1,15}$/.test(value) ? String(Number(value)) : undefined),
  number: value => (/^-?\d{1,15}(\.\d+)?$/.test(value) ? value : undefined),
  boolean: value => (/^(true|false)$/i.test(value) ? value.toLowerCase() : undefined),
  // with a time and Z, as the samples have it: the server takes no bare date
  date: value => (isDay(value) ? `${value.slice(0, 10)}T00:00:00Z` : undefined),
}

const isDay = (value: string): boolean => {
  const day = /^\d{4}-\d\d-\d\d(?=T|$)/.exec(value)?.[0]
  return day !== undefined && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true
}

function literalOf(field: Field | undefined, value: string): string | undefined {
  if (field?.values && !field.values.includes(value)) return undefined
  const literal = field && LITERALS[field.type]
  return literal ? literal(value) : `'${value.replaceAll("'", "''")}'`
}

/** Names come from flow files: nothing but a name may enter a query. */
export function nameIn(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name
  throw new EngineError({
    kind: 'configuration',
    code: 'SAGE300_FIELD_NAME',
    message: `"${name}" cannot be the name of a field`,
    remedy: 'Use a name that "ml-connector describe" shows.',
  })
}
