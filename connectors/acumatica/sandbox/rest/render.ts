import type { EntityDef, FieldDef, LinkedField, ValueField, ViewDef } from '../entities/definition.ts'
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
  const known = new Map<ViewDef, readonly (readonly [string, FieldDef])[]>()
  const zone = world.knobs().timestampsIn
  const ink: Ink = {
    entity,
    base,
    customs: wanted.customs,
    keepsHead: !wanted.isNarrow || world.knobs().narrowSelect === 'keeps',
    offsetAt: at => world.offset(zone, at),
    fieldsOf: view => {
      const found = known.get(view) ?? fieldsIn(view, version)
      known.set(view, found)
      return found
    },
  }
  return {
    record: (row, rowNumber) => {
      const inner = printNode(ink, { row, node: row, view: entity, shape: wanted.shape, rowNumber })
      const files = wanted.files ? `,"files":${printFiles(parts.files(row), base)}` : ''
      const links = JSON.stringify({
        self: `${base}/${entity.name}/${row.id}`,
        'files:put': `${base}/files/${entity.graph}/${entity.view}/${row.id}/{filename}`,
      })
      return `{${inner}${files},"_links":${links}}`
    },
  }
}

/** What printing needs to know for one answer. */
interface Ink {
  readonly entity: EntityDef
  readonly base: string
  readonly customs: readonly string[]
  readonly keepsHead: boolean
  offsetAt(at: number): number
  fieldsOf(view: ViewDef): readonly (readonly [string, FieldDef])[]
}

interface Spot {
  readonly row: Row
  readonly node: Node
  readonly view: ViewDef
  readonly shape: Shape
  readonly rowNumber: number
}

/** The members of an object, without its braces. */
function printNode(ink: Ink, spot: Spot): string {
  const { row, node, shape } = spot
  const out = [`"id":"${node.id}"`]
  if (ink.keepsHead) out.push(`"rowNumber":${spot.rowNumber}`, `"note":${printNote(node.note)}`)
  for (const [name, field] of ink.fieldsOf(spot.view)) {
    if (field.is === 'value') {
      if (shape.fields && !shape.fields.has(name)) continue
      out.push(`"${name}":${printValue(heldIn(row, node, name, field), field, ink.offsetAt)}`)
      continue
    }
    const inner = shape.parts.get(name)
    if (!inner) continue
    const below = { ...spot, shape: inner, view: field.of }
    out.push(
      field.is === 'linked'
        ? `"${name}":{${printNode(ink, { ...below, node: linkedNode(node, name, field), rowNumber: 1 })}}`
        : `"${name}":[${printLines(ink, below, name)}]`,
    )
  }
  if (ink.keepsHead) out.push(`"custom":${node === row ? printCustom(node, ink.customs) : '{}'}`)
  return out.join(',')
}

function printLines(ink: Ink, spot: Spot, name: string): string {
  const held = spot.node.values[name]
  const printed = (isNodes(held) ? held : []).map((node, at) => {
    const links = { 'files:put': `${ink.base}/files/${ink.entity.graph}/${name}/${node.id}/{filename}` }
    return `{${printNode(ink, { ...spot, node, rowNumber: at + 1 })},"_links":${JSON.stringify(links)}}`
  })
  return printed.join(',')
}

const printFiles = (files: readonly StoredFile[], base: string) =>
  JSON.stringify(files.map(({ id, filename, comment }) => ({ id, filename, href: `${base}/files/${id}`, comment })))

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
