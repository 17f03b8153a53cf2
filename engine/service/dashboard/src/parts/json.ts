import type { JsonObject } from '../../../../core/record.ts'

export type ParsedObject =
  | { readonly is: 'object'; readonly object: JsonObject }
  | { readonly is: 'mistaken'; readonly why: string }

/** What a person typed, as a JSON object, or why it is none. */
export function parseObject(text: string): ParsedObject {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return { is: 'object', object: value }
    return { is: 'mistaken', why: 'A record is an object: { "FIELD": "value" }.' }
  } catch (thrown) {
    return { is: 'mistaken', why: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

/** JSON.parse yields nothing else. */
function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
