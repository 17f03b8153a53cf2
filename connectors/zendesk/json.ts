import type { Json } from '../../engine/sdk/index.ts'

export { inChunks, isList, isObject, objectOf, objectsOf, parseJson, textOf } from '../../engine/sdk/index.ts'

/** Zendesk's ids are numbers below 2^53 (fact sheet 2); kept as text. Anything else is no id. */
export function idOf(value: Json | undefined): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return String(value)
  return typeof value === 'string' && isId(value) ? value : undefined
}

export const isId = (value: string): boolean => /^[1-9]\d{0,18}$/.test(value)

/** External ids and addresses are compared without regard to case (fact sheet 2.1, 2.2). */
export const foldKey = (text: string): string => text.toLowerCase()

/** Names also without regard to outer blanks (fact sheet 2.1). */
export const fold = (text: string): string => foldKey(text.trim())
