import { EngineError, type Field } from '../../engine/sdk/index.ts'
import { type AcumaticaObject, splitKey } from './object.ts'

/** Filters in the OData v3 form that Acumatica reads: the type of a literal must be that of its field (fact sheet 5.2). */

export const allOf = (...terms: readonly (string | undefined)[]): string | undefined => {
  const those = terms.filter(it => it !== undefined)
  return those.length > 0 ? those.map(it => (those.length > 1 ? `(${it})` : it)).join(' and ') : undefined
}

export const anyOf = (terms: readonly string[]): string =>
  terms.length > 1 ? terms.map(it => `(${it})`).join(' or ') : terms.join('')

export type Comparison = 'eq' | 'gt' | 'ge' | 'lt' | 'le'

/** A comparison, or undefined when no value of this type can be `value`: nothing matches it. */
export function compare(
  field: { readonly name: string; readonly type: Field['type'] },
  comparison: Comparison,
  value: string,
): string | undefined {
  const literal = literalOf(field.type, value)
  return literal === undefined ? undefined : `${nameIn(field.name)} ${comparison} ${literal}`
}

/** Always with an offset: the zone of one without is not known (fact sheet 5.2). */
export const time = (name: string, comparison: Comparison, utc: string): string =>
  `${nameIn(name)} ${comparison} datetimeoffset'${utc.replace(/Z$/, '+00:00')}'`

/** Records that have one of these keys; keys that cannot exist are left out. */
export function byKeys(object: AcumaticaObject, keys: readonly string[]): string | undefined {
  const terms = keys.flatMap(key => {
    const values = splitKey(object, key)
    if (values === undefined) return []
    const parts = object.keys.map((name, index) => compare(fieldOf(object, name), 'eq', values[index] ?? ''))
    return parts.includes(undefined) ? [] : [allOf(...parts) ?? '']
  })
  return terms.length > 0 ? anyOf(terms) : undefined
}

export function byValues(object: AcumaticaObject, name: string, values: readonly string[]): string | undefined {
  const field = fieldOf(object, name)
  const terms = values.flatMap(value => compare(field, 'eq', value) ?? [])
  return terms.length > 0 ? anyOf(terms) : undefined
}

export function fieldOf(
  object: AcumaticaObject,
  name: string,
): { readonly name: string; readonly type: Field['type'] } {
  const [first = '', ...rest] = name.split('.')
  let field: Field | undefined = Object.hasOwn(object.fields, first) ? object.fields[first] : undefined
  for (const part of rest) field = field?.fields?.[part]
  // a field that only this endpoint has is in general a text
  return { name, type: field?.type ?? 'string' }
}

const LITERALS: Readonly<Partial<Record<Field['type'], (value: string) => string | undefined>>> = {
  integer: value =>
    /^-?\d{1,10}$/.test(value) && Math.abs(Number(value)) < 2 ** 31 ? String(Number(value)) : undefined,
  number: value => (/^-?\d+(\.\d+)?$/.test(value) ? `${value}M` : undefined),
  boolean: value => (/^(true|false)$/i.test(value) ? value.toLowerCase() : undefined),
  id: value => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? `guid'${value}'` : undefined),
  date: value => dateLiteral(value),
  datetime: value => dateLiteral(value),
}

const literalOf = (type: Field['type'], value: string): string | undefined => {
  const literal = LITERALS[type]
  return literal ? literal(value) : `'${value.replaceAll("'", "''")}'`
}

function dateLiteral(value: string): string | undefined {
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : `datetimeoffset'${new Date(at).toISOString().replace('Z', '+00:00')}'`
}

/** Names come from flow files: nothing but a name may enter a filter. `MainContact.Email` is `MainContact/Email` there. */
export function nameIn(name: string): string {
  if (/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(name)) return name.replaceAll('.', '/')
  throw new EngineError({
    kind: 'configuration',
    code: 'ACUMATICA_FIELD_NAME',
    message: `"${name}" cannot be the name of a field`,
    remedy: 'Use a name that "ml-connector describe" shows.',
  })
}
