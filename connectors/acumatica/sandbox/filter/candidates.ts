import { shown } from '../entities/adapt.ts'
import { type EntityDef, fieldIn } from '../entities/definition.ts'
import { type Row, scalarOf } from '../store/row.ts'
import type { Table } from '../store/table.ts'
import type { Filter } from './parse.ts'

/**
 * Slots among which all matches are, where equalities of texts narrow a filter; undefined when any row may match.
 * More than the matches may be among them: each is still tested.
 */
export function candidateSlots(entity: EntityDef, table: Table, filter: Filter): ReadonlySet<number> | undefined {
  switch (filter.is) {
    case 'and':
      return candidateSlots(entity, table, filter.left) ?? candidateSlots(entity, table, filter.right)
    case 'or': {
      const left = candidateSlots(entity, table, filter.left)
      const right = left && candidateSlots(entity, table, filter.right)
      return left && right ? new Set([...left, ...right]) : undefined
    }
    case 'compare':
      return ofEquality(entity, table, filter)
    default:
      return undefined
  }
}

function ofEquality(
  entity: EntityDef,
  table: Table,
  { by, left, right }: Extract<Filter, { is: 'compare' }>,
): ReadonlySet<number> | undefined {
  if (by !== 'eq' || left.is !== 'field' || right.is !== 'literal' || right.token.is !== 'string') return undefined
  const [name = '', ...rest] = left.path
  const field = fieldIn(entity, name, Number.POSITIVE_INFINITY)
  if (rest.length > 0 || field?.is !== 'value' || field.type !== 'string' || field.system) return undefined
  const text = right.token.text.toUpperCase()
  if (entity.keys.length === 1 && entity.keys[0] === name) {
    const slot = table.slotOfKey(text)
    return new Set(slot === undefined ? [] : [slot])
  }
  const read = (row: Row) => {
    const held = scalarOf(shown(entity, row).values[name])
    return held === undefined ? undefined : String(held).toUpperCase()
  }
  return table.slotsHaving(`${entity.name}.${name}`, text, read)
}
