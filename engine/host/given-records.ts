import type { EngineError } from '../core/errors.ts'
import type { DataRecord, Json, JsonObject } from '../core/record.ts'

export interface GivenAt {
  readonly keyField: string
  /** Of whoever took them: a file of a person, a request. */
  refuse(message: string, remedy: string): EngineError
}

/**
 * Source records that a person wrote down: objects as the source has them. Nested fields may be written dotted
 * (`"DISPLAYCONTACT.EMAIL1": "a@b.example"`), as the fact sheets and the systems themselves name them.
 */
export function givenRecords(values: readonly unknown[], at: GivenAt): readonly DataRecord[] {
  return values.map((it, index) => toRecord(it, index, at))
}

function toRecord(value: unknown, index: number, { keyField, refuse }: GivenAt): DataRecord {
  if (!isObject(value)) throw refuse(`element ${index} is not an object`, 'Write a JSON array of source records.')
  const fields = nested(value)
  const key = fields[keyField]
  if (typeof key !== 'string' && typeof key !== 'number')
    throw refuse(`element ${index} has no ${keyField}`, `Every record needs its key, ${keyField}.`)
  return { key: String(key), change: 'upsert', fields }
}

function nested(flat: JsonObject): JsonObject {
  const whole: { [name: string]: Json } = {}
  for (const [path, value] of Object.entries(flat)) put(whole, path.split('.'), value)
  return whole
}

function put(into: { [name: string]: Json }, [name = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    define(into, name, value)
    return
  }
  const held = Object.hasOwn(into, name) ? into[name] : undefined
  const inner: { [name: string]: Json } = isObject(held) ? { ...held } : {}
  put(inner, rest, value)
  define(into, name, inner)
}

/** Also a field called `__proto__` is only a field. */
function define(into: { [name: string]: Json }, name: string, value: Json): void {
  Object.defineProperty(into, name, { value, enumerable: true, writable: true, configurable: true })
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
