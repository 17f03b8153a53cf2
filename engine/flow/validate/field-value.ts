import type { Field, FieldType } from '../../core/fields.ts'
import type { Finding } from '../diagnostics/diagnostic.ts'
import { hint, listValues } from '../diagnostics/suggest.ts'

type Fixed = string | number | boolean

const isDay = (value: string): boolean => {
  const at = new Date(`${value}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value)
}

const ACCEPTS: Readonly<Record<FieldType, { readonly what: string; readonly takes: (value: Fixed) => boolean }>> = {
  string: { what: 'a text', takes: value => typeof value === 'string' },
  number: { what: 'a number', takes: value => typeof value === 'number' },
  integer: { what: 'a whole number', takes: value => Number.isInteger(value) },
  decimal: {
    what: 'a decimal',
    takes: value => typeof value === 'number' || (typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value)),
  },
  boolean: { what: 'true or false', takes: value => typeof value === 'boolean' },
  id: { what: 'an id', takes: value => typeof value === 'string' && value !== '' },
  date: { what: 'a date (YYYY-MM-DD)', takes: value => typeof value === 'string' && isDay(value) },
  datetime: {
    what: 'a time (2026-11-30T12:00:00Z)',
    takes: value =>
      typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value),
  },
  object: { what: 'an object', takes: () => false },
  list: { what: 'a list of objects', takes: () => false },
  strings: { what: 'a list of texts', takes: value => typeof value === 'string' },
  any: { what: 'anything', takes: () => true },
}

/** Why the field cannot take this fixed value; undefined when it can. */
export function unfitValue(name: string, field: Field, value: Fixed): Finding | undefined {
  const { what, takes } = ACCEPTS[field.type]
  if (!takes(value))
    return {
      code: 'FLOW_LITERAL_TYPE',
      message: `${name} takes ${what}, not ${JSON.stringify(value)}`,
      remedy: field.type === 'string' ? `Write it as a text: "'${value}'".` : `Give ${what}.`,
    }
  if (typeof value === 'string' && field.maxLength !== undefined && [...value].length > field.maxLength)
    return {
      code: 'FLOW_LITERAL_TOO_LONG',
      message: `${name} takes at most ${field.maxLength} characters, not ${[...value].length}`,
      remedy: 'Shorten it.',
    }
  if (typeof value === 'string' && field.strictValues && field.values && !field.values.includes(value))
    return {
      code: 'FLOW_LITERAL_VALUE',
      message: `${name} does not take "${value}"`,
      ...hint(value, field.values),
    }
  return undefined
}

/** The same of an expression that always yields a text; `id`: that of a record. */
export function unfitText(name: string, field: Field, is: 'text' | 'id', written: string): Finding | undefined {
  if (field.type !== 'object') return undefined
  const known = Object.keys(field.fields ?? {})
  const holds = known.length > 0 ? ` with the fields ${listValues(known)}` : ''
  const where = known.includes('id') || known.length === 0 ? 'id' : (known[0] ?? 'id')
  return {
    code: 'FLOW_LITERAL_TYPE',
    message: `${name} takes an object${holds}, and the expression yields ${is === 'id' ? 'an id' : 'a text'}`,
    remedy: `Nest it: ${name}: { ${where}: ${written} }.`,
  }
}

/** The same of an expression that always yields true or false. */
export function unfitBoolean(name: string, field: Field): Finding | undefined {
  if (field.type === 'boolean' || field.type === 'any') return undefined
  return {
    code: 'FLOW_LITERAL_TYPE',
    message: `${name} takes ${ACCEPTS[field.type].what}, and the expression always yields true or false`,
    remedy: 'Choose a value for each case: condition ? "yes" : "no".',
  }
}
