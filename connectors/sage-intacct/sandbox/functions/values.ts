import type { FieldDef, ObjectDef } from '../objects/definition.ts'
import type { Fields } from '../store/records.ts'
import type { World } from '../store/world.ts'
import { invalidField, invalidValue, refuseFunction } from '../wire/errors.ts'
import { parseDate, parseIsoStamp } from '../wire/when.ts'
import type { XmlNode } from '../wire/xml.ts'
import { formattingOf } from './call.ts'

/** The fields of a record element, by flat dotted name, as they are to be stored. */
export function readFields(world: World, def: ObjectDef, node: XmlNode): Fields {
  const fields: Record<string, string> = {}
  for (const [path, text] of flatten(node, '')) {
    const field = fieldOf(world, def, path)
    // the official SDK sends an empty DISPLAYCONTACT with every update (fact sheet 7)
    if (!field && def.relations.has(path) && text === '') continue
    if (!field || field.path !== undefined) throw invalidField(def.name, path)
    fields[path] = stored(world, def, field, text)
  }
  return fields
}

function flatten(node: XmlNode, prefix: string): [string, string][] {
  return node.children.flatMap(it => {
    if (it.name.includes('.')) throw invalidField(node.name, it.name)
    const path = `${prefix}${it.name}`
    return it.children.length > 0 ? flatten(it, `${path}.`) : [[path, it.text]]
  })
}

function fieldOf(world: World, def: ObjectDef, path: string): FieldDef | undefined {
  const own = def.fields.get(path)
  if (own) return own
  const embedded = def.embedded.find(it => path.startsWith(`${it}.`))
  if (embedded === undefined) return undefined
  const target = world.catalogue.get(def.relations.get(embedded)?.object ?? '')
  return target?.fields.get(path.slice(embedded.length + 1))
}

function stored(world: World, def: ObjectDef, field: FieldDef, text: string): string {
  if (field.isReadOnly && field.id !== def.id)
    throw refuseFunction({ errorno: 'BL01001973', description2: `The field ${field.id} is read-only.` })
  if (text === '') {
    if (field.isRequired) throw refuseFunction({ errorno: 'BL01001973', description2: `${field.id} is required.` })
    return ''
  }
  if (field.maxLength > 0 && [...text].length > field.maxLength)
    throw invalidValue(field.id, text, `at most ${field.maxLength} characters`)
  return CONVERSIONS[field.type](field, text, world, def)
}

type Convert = (field: FieldDef, text: string, world: World, def: ObjectDef) => string

const number: Convert = (field, text) => {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw invalidValue(field.id, text, 'digits without separators')
  return text
}

const CONVERSIONS: Readonly<Record<FieldDef['type'], Convert>> = {
  TEXT: (field, text) => {
    if (field.id.startsWith('EMAIL') && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text))
      throw invalidValue(field.id, text, 'an e-mail address')
    return text
  },
  INTEGER: number,
  DECIMAL: number,
  CURRENCY: number,
  PERCENT: number,
  BOOLEAN: (field, text) => {
    if (text !== 'true' && text !== 'false') throw invalidValue(field.id, text, 'true or false')
    return text
  },
  ENUM: (field, text) => {
    if (!field.values.includes(text)) throw invalidValue(field.id, text, field.values.join(' or '))
    return text
  },
  DATE: (field, text, world) => {
    const date = parseDate(text, formattingOf(world))
    if (date === undefined) throw invalidValue(field.id, text, "a date in the user's format")
    return date
  },
  TIMESTAMP: (field, text) => {
    const seconds = parseIsoStamp(text)
    if (seconds === undefined) throw invalidValue(field.id, text, 'an ISO 8601 time')
    return String(seconds)
  },
}
