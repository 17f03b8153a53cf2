import { shown, stored } from '../entities/adapt.ts'
import { ENTITIES } from '../entities/catalogue.ts'
import { type EntityDef, fieldsIn, labelOf } from '../entities/definition.ts'
import type { Given } from '../rest/given.ts'
import { guidOf } from '../store/guid.ts'
import { isNode, type Row } from '../store/row.ts'
import { keyOf, type World } from '../world.ts'
import { applyGiven, isSame, type Problems } from './apply.ts'
import { complete } from './complete.ts'

/** A record that is there, or none. */
export interface Target {
  readonly slot: number
  readonly row: Row
}

export type Saved =
  | { readonly is: 'saved'; readonly row: Row; readonly didChange: boolean }
  | { readonly is: 'refused'; readonly row: Row; readonly problems: Problems }

export interface SaveWish {
  readonly world: World
  readonly entity: EntityDef
  readonly target: Target | undefined
  readonly given: Given
  /** A person's change may become visible late; what the API has answered is there. */
  readonly lateMs?: number
}

/** Sequences of entities whose keys are numbers; those that are not here have keys that people choose. */
const SEQUENCES: Readonly<
  Record<string, { readonly sequence: string; readonly field: string; readonly isInt?: boolean }>
> = {
  Customer: { sequence: 'Customer', field: 'CustomerID' },
  Vendor: { sequence: 'Vendor', field: 'VendorID' },
  Contact: { sequence: 'Contact', field: 'ContactID', isInt: true },
  SalesInvoice: { sequence: 'Invoice', field: 'ReferenceNbr' },
  Invoice: { sequence: 'Invoice', field: 'ReferenceNbr' },
  SalesOrder: { sequence: 'SalesOrder', field: 'OrderNbr' },
  Payment: { sequence: 'Payment', field: 'ReferenceNbr' },
}

/** Saves what was given over the record, or as a new one: all checks, then all or nothing. */
export function save(wish: SaveWish): Saved {
  const { world, entity, target, given } = wish
  const table = world.table(entity)
  const slot = target?.slot ?? table.size
  const stamp = world.stamp()
  // what somebody has saved and others do not see yet is changed further, never undone
  const latest = target && table.latest(target.slot)
  const before = latest ? shown(entity, latest) : newRow(guidOf(table.family, slot), stamp)
  const problems: Problems = new Map()
  const dropped = world.knobs().droppedFields
  const isNew = target === undefined
  const applied = applyGiven(entity, before, given, {
    problems,
    exists: (list, key) => existsIn(world, list, key),
    newId: world.newId,
    isNew,
    isDropped: name => dropped.includes(`${entity.name}.${name}`),
  })
  const values = { ...applied.values }
  complete({ world, entity, given, problems, isNew, slot, values })
  if (isNew) requireAll(entity, values, problems)
  const draft: Row = { ...before, note: applied.note ?? (isNew ? '' : null), custom: applied.custom, values }
  if (problems.size > 0) return { is: 'refused', row: draft, problems }
  if (!isNew && isSame(before, draft)) return { is: 'saved', row: before, didChange: false }
  // the number is drawn only for what is really saved
  if (isNew) numberKey(world, entity, values)
  const modifiedAt = isNew || touches(world, before, draft) ? stamp : before.modifiedAt
  const after: Row = { ...draft, values, modifiedAt }
  const kept = stored(entity, after)
  table.put(slot, keyOf(entity, after), kept, wish.lateMs)
  world.tell({ entity, ...(target ? { before } : {}), after })
  return { is: 'saved', row: shown(entity, kept), didChange: true }
}

/** Contacts and addresses are rows of their own: whether they touch the record is a matter of the build (unconfirmed, fact sheet 4.1). */
function touches(world: World, before: Row, after: Row): boolean {
  if (world.knobs().linkedEditsTouch) return true
  const own = (row: Row) =>
    Object.entries(row.values)
      .filter(([, it]) => !isNode(it) && it !== undefined)
      .sort()
  return before.note !== after.note || JSON.stringify(own(before)) !== JSON.stringify(own(after))
}

const newRow = (id: string, at: number): Row => ({
  id,
  note: null,
  custom: {},
  values: {},
  createdAt: at,
  modifiedAt: at,
})

function requireAll(entity: EntityDef, values: Row['values'], problems: Problems): void {
  for (const [name, field] of fieldsIn(entity, Number.POSITIVE_INFINITY)) {
    const isNumbered = SEQUENCES[entity.name]?.field === name
    if (field.is === 'value' && field.required && values[name] === undefined && !isNumbered)
      problems.set(name, `'${labelOf(name)}' cannot be empty.`)
  }
}

/** A sequence replaces the key that was sent (fact sheet 6.1); customers may be numbered by hand. */
function numberKey(world: World, entity: EntityDef, values: Record<string, Row['values'][string]>): void {
  const rule = SEQUENCES[entity.name]
  if (!rule) return
  const isManual = entity.name === 'Customer' && world.knobs().customerNumbering === 'manual'
  if (isManual && values[rule.field] !== undefined) return
  const number = world.nextNumber(rule.sequence)
  values[rule.field] = rule.isInt ? Number(number) : number
}

function existsIn(world: World, list: string, key: string): boolean {
  const names = list === 'Item' ? ['StockItem', 'NonStockItem'] : [list]
  return ENTITIES.some(it => names.includes(it.name) && world.table(it).slotOfKey(key) !== undefined)
}
