import type { ObjectDef } from '../objects/definition.ts'
import { type ErrorEntry, refuseFunction } from '../wire/errors.ts'
import type { Table } from './table.ts'
import type { World } from './world.ts'

/** Values by flat dotted name, as they are stored. */
export type Fields = Readonly<Record<string, string>>

/** Who changes a record, and how it is told in the audit history. */
export interface Author {
  /** Record number. */
  readonly user: string
  readonly source: string
}

const GENERIC = 'BL01001973'

export const couldNot = (verb: string, def: ObjectDef): ErrorEntry => ({
  errorno: GENERIC,
  description2: `Could not ${verb} ${def.label} record!`,
})

/** The new record's slot. With a display contact of its own where the object has one (fact sheet 4 and 7). */
export function createRecord(world: World, def: ObjectDef, fields: Fields, author: Author): number {
  const table = world.table(def.name)
  const key = fields[def.key]
  if (!def.isCustom) {
    if (!key)
      throw refuseFunction({ errorno: GENERIC, description2: `${def.key} is required.` }, couldNot('create', def))
    if (table.find(key) !== undefined) throw refuseFunction(alreadyExists(def, key), couldNot('create', def))
  }
  const own = ownFields(def, fields)
  const contact = createContact(world, def, fields, author)
  const slot = table.insert(
    {
      ...(def.fields.has('STATUS') ? { STATUS: 'active' } : {}),
      ...own,
      ...contact,
      ...(def.isCustom
        ? { createdBy: author.user, updatedBy: author.user }
        : { CREATEDBY: author.user, MODIFIEDBY: author.user }),
    },
    world.clock.now(),
    world.knobs().lateVisibleMs,
  )
  audit(world, table, slot, 'Create', author)
  return slot
}

/** Left-out fields stay; the same slot is answered. */
export function updateRecord(world: World, def: ObjectDef, slot: number, fields: Fields, author: Author): number {
  const table = world.table(def.name)
  const now = world.clock.now()
  const lag = world.knobs().lateVisibleMs
  for (const path of def.embedded) {
    const inner = embeddedFields(path, fields)
    const contacts = world.table(def.relations.get(path)?.object ?? '')
    const contact = contacts.find(table.value(slot, `${path}.CONTACTNAME`))
    if (contact === undefined || Object.keys(inner).length === 0) continue
    contacts.change(contact, { ...inner, MODIFIEDBY: author.user }, now, lag)
    audit(world, contacts, contact, 'Modify', author)
  }
  const by = def.isCustom ? { updatedBy: author.user } : { MODIFIEDBY: author.user }
  table.change(slot, { ...ownFields(def, fields), ...by }, now, lag)
  audit(world, table, slot, 'Modify', author)
  if (def.name === 'CONTACT' && world.knobs().contactTouchesOwner) touchOwners(world, table.value(slot, def.key))
  return slot
}

/** The display contact stays behind (fact sheet 9: re-creating collides with it). */
export function removeRecord(world: World, def: ObjectDef, slot: number, author: Author): void {
  const table = world.table(def.name)
  audit(world, table, slot, 'Delete', author)
  table.remove(slot, world.clock.now(), world.knobs().lateVisibleMs)
}

function alreadyExists(def: ObjectDef, key: string): ErrorEntry {
  if (def.name === 'GLACCOUNT')
    return { errorno: GENERIC, description2: `The account number ${key} is already in use.` }
  if (def.name === 'VENDOR')
    return {
      errorno: 'PL05000104',
      description2: `Another record with the value ${key} already exists.`,
      correction: 'Use a unique value instead.',
    }
  return duplicate(def.label, key)
}

const duplicate = (label: string, key: string): ErrorEntry => ({
  errorno: 'BL34000061',
  description2: `Another ${label} with the given value(s) ${key} already exists`,
  correction: 'Use a unique value instead.',
})

function createContact(world: World, def: ObjectDef, fields: Fields, author: Author): Fields {
  if (def.contactLetter === undefined) return {}
  const contacts = world.table('CONTACT')
  const name = fields['DISPLAYCONTACT.CONTACTNAME'] || `${fields['NAME']}(${def.contactLetter}${fields[def.key]})`
  if (contacts.find(name) !== undefined)
    throw refuseFunction(duplicate('Contact', name), couldNot('create', contacts.def), couldNot('create', def))
  const inner = embeddedFields('DISPLAYCONTACT', fields)
  const values = {
    STATUS: 'active',
    PRINTAS: fields['NAME'] ?? '',
    COMPANYNAME: fields['NAME'] ?? '',
    ...inner,
    CONTACTNAME: name,
  }
  const slot = contacts.insert(
    { ...values, CREATEDBY: author.user, MODIFIEDBY: author.user },
    world.clock.now(),
    world.knobs().lateVisibleMs,
  )
  audit(world, contacts, slot, 'Create', author)
  return { 'DISPLAYCONTACT.CONTACTNAME': name }
}

/** Fields of the contact inside, without their prefix; its name is the owner's own field. */
function embeddedFields(path: string, fields: Fields): Record<string, string> {
  const inner: Record<string, string> = {}
  for (const [name, value] of Object.entries(fields))
    if (name.startsWith(`${path}.`) && name !== `${path}.CONTACTNAME`) inner[name.slice(path.length + 1)] = value
  return inner
}

/** Refuses what neither the object nor its contact has. */
function ownFields(def: ObjectDef, fields: Fields): Fields {
  const own: Record<string, string> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (def.fields.has(name)) own[name] = value
    else if (!def.embedded.some(it => name.startsWith(`${it}.`)))
      throw new RangeError(`${def.name} has no field "${name}"`)
  }
  return own
}

function touchOwners(world: World, contactName: string): void {
  for (const object of ['VENDOR', 'CUSTOMER']) {
    const table = world.table(object)
    for (let slot = 0; slot < table.size; slot++)
      if (!table.isGone(slot) && table.value(slot, 'DISPLAYCONTACT.CONTACTNAME') === contactName)
        table.change(slot, {}, world.clock.now(), world.knobs().lateVisibleMs)
  }
}

/** One line of history: natural key for most objects, `n--REC` for those that are known by number only (fact sheet 5.5). */
function audit(world: World, table: Table, slot: number, mode: string, author: Author): void {
  const { def } = table
  const key = def.isCustom || def.name === 'PROJECT' ? `${table.id(slot)}--REC` : table.value(slot, def.key)
  const users = world.table('USERINFO')
  const user = users.findId(Number(author.user))
  const values = {
    OBJECTTYPE: def.name.toLowerCase(),
    OBJECTKEY: key,
    ACCESSMODE: mode,
    USERID: user === undefined ? '' : users.value(user, 'LOGINID'),
    SOURCE: author.source,
  }
  world.table('AUDITHISTORY').insert(values, world.clock.now(), 0)
}
