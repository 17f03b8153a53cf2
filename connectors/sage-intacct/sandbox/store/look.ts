import type { FieldDef, ObjectDef } from '../objects/definition.ts'
import { invalidField } from '../wire/errors.ts'
import type { RowState, Table } from './table.ts'
import type { World } from './world.ts'

/** Reads one field of any row. */
export interface Getter {
  /** The field at the end of the path, and the object that has it. */
  readonly field: FieldDef
  readonly owner: ObjectDef
  text(slot: number): string
  /** The value of a number or time; NaN when there is none. */
  number(slot: number): number
}

/** The records as one call sees them: `query` may see changes late, `read` and writes never do (fact sheet 5.4). */
export interface Look {
  readonly world: World
  isGone(table: Table, slot: number): boolean
  /** Rows of this table that are seen in an older state. */
  late(table: Table): ReadonlyMap<number, RowState>
  getter(def: ObjectDef, path: string): Getter
}

const NONE: ReadonlyMap<number, RowState> = new Map()

export function createLook(world: World, isLate: boolean): Look {
  const states = new Map<Table, ReadonlyMap<number, RowState>>()
  const late = (table: Table): ReadonlyMap<number, RowState> => {
    if (!isLate) return NONE
    const known = states.get(table) ?? table.lateStates(world.clock.now())
    states.set(table, known)
    return known
  }
  const look: Look = {
    world,
    late,
    isGone: (table, slot) => late(table).get(slot)?.isGone ?? table.isGone(slot),
    getter: (def, path) => resolve(look, def, path, path, false),
  }
  return look
}

function resolve(look: Look, def: ObjectDef, path: string, asked: string, hasClimbed: boolean): Getter {
  const field = def.fields.get(path)
  if (field?.path !== undefined) return { ...resolve(look, def, field.path, asked, hasClimbed), field }
  if (field) return own(look, def, field)
  const dot = path.indexOf('.')
  const relation = dot < 0 ? undefined : def.relations.get(path.slice(0, dot))
  const target = relation && look.world.catalogue.get(relation.object)
  // only one hop up a hierarchy (fact sheet 4)
  if (!relation || !target || (relation.isHierarchy && hasClimbed)) throw invalidField(def.name, asked)
  const inner = resolve(look, target, path.slice(dot + 1), asked, hasClimbed || relation.isHierarchy)
  const by = look.getter(def, relation.by)
  const table = look.world.table(target.name)
  const follow = (slot: number): number | undefined => {
    const key = by.text(slot)
    const found = key === '' ? undefined : table.find(key)
    return found === undefined || look.isGone(table, found) ? undefined : found
  }
  return {
    field: inner.field,
    owner: inner.owner,
    text: slot => {
      const found = follow(slot)
      return found === undefined ? '' : inner.text(found)
    },
    number: slot => {
      const found = follow(slot)
      return found === undefined ? Number.NaN : inner.number(found)
    },
  }
}

function own(look: Look, def: ObjectDef, field: FieldDef): Getter {
  const table = look.world.table(def.name)
  const late = look.late(table)
  const text = (slot: number): string => {
    const state = late.size > 0 ? late.get(slot) : undefined
    return state ? table.valueIn(slot, field.id, state.changed, state.modifiedAt) : table.value(slot, field.id)
  }
  return { field, owner: def, text, number: numberOf(table, field.id, late, text) }
}

function numberOf(table: Table, field: string, late: ReadonlyMap<number, RowState>, text: (slot: number) => string) {
  if (field === table.def.id) return (slot: number) => table.id(slot)
  if (field === table.def.modified) return (slot: number) => late.get(slot)?.modifiedAt ?? table.modifiedAt(slot)
  if (field === table.def.created) return (slot: number) => table.createdAt(slot)
  return (slot: number) => {
    const value = text(slot)
    return value === '' ? Number.NaN : Number(value)
  }
}
