import type { Json } from '../../engine/sdk/index.ts'

export { isList, isObject, objectOf } from '../../engine/sdk/index.ts'

/** A string that is more than blanks, without those at its end; else undefined. */
export function textOf(value: Json | undefined): string | undefined {
  const text = typeof value === 'string' ? value.trimEnd() : ''
  return text === '' ? undefined : text
}

/** Undefined for what is no JSON. Whole numbers beyond 2^53 keep their digits, as text: uniquifiers have up to 19 (fact sheet 3, "OEOrders"). */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text, keepDigits)
  } catch {
    return undefined
  }
}

/** `source` is in the engine's JavaScript and not yet in its types. */
function keepDigits(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source ?? ''
  return /^-?\d+$/.test(source) ? source : value
}
