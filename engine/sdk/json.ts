import type { Json, JsonObject } from '../core/record.ts'

/** Looking into JSON from outside without trusting its shape. */

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** A non-empty string, else undefined. */
export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

export const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})

/** The objects of a list; anything else in it is left out. */
export const objectsOf = (value: Json | undefined): readonly JsonObject[] =>
  isList(value) ? value.filter(isObject) : []

/** The strings of a list; anything else in it is left out. */
export const stringsOf = (value: Json | undefined): readonly string[] =>
  isList(value) ? value.filter(it => typeof it === 'string') : []

/** Those of `names` that hold text. */
export function textsIn<Name extends string>(
  from: JsonObject,
  names: readonly Name[],
): Partial<Readonly<Record<Name, string>>> {
  const found: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const value = textOf(from[name])
    if (value !== undefined) found[name] = value
  }
  return found
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function inChunks<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = []
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size))
  return chunks
}

/** In order, as many to a chunk as it has room for: `most` of them, and no more than `room` in all; what is larger stands alone. */
export function packed<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  { most, room }: { readonly most: number; readonly room: number },
): T[][] {
  const chunks: T[][] = []
  let taken = 0
  for (const item of items) {
    const size = sizeOf(item)
    const chunk = chunks.at(-1)
    if (chunk === undefined || chunk.length >= most || taken + size > room) {
      chunks.push([item])
      taken = size
    } else {
      chunk.push(item)
      taken += size
    }
  }
  return chunks
}
