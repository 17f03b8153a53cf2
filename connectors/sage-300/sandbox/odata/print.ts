import type { Json, JsonObject } from '../../../../engine/sdk/index.ts'
import type { Knobs } from '../knobs.ts'
import type { FieldDef } from '../resources/definition.ts'

/** A value as the API prints it: dates with midnight, texts padded where the installation does so. */
export function printValue(field: FieldDef, value: Json, knobs: Knobs): Json {
  if (field.kind === 'date') return typeof value === 'string' ? `${value}T00:00:00${knobs.dateSuffix}` : null
  if (field.kind === 'text' && knobs.padded && typeof value === 'string') return value.padEnd(field.length ?? 0)
  const { detail } = field
  if (!detail) return value
  return rowsOf(value).map(row => printRecord([...detail.fields.values()], name => row[name] ?? null, knobs))
}

export const printRecord = (fields: readonly FieldDef[], fieldOf: (name: string) => Json, knobs: Knobs): JsonObject =>
  Object.fromEntries(fields.map(field => [field.name, printValue(field, fieldOf(field.name) ?? field.initial, knobs)]))

/** The rows of a detail field; anything else has none. */
export const rowsOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(it => typeof it === 'object' && it !== null && !Array.isArray(it)) : []
