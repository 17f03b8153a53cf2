import type { Schema } from '../flow/index.ts'

const PLACEHOLDER: Schema = { type: 'string', pattern: '\\$\\{[^}]+\\}' }
const NOT_TEXT: ReadonlySet<unknown> = new Set(['integer', 'number', 'boolean'])

/**
 * The language as an editor checks it, before `${…}` is put in: where a number, a flag or one of some words belongs, a placeholder may
 * stand.
 * `$comment` holds texts of our own messages and is left out.
 */
export function editorSchema(schema: Schema): Schema {
  const { $comment: _, ...rest } = mapSchema(schema, editorSchema)
  const isOpen = !NOT_TEXT.has(rest['type']) && rest['enum'] === undefined && rest['pattern'] === undefined
  if (isOpen) return rest
  const { title, description, examples, default: fallback, ...form } = rest
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(examples === undefined ? {} : { examples }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [form, PLACEHOLDER],
  }
}

const ONE: ReadonlySet<string> = new Set(['items', 'additionalProperties', 'propertyNames', 'if', 'then', 'else'])
const MAP: ReadonlySet<string> = new Set(['properties', '$defs'])
const LIST: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf'])

function mapSchema(schema: Schema, change: (inner: Schema) => Schema): Schema {
  const changed: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (ONE.has(keyword) && isSchema(value)) changed[keyword] = change(value)
    else if (MAP.has(keyword) && isSchema(value))
      changed[keyword] = Object.fromEntries(Object.entries(value).map(([k, it]) => [k, isSchema(it) ? change(it) : it]))
    else if (LIST.has(keyword) && Array.isArray(value))
      changed[keyword] = value.map(it => (isSchema(it) ? change(it) : it))
    else changed[keyword] = value
  }
  return changed
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The schema with a keyword of a nested schema replaced: `at(schema, ['properties', 'sink'], change)`. */
export function changedAt(schema: Schema, path: readonly string[], change: (inner: Schema) => Schema): Schema {
  const [first, ...rest] = path
  if (first === undefined) return change(schema)
  const inner = schema[first]
  if (!isSchema(inner)) throw new RangeError(`the schema has no ${first}`)
  return { ...schema, [first]: changedAt(inner, rest, change) }
}
