import type { JsonSchema } from '../../sdk/connector.ts'

declare const holds: unique symbol

/** A JSON Schema with the type of what it lets through: types and OpenAPI document cannot drift apart. */
export type Schema<T> = JsonSchema & { readonly [holds]?: T }

/** Fields that may be absent. */
type OptionalKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T]

export const text: Schema<string> = { type: 'string' }
export const moment: Schema<string> = { type: 'string', format: 'date-time' }
export const whole: Schema<number> = { type: 'integer' }
export const number: Schema<number> = { type: 'number' }
export const flag: Schema<boolean> = { type: 'boolean' }
/** Any JSON value, as the records of other systems have them. */
export const json: Schema<never> = {}
export const fields: Schema<never> = { type: 'object', additionalProperties: true }
/** Server-sent events: the answer is written as it comes about. */
export const streamed: Schema<never> = { type: 'string' }
export const nothing: Schema<undefined> = { type: 'null' }

export function described<T>(schema: Schema<T>, description: string): Schema<T> {
  return { ...schema, description }
}

export function choice<const T extends string>(...values: readonly T[]): Schema<T> {
  return { type: 'string', enum: values }
}

export function orNull<T>(schema: Schema<T>): Schema<T | null> {
  return { anyOf: [schema, { type: 'null' }] }
}

export function list<T>(
  items: Schema<T>,
  limits: { readonly minItems?: number; readonly maxItems?: number } = {},
): Schema<readonly T[]> {
  return { type: 'array', items, ...limits }
}

/** Text of at most so many characters, and at least one. */
export function words(maxLength: number): Schema<string> {
  return { type: 'string', minLength: 1, maxLength }
}

export function count(maximum: number): Schema<number> {
  return { type: 'integer', minimum: 1, maximum }
}

/** Name → value. */
export function byName<T>(values: Schema<T>): Schema<Readonly<Record<string, T>>> {
  return { type: 'object', additionalProperties: values }
}

/** Exactly these fields, of which the named ones may be absent. */
export function object<T extends object>(
  properties: { readonly [K in keyof T]-?: Schema<T[K]> },
  ...optional: readonly OptionalKeys<T>[]
): Schema<T> {
  const names = Object.keys(properties)
  const isOptional = new Set<PropertyKey>(optional)
  return {
    type: 'object',
    properties,
    required: names.filter(it => !isOptional.has(it)),
    additionalProperties: false,
  }
}

/** All of `base` and more. */
export function extended<B extends object, T extends B>(
  base: Schema<B>,
  more: { readonly [K in Exclude<keyof T, keyof B>]-?: Schema<T[K]> },
): Schema<T> {
  const properties = { ...(base['properties'] as object), ...more }
  const required = [...(base['required'] as readonly string[]), ...Object.keys(more)]
  return { type: 'object', properties, required, additionalProperties: false }
}

/** A schema that the document names. */
export interface Named<T> {
  readonly name: string
  readonly schema: Schema<T>
  readonly ref: Schema<T>
}

export function named<T>(name: string, schema: Schema<T>): Named<T> {
  return { name, schema, ref: { $ref: `${name}#` } }
}
