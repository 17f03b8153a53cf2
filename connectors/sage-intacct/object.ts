/** An Intacct object as readers and writers know it, and the selection of its fields. */
import type { Field, Fields } from '../../engine/sdk/index.ts'

export interface IntacctObject {
  /** As Intacct names it, upper case: `VENDOR`. */
  readonly name: string
  readonly title: string
  /** Field of the natural key. */
  readonly key: string
  readonly fields: Fields
  /** The audit history names its deleted records by record number, not by natural key: only a sweep tells which ones are gone. */
  readonly isDeletedByNumber?: boolean
}

/** Every read brings these: the position in a walk is made of them. */
export const POSITION_FIELDS = ['RECORDNO', 'WHENMODIFIED', 'WHENCREATED'] as const

// asked for each row of each page
const known = new WeakMap<Fields, ReadonlyMap<string, Field>>()

/** Dotted paths of all declared fields that hold a value. */
export function leavesOf(fields: Fields): ReadonlyMap<string, Field> {
  const held = known.get(fields)
  if (held) return held
  const leaves = new Map<string, Field>()
  for (const [name, field] of Object.entries(fields)) {
    if (!field.fields) leaves.set(name, field)
    else for (const [inner, it] of leavesOf(field.fields)) leaves.set(`${name}.${inner}`, it)
  }
  known.set(fields, leaves)
  return leaves
}

/** What `select` of a query names for these paths: a declared group (`DISPLAYCONTACT`) means all of its fields; anything unknown goes as it is, and Intacct says so. */
export function selectFields(object: IntacctObject, wanted: readonly string[] | 'all'): string[] {
  const leaves = [...leavesOf(object.fields).keys()]
  const expand = (path: string) => {
    const inside = leaves.filter(leaf => leaf.startsWith(`${path}.`))
    return inside.length > 0 ? inside : [path]
  }
  const paths = wanted === 'all' ? leaves : wanted.flatMap(expand)
  return [...new Set([object.key, ...POSITION_FIELDS, ...paths])]
}
