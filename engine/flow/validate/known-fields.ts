import { type CustomField, customFields, type EntityDescription, type Field, type Fields } from '../../core/fields.ts'
import type { EntitySummary } from '../../sdk/connector.ts'

/**
 * The fields that a flow may name: saved metadata is the truth of the account where it is present; a flow's own declarations
 * stand beside either. Nested fields that metadata does not list are taken from the connector.
 */
export function knownFields(
  entity: EntitySummary,
  declared: Readonly<Record<string, CustomField>>,
  saved: EntityDescription | undefined,
): Fields {
  const standard = saved === undefined ? entity.fields : refined(entity.fields, saved.fields)
  return { ...customFields(declared), ...standard }
}

function refined(standard: Fields, saved: Fields): Fields {
  const fields: Record<string, Field> = {}
  for (const [name, field] of Object.entries(saved)) {
    const before = standard[name]
    fields[name] = before ? { ...before, ...field } : field
  }
  return fields
}
