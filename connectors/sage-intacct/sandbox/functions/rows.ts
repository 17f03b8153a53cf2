import type { CompiledFilter } from '../filter/filter.ts'
import type { ObjectDef } from '../objects/definition.ts'
import type { Getter, Look } from '../store/look.ts'
import type { Table } from '../store/table.ts'

export interface Order {
  readonly path: string
  readonly isDescending: boolean
}

export interface RowRequest {
  readonly def: ObjectDef
  readonly filter: CompiledFilter
  readonly isVisible: (slot: number) => boolean
  readonly orders: readonly Order[]
  readonly offset: number
  readonly size: number
}

export interface FoundRows {
  /** Slots of the page. */
  readonly slots: readonly number[]
  readonly total: number
}

interface Candidates {
  readonly from: number
  readonly to: number
  slot(place: number): number
}

/** One page of the rows that match, and how many match in all. An index gives order and bounds where it can; the filter always has the last word. */
export function findRows(look: Look, request: RowRequest): FoundRows {
  const table = look.world.table(request.def.name)
  const order = indexOf(request, table, look)
  const candidates = order.is === 'modified' ? byModified(table, request) : byId(table, request)
  if (order.isWhole) return walk(candidates, request, order.isDescending)
  const slots: number[] = []
  for (let place = candidates.from; place < candidates.to; place++) {
    const slot = candidates.slot(place)
    if (request.isVisible(slot) && request.filter.matches(slot)) slots.push(slot)
  }
  sortRows(look, request.def, slots, request.orders)
  return { slots: slots.slice(request.offset, request.offset + request.size), total: slots.length }
}

interface IndexChoice {
  readonly is: 'id' | 'modified'
  /** The index alone gives the order that was asked for. */
  readonly isWhole: boolean
  readonly isDescending: boolean
}

function indexOf({ orders, def, filter }: RowRequest, table: Table, look: Look): IndexChoice {
  const isLate = look.late(table).size > 0
  const isDescending = orders[0]?.isDescending === true
  const paths = orders.every(it => it.isDescending === isDescending) ? orders.map(it => it.path).join() : ''
  if (paths === def.id) return { is: 'id', isWhole: true, isDescending }
  const range = filter.range(def.modified)
  const isBounded = Number.isFinite(range.from) || Number.isFinite(range.to)
  if (isLate) return { is: 'id', isWhole: false, isDescending }
  if (paths === `${def.modified},${def.id}`) return { is: 'modified', isWhole: true, isDescending }
  return { is: isBounded ? 'modified' : 'id', isWhole: false, isDescending }
}

function byId(table: Table, { def, filter }: RowRequest): Candidates {
  const range = filter.range(def.id)
  return { from: table.firstFromId(range.from), to: table.firstFromId(Math.floor(range.to) + 1), slot: place => place }
}

function byModified(table: Table, { def, filter }: RowRequest): Candidates {
  const range = filter.range(def.modified)
  return {
    from: table.firstFromModified(range.from),
    to: table.firstFromModified(range.to + 1),
    slot: place => table.byModified[place] ?? 0,
  }
}

function walk(candidates: Candidates, request: RowRequest, isDescending: boolean): FoundRows {
  const { isVisible, filter, offset, size } = request
  const slots: number[] = []
  let total = 0
  const count = candidates.to - candidates.from
  for (let step = 0; step < count; step++) {
    const slot = candidates.slot(isDescending ? candidates.to - 1 - step : candidates.from + step)
    if (!isVisible(slot) || !filter.matches(slot)) continue
    if (total >= offset && slots.length < size) slots.push(slot)
    total += 1
  }
  return { slots, total }
}

/** In place. Rows that the order does not tell apart come in another order each time (fact sheet 5.1). */
export function sortRows(look: Look, def: ObjectDef, slots: number[], orders: readonly Order[]): void {
  for (let last = slots.length - 1; last > 0; last--) {
    const other = Math.floor(look.world.random() * (last + 1))
    const kept = slots[last] ?? 0
    slots[last] = slots[other] ?? 0
    slots[other] = kept
  }
  const keys = orders.map(it => ({ ...it, getter: look.getter(def, it.path) }))
  if (keys.length === 0) return
  slots.sort((a, b) => {
    for (const { getter, isDescending } of keys) {
      const by = compare(getter, a, b)
      if (by !== 0) return isDescending ? -by : by
    }
    return 0
  })
}

/** Nulls are greatest: last when ascending. */
function compare(getter: Getter, a: number, b: number): number {
  const [left, right] = [getter.text(a), getter.text(b)]
  if (left === right) return 0
  if (left === '') return 1
  if (right === '') return -1
  const isText = ['TEXT', 'ENUM', 'BOOLEAN', 'DATE'].includes(getter.field.type)
  return isText ? (left < right ? -1 : 1) : Number(left) - Number(right)
}
