import type { EntityDef, FieldDef, LinkedField, ListField, ValueField, ViewDef } from '../entities/definition.ts'
import { fieldsIn } from '../entities/definition.ts'
import { isNode, isNodes, type Node, type Row, type Scalar, scalarOf } from '../store/row.ts'
import { printStamp, printUsText } from '../times.ts'
import { INSTANCE_PATH, type World } from '../world.ts'
import type { Shape, Wanted } from './shape.ts'

/** Prints records as the API does; one per answer. */
export interface Printer {
  record(row: Row, rowNumber: number): string
}

export interface PrinterParts {
  readonly world: World
  readonly entity: EntityDef
  /** `24.200.001`. */
  readonly versionText: string
  readonly version: number
  readonly wanted: Wanted
  /** Files by id of the record. */
  files(row: Row): readonly StoredFile[]
}

export interface StoredFile {
  readonly id: string
  readonly filename: string
  readonly comment: string
  readonly body: Buffer
}

export function createPrinter(parts: PrinterParts): Printer {
  const { world, entity, version, wanted } = parts
  const base = `${INSTANCE_PATH}/entity/Default/${parts.versionText}`
  const fields = new Map<ViewDef, readonly (readonly [string, FieldDef])[]>()
  const fieldsOf = (view: ViewDef) => {
    const found = fields.get(view) ?? fieldsIn(view, version)
    fields.set(view, found)
    return found
  }
  const keepsHead = !wanted.isNarrow || world.knobs().narrowSelect === 'keeps'
  const zone = world.knobs().timestampsIn
  const value = (row: Row, node: Node, name: string, field: ValueField): string =>
    printValue(heldIn(row, node, name, field), field, at => world.offset(zone, at))

  const node = (row: Row, it: Node, view: ViewDef, shape: Shape, rowNumber: number): string[] => {
    const out = [`"id":"${it.id}"`]
    if (keepsHead) out.push(`"rowNumber":${rowNumber}`, `"note":${printNote(it.note)}`)
    for (const [name, field] of fieldsOf(view)) {
      if (field.is === 'value') {
        if (!shape.fields || shape.fields.has(name)) out.push(`"${name}":${value(row, it, name, field)}`)
        continue
      }
      const inner = shape.parts.get(name)
      if (inner)
        out.push(
          `"${name}":${field.is === 'linked' ? part(row, it, name, field, inner) : lines(row, it, name, field, inner)}`,
        )
    }
    if (keepsHead) out.push(`"custom":${it === row ? printCustom(it, wanted.customs) : '{}'}`)
    return out
  }
  const part = (row: Row, owner: Node, name: string, field: LinkedField, shape: Shape): string =>
    `{${node(row, linkedNode(owner, name, field), field.of, shape, 1).join(',')}}`
  const lines = (row: Row, owner: Node, name: string, field: ListField, shape: Shape): string => {
    const held = owner.values[name]
    const printed = (isNodes(held) ? held : []).map((it, at) => {
      const put = JSON.stringify({ 'files:put': `${base}/files/${entity.graph}/${name}/${it.id}/{filename}` })
      return `{${node(row, it, field.of, shape, at + 1).join(',')},"_links":${put}}`
    })
    return `[${printed.join(',')}]`
  }
  const links = (row: Row) =>
    JSON.stringify({
      self: `${base}/${entity.name}/${row.id}`,
      'files:put': `${base}/files/${entity.graph}/${entity.view}/${row.id}/{filename}`,
    })
  const printFiles = (row: Row): string => {
    if (!wanted.files) return ''
    const files = parts
      .files(row)
      .map(({ id, filename, comment }) => ({ id, filename, href: `${base}/files/${id}`, comment }))
    return `,"files":${JSON.stringify(files)}`
  }
  return {
    record: (row, rowNumber) =>
      `{${node(row, row, entity, wanted.shape, rowNumber).join(',')}${printFiles(row)},"_links":${links(row)}}`,
  }
}

/** A part that follows the main contact until it is overridden; one that was never filled has empty fields. */
function linkedNode(owner: Node, name: string, { override }: LinkedField): Node {
  const held = owner.values[override !== undefined && owner.values[override] !== true ? 'MainContact' : name]
  return isNode(held) ? held : { id: owner.id, note: null, values: {}, custom: {} }
}

const printNote = (note: string | null) => (note === null ? 'null' : JSON.stringify({ value: note }))

function printCustom(node: Node, customs: readonly string[]): string {
  const views: Record<string, Record<string, { type: string; value?: string }>> = {}
  for (const name of customs) {
    const [view = '', field = ''] = name.split('.')
    const held = node.custom[name]
    views[view] = {
      ...views[view],
      [field]: { type: 'CustomStringField', ...(held === undefined ? {} : { value: held }) },
    }
  }
  return JSON.stringify(views)
}

/** What a field of a node holds; times and ids of the row itself included. */
export function heldIn(row: Row, node: Node, name: string, field: ValueField): Scalar | undefined {
  switch (field.system) {
    case 'modified':
      return row.modifiedAt
    case 'created':
      return row.createdAt
    case 'modifiedText':
      return printUsText(row.modifiedAt)
    case 'id':
      return row.id
    default:
      return scalarOf(node.values[name])
  }
}

/** `{"value":7000.0000}`; an empty field is an empty object (fact sheet 3). */
export function printValue(held: Scalar | undefined, field: ValueField, offsetAt: (at: number) => number): string {
  if (held === undefined || held === '') return '{}'
  return `{"value":${printScalar(held, field, offsetAt)}}`
}

function printScalar(held: Scalar, field: ValueField, offsetAt: (at: number) => number): string {
  if (field.type === 'decimal') return Number(held).toFixed(field.scale)
  if (field.type === 'date') return JSON.stringify(printStamp(Number(held)))
  if (field.type === 'datetime') return JSON.stringify(printStamp(Number(held), offsetAt(Number(held))))
  return JSON.stringify(held)
}
