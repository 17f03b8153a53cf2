import type { Json, JsonObject } from '../../../../engine/sdk/index.ts'
import type { Knobs } from '../knobs.ts'
import type { FieldDef } from '../resources/definition.ts'

/** How the installation prints, and what is made of digits that no double holds. */
export interface Printing {
  readonly knobs: Knobs
  big(digits: string): Json
}

// of ES2025, which the types do not know yet: what it returns is printed as the number that the text is
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): Json }

export const forApi = (knobs: Knobs): Printing => ({ knobs, big: rawJSON })
export const forScreens = (knobs: Knobs): Printing => ({ knobs, big: digits => digits })

/** A value as it is shown: dates with midnight, texts padded where the installation does so. */
function printValue(field: FieldDef, value: Json, printing: Printing): Json {
  const { dateSuffix, padded } = printing.knobs
  if (field.kind === 'date') return typeof value === 'string' ? `${value}T00:00:00${dateSuffix}` : null
  if (field.kind === 'text' && padded && typeof value === 'string') return value.padEnd(field.length ?? 0)
  if (field.kind === 'number' && typeof value === 'string') return printing.big(value)
  const { detail } = field
  if (!detail) return value
  const inner = [...detail.fields.values()]
  return rowsOf(value).map(row => printRecord(inner, name => row[name] ?? null, printing))
}

export const printRecord = (
  fields: readonly FieldDef[],
  fieldOf: (name: string) => Json,
  printing: Printing,
): JsonObject =>
  Object.fromEntries(
    fields.map(field => [field.name, printValue(field, fieldOf(field.name) ?? field.initial, printing)]),
  )

/** The rows of a detail field; anything else has none. */
export const rowsOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(it => typeof it === 'object' && it !== null && !Array.isArray(it)) : []
