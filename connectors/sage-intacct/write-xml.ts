/** A record as the content of a generic function. Element order is free there (sheet 7). */
import {
  EngineError,
  escapeXml,
  type Json,
  type JsonObject,
  type Operation,
  type WriteRecord,
} from '../../engine/sdk/index.ts'
import type { IntacctObject } from './object.ts'
import { element, textElement } from './xml.ts'

/** The function's XML, or why this record cannot be sent at all. */
export function toFunctionXml(object: IntacctObject, operation: Operation, record: WriteRecord): string | EngineError {
  const { sinkKey } = record
  if (sinkKey !== undefined && !/^\d+$/.test(sinkKey))
    return unaddressed(object, `"${sinkKey.slice(0, 40)}" is not a record number`)
  if (operation === 'upsert') return unaddressed(object, 'Sage Intacct has no upsert')
  if (operation === 'delete')
    return sinkKey === undefined
      ? unaddressed(object, 'a delete needs the record number')
      : element('delete', textElement('object', object.name) + textElement('keys', sinkKey))
  const hasKey = typeof record.fields[object.key] === 'string'
  if (operation === 'update' && sinkKey === undefined && !hasKey)
    return unaddressed(object, `neither the record number nor ${object.key} is known`)
  const address = operation === 'update' && sinkKey !== undefined ? textElement('RECORDNO', sinkKey) : ''
  try {
    return element(operation, element(object.name, address + fieldsXml(nested(record.fields))))
  } catch (thrown) {
    if (thrown instanceof EngineError) return thrown
    throw thrown
  }
}

function unaddressed(object: IntacctObject, why: string): EngineError {
  return new EngineError({
    kind: 'record',
    code: 'INTACCT_NOT_ADDRESSED',
    message: `${object.name} cannot be written: ${why}`,
    remedy: `Match on ${object.key}, or let the engine look the record up first.`,
  })
}

/** `{ 'DISPLAYCONTACT.EMAIL1': … }` is the same as `{ DISPLAYCONTACT: { EMAIL1: … } }`. */
function nested(fields: JsonObject): JsonObject {
  const tree: Record<string, Json> = {}
  for (const [name, value] of Object.entries(fields)) {
    const dot = name.indexOf('.')
    const first = dot < 0 ? name : name.slice(0, dot)
    const inner: Json = dot < 0 ? value : nested({ [name.slice(dot + 1)]: value })
    tree[first] = merged(tree[first], inner)
  }
  return tree
}

function merged(held: Json | undefined, added: Json): Json {
  if (!isObject(held) || !isObject(added)) return added
  const tree: Record<string, Json> = { ...held }
  for (const [name, value] of Object.entries(added)) tree[name] = merged(tree[name], value)
  return tree
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fieldsXml(fields: JsonObject): string {
  return Object.entries(fields)
    .map(([name, value]) => fieldXml(name, value))
    .join('')
}

/** `null` clears: an empty element. Several strings are a multi-select, joined the way Intacct prints it. */
function fieldXml(name: string, value: Json): string {
  if (value === null) return element(name, '')
  if (Array.isArray(value)) return listXml(name, value)
  return isObject(value) ? element(name, fieldsXml(value)) : element(name, escapeXml(String(value)))
}

function listXml(name: string, values: readonly Json[]): string {
  if (values.every(value => !isObject(value))) return textElement(name, values.map(String).join('#~#'))
  return values.map(value => fieldXml(name, value)).join('')
}
