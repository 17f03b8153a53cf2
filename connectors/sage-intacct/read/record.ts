/** A row of a `query` answer as a record: flat dotted names become nested objects, empty elements are absent, text stays exactly as sent. */
import type { DataRecord, Field, FieldType, Json, JsonObject } from '../../../engine/sdk/index.ts'
import { parseDate, parseTimestamp, toIso, type UserFormatting } from '../dates.ts'
import { contractError } from '../errors.ts'
import { type IntacctObject, leavesOf } from '../object.ts'
import { childText, type XmlElement } from '../xml.ts'

export interface Row {
  readonly record: DataRecord
  readonly recordNo: string
  /** UTC milliseconds; absent when Intacct left the field empty. */
  readonly modified: number | undefined
  readonly created: number | undefined
}

/** A mutable tree while it is built. */
interface Tree {
  [field: string]: Json | Tree
}

export function toRow(element: XmlElement, object: IntacctObject, format: UserFormatting): Row {
  const fields = toFields(element, object, format)
  const recordNo = childText(element, 'RECORDNO')
  const key = fields[object.key]
  if (!/^\d+$/.test(recordNo) || typeof key !== 'string')
    throw contractError('INTACCT_ROW_WRONG', `query ${object.name}`, `a row has no RECORDNO or no ${object.key}`)
  const modified = time(element, 'WHENMODIFIED', format)
  return {
    record: {
      key,
      change: 'upsert',
      ...(modified === undefined ? {} : { version: toIso(modified) }),
      fields,
    },
    recordNo,
    modified,
    created: time(element, 'WHENCREATED', format),
  }
}

function time(element: XmlElement, name: string, format: UserFormatting): number | undefined {
  const text = childText(element, name)
  return text === '' ? undefined : parseTimestamp(text, format)
}

export function toFields(element: XmlElement, object: IntacctObject, format: UserFormatting): JsonObject {
  const types = leavesOf(object.fields)
  const tree: Tree = {}
  place(tree, element, '', (text, path) => toValue(text, types.get(path), format))
  return tree as JsonObject
}

function place(tree: Tree, element: XmlElement, above: string, value: (text: string, path: string) => Json): void {
  for (const child of element.children) {
    const path = above + child.name
    if (child.children.length > 0) place(tree, child, `${path}.`, value)
    else if (child.text !== '') put(tree, path.split('.'), value(child.text, path))
  }
}

function put(tree: Tree, [first = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    // a value beside its own group (`PARENT` and `PARENT.NAME`): the group has both meanings' names, so it stays
    if (typeof tree[first] !== 'object') tree[first] = value
    return
  }
  const held = tree[first]
  const inner: Tree = isTree(held) ? held : {}
  tree[first] = inner
  put(inner, rest, value)
}

function isTree(value: Json | Tree | undefined): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// What the user's preferences change (dates, times) is made independent of them; numbers and ids stay as they were sent.
// Text of an unexpected form stays as it was sent, too: one odd value must not stop a walk.
const CONVERSIONS: Readonly<Partial<Record<FieldType, (text: string, format: UserFormatting) => Json>>> = {
  boolean: text => (text === 'true' ? true : text === 'false' ? false : text),
  date: (text, format) => parseDate(text, format) ?? text,
  datetime: (text, format) => toIso(parseTimestamp(text, format)),
}

function toValue(text: string, field: Field | undefined, format: UserFormatting): Json {
  const convert = field && CONVERSIONS[field.type]
  return convert ? convert(text, format) : text
}
