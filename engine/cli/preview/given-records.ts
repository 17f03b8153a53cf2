import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EngineError } from '../../core/errors.ts'
import type { DataRecord, Json, JsonObject } from '../../core/record.ts'

/**
 * Source records that a person wrote into a file: an array of objects, or one. Nested fields may be written dotted
 * (`"DISPLAYCONTACT.EMAIL1": "a@b.example"`), as the fact sheets and the systems themselves name them.
 */
export function readGivenRecords(cwd: string, path: string, keyField: string): readonly DataRecord[] {
  const value = parse(path, read(resolve(cwd, path), path))
  const all = Array.isArray(value) ? value : [value]
  return all.map((it, index) => toRecord(it, { path, index, keyField }))
}

function read(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw refuse(path, thrown instanceof Error ? thrown.message : String(thrown), 'Name a file that can be read.')
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw refuse(
      path,
      thrown instanceof Error ? thrown.message : String(thrown),
      'Write a JSON array of source records.',
    )
  }
}

function toRecord(value: unknown, at: { path: string; index: number; keyField: string }): DataRecord {
  if (!isObject(value))
    throw refuse(at.path, `element ${at.index} is not an object`, 'Write a JSON array of source records.')
  const fields = nested(value)
  const key = fields[at.keyField]
  if (typeof key !== 'string' && typeof key !== 'number')
    throw refuse(at.path, `element ${at.index} has no ${at.keyField}`, `Every record needs its key, ${at.keyField}.`)
  return { key: String(key), change: 'upsert', fields }
}

function nested(flat: JsonObject): JsonObject {
  const whole: { [name: string]: Json } = {}
  for (const [path, value] of Object.entries(flat)) put(whole, path.split('.'), value)
  return whole
}

function put(into: { [name: string]: Json }, [name = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    into[name] = value
    return
  }
  const held = into[name]
  const inner: { [name: string]: Json } = isObject(held) ? { ...held } : {}
  put(inner, rest, value)
  into[name] = inner
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(path: string, message: string, remedy: string): EngineError {
  return new EngineError({ kind: 'configuration', code: 'CLI_FROM_FILE', message: `${path}: ${message}`, remedy })
}
