import { ATTRIBUTES, LISTS } from '../entities/catalogue.ts'
import { type LinkedField, type ListField, labelOf, type ValueField, type ViewDef } from '../entities/definition.ts'
import type { Given } from '../rest/given.ts'
import { isNode, isNodes, type Node, type Scalar, scalarOf, type Value } from '../store/row.ts'

/** What is wrong, by place: `CustomerClass`, `MainContact/Address/Country`, `Details/0/InventoryID`; '' is the record. */
export type Problems = Map<string, string>

export interface ApplyParts {
  readonly problems: Problems
  /** Is there a record that this text names? */
  exists(list: string, key: string): boolean
  newId(): string
  /** May a key be set? Only while the record is new. */
  readonly isNew: boolean
  /** Of `Entity.Field`: what a write loses without a word. */
  isDropped(field: string): boolean
}

/** A node with what was given laid over it; the same node when nothing differs. */
export function applyGiven(view: ViewDef, before: Node, given: Given, parts: ApplyParts, place = ''): Node {
  const values: Record<string, Value | undefined> = { ...before.values }
  for (const [name, value] of given.values) {
    const field = view.fields[name]
    if (field?.is !== 'value' || (place === '' && parts.isDropped(name))) continue
    if (field.key && place === '' && !parts.isNew) continue
    values[name] = checked(field, value, { name, at: place + name, parts })
  }
  for (const [name, inner] of given.linked) {
    const field = view.fields[name]
    if (field?.is !== 'linked') continue
    const start = isNode(values[name]) ? values[name] : startOf(field, values, parts)
    values[name] = applyGiven(field.of, start, inner, parts, `${place}${name}/`)
  }
  for (const [name, rows] of given.lists) {
    const field = view.fields[name]
    if (field?.is !== 'list') continue
    const held = values[name]
    values[name] = applyRows(field, isNodes(held) ? held : [], rows, parts, `${place}${name}/`)
  }
  const custom = { ...before.custom, ...Object.fromEntries(given.custom) }
  const after: Node = { ...before, note: given.note ?? before.note, values, custom }
  return isSame(before, after) ? before : after
}

const emptyNode = (parts: ApplyParts): Node => ({ id: parts.newId(), note: null, values: {}, custom: {} })

/** A part that followed the main contact starts as a copy of it. */
function startOf(field: LinkedField, values: Readonly<Record<string, Value | undefined>>, parts: ApplyParts): Node {
  const main = field.override === undefined ? undefined : values['MainContact']
  return isNode(main) ? { ...main, id: parts.newId() } : emptyNode(parts)
}

interface At {
  readonly name: string
  readonly at: string
  readonly parts: ApplyParts
}

function checked(field: ValueField, value: Scalar | null, { name, at, parts }: At): Scalar | undefined {
  if (value === null || value === '') {
    if (field.required) parts.problems.set(at, `'${labelOf(name)}' cannot be empty.`)
    return undefined
  }
  if (typeof value !== 'string') return value
  const label = labelOf(name)
  if (value.length > field.maxLength) {
    parts.problems.set(at, `The string value provided exceeds the field '${label}' length.`)
    return value
  }
  if (field.values && !field.values.includes(value))
    parts.problems.set(at, `The list value '${value}' is not allowed for the field ${label}.`)
  if (field.list && !isListed(field.list, value, parts))
    parts.problems.set(at, `'${label}' cannot be found in the system.`)
  return field.key && !field.values ? value.toUpperCase() : value
}

function isListed(list: string, value: string, parts: ApplyParts): boolean {
  const known = LISTS[list]
  return known ? known.includes(value) : parts.exists(list, value.toUpperCase())
}

/** With an id (or row keys) a row is changed, without it is added, with `delete` it goes (fact sheet 6.1). */
function applyRows(
  field: ListField,
  before: readonly Node[],
  given: readonly Given[],
  parts: ApplyParts,
  place: string,
): readonly Node[] {
  let rows = before
  for (const [index, one] of given.entries()) {
    const at = `${place}${index}/`
    const held = rows.find(it => isRow(field, it, one))
    if (one.isDeleted) rows = rows.filter(it => it !== held)
    else if (held) {
      const after = applyGiven(field.of, held, one, parts, at)
      if (after !== held) rows = rows.map(it => (it === held ? after : it))
    } else rows = [...rows, applyGiven(field.of, emptyNode(parts), one, parts, at)]
    checkAttribute(field, one, parts, at)
  }
  return rows
}

function isRow(field: ListField, row: Node, given: Given): boolean {
  if (given.id !== undefined) return row.id === given.id.toLowerCase()
  return field.rowKeys.length > 0 && field.rowKeys.every(it => scalarOf(row.values[it]) === given.values.get(it))
}

function checkAttribute(field: ListField, given: Given, { problems }: ApplyParts, at: string): void {
  const id = given.values.get('AttributeID')
  if (field.of.name === 'AttributeValue' && typeof id === 'string' && !ATTRIBUTES.includes(id))
    problems.set(`${at}AttributeID`, "'Attribute' cannot be found in the system.")
}

export function isSame(a: Node, b: Node): boolean {
  return a === b || JSON.stringify([a.note, ordered(a)]) === JSON.stringify([b.note, ordered(b)])
}

function ordered(node: Node): readonly (readonly [string, Value | string])[] {
  const held = [...Object.entries(node.values), ...Object.entries(node.custom)]
  return held
    .flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
    .sort((x, y) => (x[0] < y[0] ? -1 : 1))
}
