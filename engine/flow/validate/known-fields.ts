import type { EntityDescription, Field, Fields, FieldType } from '../../core/fields.ts'
import type { CustomField } from '../../core/plan.ts'
import type { EntitySummary } from '../../sdk/connector.ts'

const FIELD_TYPES: ReadonlySet<string> = new Set<FieldType>([
  'string',
  'number',
  'integer',
  'decimal',
  'boolean',
  'id',
  'date',
  'datetime',
  'object',
  'list',
  'strings',
  'any',
])

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
  const custom = Object.entries(declared).map(([name, it]): [string, Field] => [name, fieldOf(it)])
  return { ...Object.fromEntries(custom), ...standard }
}

function refined(standard: Fields, saved: Fields): Fields {
  const fields: Record<string, Field> = {}
  for (const [name, field] of Object.entries(saved)) {
    const before = standard[name]
    fields[name] = before ? { ...before, ...field } : field
  }
  return fields
}

function fieldOf(declared: CustomField): Field {
  return {
    type: isFieldType(declared.type) ? declared.type : 'any',
    custom: true,
    ...(declared.unique === undefined ? {} : { unique: declared.unique }),
    ...(declared.length === undefined ? {} : { maxLength: declared.length }),
  }
}

function isFieldType(type: string): type is FieldType {
  return FIELD_TYPES.has(type)
}
