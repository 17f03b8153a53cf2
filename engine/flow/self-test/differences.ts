import type { Json } from '../../core/record.ts'

/** One place where what happened is not what was expected. */
export interface Difference {
  /** `records[0].Account_Name`, `filtered`. */
  readonly path: string
  /** Undefined: not expected at all. */
  readonly expected: Json | undefined
  /** Undefined: it did not happen, or the field was not written. */
  readonly actual: Json | undefined
}

/** The innermost differences of two values. */
export function differences(path: string, expected: Json | undefined, actual: Json | undefined): readonly Difference[] {
  if (Object.is(expected, actual)) return []
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length)
      return [
        { path: `${path}.length`, expected: expected.length, actual: actual.length },
        ...pairs(path, expected, actual),
      ]
    return pairs(path, expected, actual)
  }
  if (isObject(expected) && isObject(actual)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
    return names.flatMap(name => differences(`${path}.${name}`, expected[name], actual[name]))
  }
  return [{ path, expected, actual }]
}

function pairs(path: string, expected: readonly Json[], actual: readonly Json[]): readonly Difference[] {
  const shared = Math.min(expected.length, actual.length)
  return expected.slice(0, shared).flatMap((it, at) => differences(`${path}[${at}]`, it, actual[at]))
}

function isObject(value: Json | undefined): value is { readonly [field: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
