import type { ObjectDef } from '../objects/definition.ts'
import type { Look } from '../store/look.ts'
import { badRequest } from '../wire/errors.ts'
import { type Order, sortRows } from './rows.ts'
import type { Aggregate, Cell, Selected } from './selected.ts'

const FUNCTIONS: Readonly<Record<Aggregate, (values: readonly number[]) => number>> = {
  count: values => values.length,
  avg: values => sum(values) / values.length,
  min: values => values.reduce((a, b) => Math.min(a, b)),
  max: values => values.reduce((a, b) => Math.max(a, b)),
  sum,
}

/** Rows grouped by the plain fields of `select`, one result row a group. */
export function aggregate(
  look: Look,
  def: ObjectDef,
  slots: readonly number[],
  selected: readonly Selected[],
  orders: readonly Order[],
): Cell[][] {
  const plain = selected.filter(it => !it.aggregate)
  for (const { path } of orders)
    if (!plain.some(it => it.name === path))
      throw badRequest(`orderby ${path}: an aggregate query is ordered by its selected fields.`)
  const groups = new Map<string, number[]>()
  for (const slot of slots) {
    const key = plain.map(it => it.getter.text(slot)).join('\u0000')
    const group = groups.get(key)
    if (group) group.push(slot)
    else groups.set(key, [slot])
  }
  const byFirst = new Map([...groups.values()].map(group => [group[0] ?? 0, group]))
  const firsts = [...byFirst.keys()]
  sortRows(look, def, firsts, orders)
  return firsts.map(first =>
    selected.map(
      (it): Cell => [
        it.name,
        it.aggregate ? compute(it, it.aggregate, byFirst.get(first) ?? []) : it.getter.text(first),
      ],
    ),
  )
}

function compute(selected: Selected, kind: Aggregate, slots: readonly number[]): string {
  const { getter } = selected
  if (kind === 'count') return String(slots.filter(slot => getter.text(slot) !== '').length)
  const values = slots.map(getter.number).filter(it => !Number.isNaN(it))
  return values.length === 0 ? '' : String(Math.round(FUNCTIONS[kind](values) * 100) / 100)
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
