import type { Field, Json, JsonObject } from '../../engine/sdk/index.ts'
import { refusal } from './errors.ts'
import { isOwnField, KEY, type WritableObject } from './object.ts'

const CORRECT = 'Correct the mapping or the value at its source, then replay.'

/** A column as the data files hold it; '' clears it. */
export interface Entered {
  readonly name: string
  readonly value: string
  readonly type: Field['type']
}

/** Fields of a flow as columns, without those of the key. Refuses what Sage 100 would refuse, cut or ignore. */
export function enteredIn(object: WritableObject, fields: JsonObject): readonly Entered[] {
  const skipped = new Set([KEY, ...object.keyColumns])
  return Object.entries(fields)
    .filter(([name]) => !skipped.has(name))
    .map(([name, value]) => {
      const field = Object.hasOwn(object.fields, name) ? object.fields[name] : undefined
      if (field?.readOnly)
        throw refusal('SAGE100_FIELD_READ_ONLY', `${object.name}.${name} is set by Sage 100`, {
          field: name,
          remedy: 'Leave it out of the mapping.',
        })
      if (!/^[A-Za-z]\w*$/.test(name))
        throw refusal('SAGE100_FIELD_NAME', `${object.name}: "${name.slice(0, 60)}" cannot be the name of a column`, {
          field: name.slice(0, 60),
          remedy: CORRECT,
        })
      return { name, value: textOf(object, name, { field, value }), type: field?.type ?? 'string' }
    })
}

function textOf(
  object: WritableObject,
  name: string,
  { field, value }: { readonly field: Field | undefined; readonly value: Json },
) {
  if (value === null) return ''
  if (typeof value === 'object')
    throw refusal('SAGE100_VALUE_SHAPE', `${object.name}.${name} takes one value`, { field: name, remedy: CORRECT })
  // flags are Y and N over there, anything else is refused (fact sheet 10.9)
  const text = typeof value === 'boolean' ? (value ? 'Y' : 'N') : String(value)
  const most = field?.maxLength
  if (most !== undefined && text.length > most)
    throw refusal('SAGE100_TEXT_TOO_LONG', `${object.name}.${name} takes ${most} characters, not ${text.length}`, {
      field: name,
      remedy: 'Shorten it in the mapping: it is not cut on the way.',
    })
  if (field?.type === 'decimal' && !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text))
    throw refusal('SAGE100_VALUE_SHAPE', `${object.name}.${name} takes a number`, { field: name, remedy: CORRECT })
  if (field?.type === 'date' && !/^\d{4}-\d\d-\d\d$/.test(text))
    throw refusal('SAGE100_VALUE_SHAPE', `${object.name}.${name} takes a date`, { field: name, remedy: CORRECT })
  return text
}

export const isOwn = ({ name }: Entered): boolean => isOwnField(name)

/** Fields that a record cannot be made without. */
export function refuseIncomplete(object: WritableObject, fields: JsonObject): void {
  for (const [name, field] of Object.entries(object.fields))
    if (field.mandatory && !object.keyColumns.includes(name) && (fields[name] ?? '') === '')
      throw refusal('SAGE100_FIELD_MISSING', `${object.name}: a new record needs ${name}`, {
        field: name,
        remedy: CORRECT,
      })
}
