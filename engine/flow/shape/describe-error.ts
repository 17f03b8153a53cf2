import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Path } from '../read/tree.ts'

/** A schema error in words. `at` says whether the key or the value of `path` is meant. */
export interface Described {
  readonly kind: 'unknown-key' | 'missing-key' | 'type' | 'value'
  readonly path: Path
  readonly at: 'key' | 'value'
  readonly message: string
  /** The valid keys or values, when they can be listed. */
  readonly valid?: readonly string[]
  /** What stands there, or the key that is missing. */
  readonly written?: string
  readonly remedy?: string
}

interface Parts {
  readonly error: ErrorObject
  readonly path: Path
  readonly subject: string
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  array: 'a list',
  null: 'null',
}

const DESCRIBE: Readonly<Record<string, (parts: Parts) => Described>> = {
  additionalProperties: ({ error, path, subject }) =>
    unknownKey(error, path, subject, error.params['additionalProperty']),
  unevaluatedProperties: ({ error, path, subject }) =>
    unknownKey(error, path, subject, error.params['unevaluatedProperty']),
  propertyNames: ({ path, error }) => ({
    kind: 'value',
    path: [...path, String(error.params['propertyName'])],
    at: 'key',
    message: `"${error.params['propertyName']}" ${hintOf(error.schema) ?? 'is not a valid name'}`,
  }),
  required: ({ error, path, subject }) => ({
    kind: 'missing-key',
    path,
    at: path.length === 0 ? 'value' : 'key',
    message: `${subject} lacks "${error.params['missingProperty']}"`,
    written: String(error.params['missingProperty']),
  }),
  type: ({ error, path, subject }) => {
    const types: readonly string[] = [error.params['type']].flat()
    const wanted = list(types.map(it => NAMES[it] ?? it))
    const message = `${subject} must be ${wanted}${notWhat(error.data)}`
    const remedy = quotesRemedy(types, error.data)
    return { kind: 'type', path, at: 'value', message, ...(remedy ? { remedy } : {}) }
  },
  enum: ({ error, path, subject }) => ({
    kind: 'value',
    path,
    at: 'value',
    message: `${subject} is ${JSON.stringify(error.data)}, which is not valid`,
    valid: (error.params['allowedValues'] as readonly unknown[]).map(String),
    written: String(error.data),
  }),
  const: ({ error, path, subject }) => ({
    kind: 'value',
    path,
    at: 'value',
    message: `${subject} must be ${JSON.stringify(error.params['allowedValue'])}`,
  }),
  minItems: ({ path, subject, error }) => ({
    kind: 'value',
    path,
    at: 'value',
    message: `${subject} must have at least ${count(error, 'entry', 'entries')}`,
  }),
  minLength: ({ path, subject }) => ({ kind: 'value', path, at: 'value', message: `${subject} is empty` }),
  minProperties: ({ path, subject, error }) => ({
    kind: 'value',
    path,
    at: 'value',
    message: `${subject} must have at least ${count(error, 'key', 'keys')}`,
  }),
  minimum: ({ error, path, subject }) => limit(path, subject, `at least ${error.params['limit']}`),
  maximum: ({ error, path, subject }) => limit(path, subject, `at most ${error.params['limit']}`),
  maxLength: ({ error, path, subject }) => limit(path, subject, `at most ${error.params['limit']} characters long`),
  uniqueItems: ({ path, subject }) => ({
    kind: 'value',
    path,
    at: 'value',
    message: `${subject} names the same thing twice`,
  }),
}

function limit(path: Path, subject: string, most: string): Described {
  return { kind: 'value', path, at: 'value', message: `${subject} must be ${most}` }
}

function notWhat(data: unknown): string {
  if (data === null) return ', and nothing stands there'
  if (Array.isArray(data)) return ', not a list'
  if (typeof data === 'number') return `, not ${data}`
  const name = NAMES[typeof data]
  return name ? `, not ${name}` : ''
}

/** YAML decides by the quotes whether `5` and `true` are texts. */
function quotesRemedy(types: readonly string[], data: unknown): string | undefined {
  const isScalar = typeof data === 'number' || typeof data === 'boolean'
  if (types.includes('string') && isScalar) return `Quote it: "${data}".`
  const bare = types.includes('boolean') ? /^(true|false)$/ : /^-?\d+(\.\d+)?$/
  if (typeof data === 'string' && bare.test(data)) return `Write it without quotes: ${data}.`
  return undefined
}

/**
 * Undefined for errors that only say that another one happened (`if`, `oneOf` …). `whole` is what the schema describes; without it, it
 * is the file, whose keys need no path in front.
 */
export function describeError(error: ErrorObject, whole?: string): Described | undefined {
  if (['if', 'oneOf', 'anyOf', 'allOf', 'not'].includes(error.keyword)) return undefined
  // the error inside a name comes again as one of `propertyNames`
  if (error.propertyName !== undefined) return undefined
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map(it => it.replaceAll('~1', '/').replaceAll('~0', '~'))
  const parts: Parts = { error, path, subject: subjectOf(path, whole) }
  const describe = DESCRIBE[error.keyword]
  if (describe) return describe(parts)
  const hintText = hintOf(error.parentSchema)
  return {
    kind: 'value',
    path,
    at: 'value',
    message: `${parts.subject} ${hintText ?? error.message ?? 'is not valid'}`,
  }
}

function subjectOf(path: Path, whole: string | undefined): string {
  if (path.length === 0) return whole ?? 'the file'
  return whole === undefined ? dotted(path) : `${whole}${path.map(step).join('')}`
}

function unknownKey(error: ErrorObject, path: Path, subject: string, key: string): Described {
  const valid = Object.keys((error.parentSchema?.['properties'] ?? {}) as object)
  return {
    kind: 'unknown-key',
    path: [...path, key],
    at: 'key',
    message: subject === 'the file' ? `there is no key "${key}"` : `${subject} has no key "${key}"`,
    valid,
    written: key,
  }
}

const step = (it: Path[number]) => (/^\d+$/.test(String(it)) ? `[${it}]` : `.${it}`)

const dotted = (path: Path) => path.map(step).join('').replace(/^\./, '')

const list = (words: readonly string[]) =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

const count = (error: ErrorObject, one: string, many: string) =>
  error.params['limit'] === 1 ? `one ${one}` : `${error.params['limit']} ${many}`

function hintOf(schema: unknown): string | undefined {
  if (typeof schema !== 'object' || schema === null || !('$comment' in schema)) return undefined
  return typeof schema.$comment === 'string' ? schema.$comment : undefined
}
