import { isList, isObject, type Json, type JsonObject } from '../../engine/sdk/index.ts'

export { inChunks, isList, isObject, objectOf, objectsOf, parseJson, textOf } from '../../engine/sdk/index.ts'

/** The same value with every text in it changed. */
export function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (isList(value)) return value.map(it => mapTexts(it, change))
  return isObject(value) ? mapTextsOf(value, change) : value
}

export const mapTextsOf = (object: JsonObject, change: (text: string) => string): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, mapTexts(value, change)]))
