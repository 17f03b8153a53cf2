import type { Json, JsonObject } from '../../core/record.ts'

/** JSONata's `$boolean`: nothing, null, 0, '' and what is empty are false; a list is true when one element is. */
export function isTruthy(value: Json | undefined): boolean {
  if (value === undefined || value === null) return false
  if (Array.isArray(value)) return value.some(it => isTruthy(it as Json))
  if (typeof value === 'object') return Object.keys(value).length > 0
  return Boolean(value)
}

/** `{ 'A.B': 1 }` → `{ A: { B: 1 } }`; fields without a value are absent, as in every record that was read. */
export function nestDotted(given: JsonObject): JsonObject {
  const record: { [field: string]: Json } = {}
  for (const [key, value] of Object.entries(given)) {
    if (value === null) continue
    const path = key.split('.')
    put(record, path, isObject(value) ? nestDotted(value) : value)
  }
  return record
}

function put(into: { [field: string]: Json }, [first = '', ...rest]: readonly string[], value: Json): void {
  const before = into[first]
  if (rest.length === 0) {
    into[first] = isObject(before) && isObject(value) ? { ...before, ...value } : value
    return
  }
  const inner: { [field: string]: Json } = isObject(before) ? { ...before } : {}
  put(inner, rest, value)
  into[first] = inner
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
