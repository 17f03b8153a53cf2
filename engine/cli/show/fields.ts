import type { Colors } from 'picocolors/types.js'
import type { Field, Fields } from '../../core/fields.ts'
import { left, showTable } from './table.ts'

const TOLD: readonly ((field: Field) => string | false | undefined)[] = [
  it => it.mandatory && 'mandatory',
  it => it.readOnly && 'read-only',
  it => it.unique && 'unique',
  it => it.custom && 'custom',
  it => it.maxLength !== undefined && `≤ ${it.maxLength}`,
  it => it.references && `→ ${it.references}`,
  it => it.values && `${it.strictValues ? 'one of ' : ''}${it.values.join(' | ')}`,
]

export function showFields(fields: Fields, key: string | undefined, colours: Colors): string {
  const rows = Object.entries(fields).map(([name, field]) => [
    name,
    field.type,
    [name === key && 'key', ...TOLD.map(tell => tell(field))].filter(Boolean).join(', '),
  ])
  return showTable([left('field'), left('type'), left('')], rows, colours)
}
