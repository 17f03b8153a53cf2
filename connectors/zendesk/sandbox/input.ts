import type { Json, JsonObject } from '../../../engine/sdk/index.ts'

export const asObject = (given: Json | undefined): JsonObject | undefined =>
  typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as JsonObject) : undefined

/** Numbers are taken as text; '' is null, as an emptied input of the screens. */
export function nullableText(given: Json | undefined): string | null {
  if (given === undefined || given === null || given === '') return null
  return typeof given === 'string' ? given : typeof given === 'object' ? JSON.stringify(given) : String(given)
}

/** A list of texts; one text with commas or blanks is read as several. Undefined: not given. */
export function texts(given: Json | undefined): readonly string[] | undefined {
  if (given === undefined) return undefined
  if (Array.isArray(given)) return given.map(String)
  return given === null
    ? []
    : String(given)
        .split(/[\s,]+/)
        .filter(it => it !== '')
}

export const flag = (given: Json | undefined, before: boolean): boolean =>
  given === undefined ? before : given === true || given === 'true'

export const toId = (given: Json | undefined): number | undefined => {
  const text = typeof given === 'number' || typeof given === 'string' ? String(given) : ''
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

export const idOrNull = (given: Json | undefined, before: number | null): number | null =>
  given === undefined ? before : (toId(given) ?? null)

/** The parts of `a,b,c`, blanks trimmed. */
export const listOf = (given: string | null): string[] =>
  (given ?? '')
    .split(',')
    .map(it => it.trim())
    .filter(it => it !== '')
