import type { Json, JsonObject } from '../../engine/sdk/index.ts'

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

/** Zendesk's ids are numbers below 2^53 (fact sheet 2); kept as text. Anything else is no id. */
export function idOf(value: Json | undefined): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return String(value)
  return typeof value === 'string' && isId(value) ? value : undefined
}

export const isId = (value: string): boolean => /^[1-9]\d{0,18}$/.test(value)

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

/** External ids and addresses are compared without regard to case (fact sheet 2.1, 2.2). */
export const foldKey = (text: string): string => text.toLowerCase()

/** Names also without regard to outer blanks (fact sheet 2.1). */
export const fold = (text: string): string => foldKey(text.trim())
