import type { ObjectDef } from '../objects/definition.ts'
import { createLook } from '../store/look.ts'
import type { Table } from '../store/table.ts'
import { badRequest, refuseFunction } from '../wire/errors.ts'
import { allPaths, nest, printIso } from '../wire/render.ts'
import { textIn, type XmlNode } from '../wire/xml.ts'
import { allowedObject, isDenied, visibility } from './access.ts'
import type { Call, FunctionAnswer, GatewayFunction } from './call.ts'

const PARTS = ['object', 'keys', 'fields', 'returnFormat', 'docparid']
const MAX_KEYS = 100

/** By RECORDNO, or `id` of custom objects (fact sheet 5.3). */
export const read: GatewayFunction = {
  object: node => textIn(node, 'object') ?? '',
  cost: () => 1,
  run: (call, node) =>
    readKeys(call, node, 'READ', (table, key) => (/^\d+$/.test(key) ? table.findId(Number(key)) : undefined)),
}

/** By natural key. */
export const readByName: GatewayFunction = {
  object: node => textIn(node, 'object') ?? '',
  cost: () => 1,
  run: (call, node) => readKeys(call, node, 'READ_BY_NAME', (table, key) => table.find(key)),
}

function readKeys(
  call: Call,
  node: XmlNode,
  operation: string,
  find: (table: Table, key: string) => number | undefined,
): FunctionAnswer {
  const { world } = call
  for (const { name } of node.children)
    if (!PARTS.includes(name)) throw badRequest(`The element ${name} is not expected in ${node.name}.`)
  const def = allowedObject(call, textIn(node, 'object') ?? '', operation)
  const keys = (textIn(node, 'keys') ?? '')
    .split(',')
    .map(it => it.trim())
    .filter(it => it !== '')
  if (keys.length === 0 || keys.length > MAX_KEYS)
    throw badRequest(`keys takes 1 to ${MAX_KEYS} keys, not ${keys.length}.`)
  const look = createLook(world, false)
  const table = world.table(def.name)
  const getters = pathsOf(call, def, textIn(node, 'fields') ?? '*').map(path => ({
    path,
    getter: look.getter(def, path),
  }))
  const isVisible = visibility(call, look, def, false)
  // a key that does not exist: no row rather than an error
  const slots = keys.map(key => find(table, key)).filter(it => it !== undefined && isVisible(it))
  const rows = slots.map(slot => nest(getters.map(({ path, getter }) => [path, printIso(getter, slot ?? 0)])))
  const xml = rows.map(it => `<${def.name}>${it}</${def.name}>`).join('')
  return { xml: `<data listtype="${def.name}" count="${rows.length}">${xml}</data>` }
}

function pathsOf({ world }: Call, def: ObjectDef, list: string): string[] {
  const known = allPaths(def, world.catalogue)
  if (list === '*') return known.filter(it => !isDenied(world, def, it))
  const paths = list.split(',').map(it => it.trim())
  if (paths.some(it => !known.includes(it) || isDenied(world, def, it)))
    throw refuseFunction({ errorno: `Invalid fields list ${list}`, description2: `Invalid fields list ${list}` })
  return paths
}
