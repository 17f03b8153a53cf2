import { API_USER_RECORDNO } from '../data/master.ts'
import type { ObjectDef } from '../objects/definition.ts'
import { type Author, couldNot, createRecord, type Fields, removeRecord, updateRecord } from '../store/records.ts'
import type { World } from '../store/world.ts'
import { badRequest, type ErrorEntry, Refusal, refuseFunction } from '../wire/errors.ts'
import { element, textIn, type XmlNode } from '../wire/xml.ts'
import { allowedObject } from './access.ts'
import type { Call, FunctionAnswer, GatewayFunction } from './call.ts'
import { readFields } from './values.ts'

const MAX_RECORDS = 100
const AUTHOR: Author = { user: API_USER_RECORDNO, source: 'XML' }

/** Generic `create`: up to 100 records, mixed (fact sheet 7). */
export const create: GatewayFunction = {
  object: node => node.children[0]?.name ?? '',
  cost: node => node.children.length,
  run: (call, node) => writeEach(call, node, createOne),
}

/** Generic `update`: left-out fields stay, an empty element clears. */
export const update: GatewayFunction = {
  object: node => node.children[0]?.name ?? '',
  cost: node => node.children.length,
  run: (call, node) => writeEach(call, node, updateOne),
}

/** Generic `delete` by RECORDNO; the answer has only a status. */
export const deleteRecords: GatewayFunction = {
  object: node => textIn(node, 'object') ?? '',
  cost: node => keysOf(node).length,
  run: (call, node) => {
    const { world } = call
    const def = allowedObject(call, textIn(node, 'object') ?? '', 'DELETE')
    const keys = keysOf(node)
    if (keys.length === 0 || keys.length > MAX_RECORDS) throw badRequest(`delete takes 1 to ${MAX_RECORDS} keys.`)
    for (const key of keys) {
      const slot = /^\d+$/.test(key) ? world.table(def.name).findId(Number(key)) : undefined
      if (slot === undefined) throw refuseFunction(noSuch(def, key), couldNot('delete', def))
      checkLevel(call, def, slot, 'delete')
      removeRecord(world, def, slot, AUTHOR)
    }
    return { xml: '' }
  },
}

const keysOf = (node: XmlNode): string[] =>
  (textIn(node, 'keys') ?? '')
    .split(',')
    .map(it => it.trim())
    .filter(it => it !== '')

const noSuch = (def: ObjectDef, key: string): ErrorEntry => ({
  errorno: 'BL01001973',
  description2: `There is no ${def.label} with the key '${key}'.`,
})

type WriteOne = (call: Call, def: ObjectDef, node: XmlNode) => number

function writeEach(call: Call, node: XmlNode, writeOne: WriteOne): FunctionAnswer {
  const { world } = call
  if (node.children.length === 0 || node.children.length > MAX_RECORDS)
    throw badRequest(`${node.name} takes 1 to ${MAX_RECORDS} records, not ${node.children.length}.`)
  const keysDone: string[] = []
  for (const item of node.children) {
    try {
      const def = allowedObject(call, item.name, node.name.toUpperCase())
      const slot = world.journal.atomically(() => writeOne(call, def, item))
      keysDone.push(keyElement(world, def, slot))
    } catch (thrown) {
      // whether records before the bad one stay is not documented (fact sheet 7): a knob
      if (thrown instanceof Refusal && world.knobs().failedBatch === 'kept')
        return { xml: objectsXml(keysDone), failure: thrown.entries }
      throw thrown
    }
  }
  return { xml: objectsXml(keysDone) }
}

const objectsXml = (keys: readonly string[]): string =>
  keys.length === 0
    ? '<data listtype="objects" count="0"/>'
    : `<data listtype="objects" count="${keys.length}">${keys.join('')}</data>`

function keyElement(world: World, def: ObjectDef, slot: number): string {
  const table = world.table(def.name)
  const name = def.isCustom ? def.name : def.name.toLowerCase()
  const natural = def.key === def.id ? '' : element(def.key, table.value(slot, def.key))
  return `<${name}>${element(def.id, String(table.id(slot)))}${natural}</${name}>`
}

function createOne(call: Call, def: ObjectDef, node: XmlNode): number {
  const { world, locationId } = call
  const fields = readFields(world, def, node)
  for (const { id, isRequired } of def.fields.values())
    if (isRequired && !fields[id])
      throw refuseFunction({ errorno: 'BL01001973', description2: `${id} is required.` }, couldNot('create', def))
  if (def.contactLetter !== undefined && !fields['DISPLAYCONTACT.PRINTAS'])
    throw refuseFunction(
      { errorno: 'BL01001973', description2: 'DISPLAYCONTACT.PRINTAS is required.' },
      couldNot('create', def),
    )
  checkReferences(world, def, fields, 'create')
  const owned = def.fields.has('MEGAENTITYID') ? { MEGAENTITYID: locationId } : {}
  return createRecord(world, def, { ...fields, ...owned }, AUTHOR)
}

function updateOne(call: Call, def: ObjectDef, node: XmlNode): number {
  const { world } = call
  const table = world.table(def.name)
  const { [def.id]: id, ...fields } = readFields(world, def, node)
  const key = fields[def.key]
  const slot = id ? table.findId(Number(id)) : table.find(key ?? '')
  if (slot === undefined) throw refuseFunction(noSuch(def, id ?? key ?? ''), couldNot('update', def))
  if (key !== undefined && table.value(slot, def.key) !== key)
    throw refuseFunction(
      { errorno: 'BL01001973', description2: `${def.key} cannot be changed.` },
      couldNot('update', def),
    )
  checkLevel(call, def, slot, 'update')
  checkReferences(world, def, fields, 'update', table.value(slot, def.key))
  return updateRecord(world, def, slot, fields, AUTHOR)
}

/** A record is changed from the level that owns it (fact sheet 5.6; the exact error is unconfirmed). */
function checkLevel({ world, locationId }: Call, def: ObjectDef, slot: number, verb: string): void {
  if (!def.fields.has('MEGAENTITYID')) return
  const owner = world.table(def.name).value(slot, 'MEGAENTITYID')
  if (owner === locationId) return
  const level = owner === '' ? 'the top level' : `entity ${owner}`
  throw refuseFunction(
    { errorno: 'BL01001973', description2: `This record is owned by ${level} and can be changed only there.` },
    couldNot(verb, def),
  )
}

function checkReferences(world: World, def: ObjectDef, fields: Fields, verb: string, self = fields[def.key]): void {
  for (const { by, object, path, isHierarchy } of def.relations.values()) {
    const value = fields[by]
    // a display contact that is named on create is made, not looked up
    if (!value || (verb === 'create' && def.embedded.includes(path))) continue
    if (world.table(object).find(value) === undefined || (isHierarchy && value === self))
      throw refuseFunction(
        { errorno: 'BL01001973', description2: `Invalid ${by} '${value}' specified.` },
        couldNot(verb, def),
      )
  }
  const document = fields['SUPDOCID']
  if (document && !world.documents.documents.has(document))
    throw refuseFunction(
      { errorno: 'BL01001973', description2: `Invalid SUPDOCID '${document}' specified.` },
      couldNot(verb, def),
    )
}
