import { XMLParser } from 'fast-xml-parser'
import type { EntityDescription, Field, Fields, JsonObject } from '../../engine/sdk/index.ts'
import type { Sage300Client } from './client.ts'
import { strange } from './errors.ts'
import { isObject, objectOf, textOf } from './json.ts'
import { moduleOf, resourceOf, type Sage300Object } from './object.ts'

/** Releases and product updates change it: rarely (fact sheet 8.6). */
const REMEMBERED_MS = 12 * 60 * 60_000

const TYPES: Readonly<Record<string, Field['type']>> = {
  'Edm.String': 'string',
  'Edm.Decimal': 'number',
  'Edm.Double': 'number',
  'Edm.Single': 'number',
  'Edm.Byte': 'integer',
  'Edm.Int16': 'integer',
  'Edm.Int32': 'integer',
  'Edm.Int64': 'id',
  'Edm.Boolean': 'boolean',
  // calendar dates, all of them (fact sheet 4, "Dates")
  'Edm.DateTimeOffset': 'date',
  'Edm.DateTime': 'date',
  'Edm.Date': 'date',
  'Edm.Guid': 'string',
}

const LISTS = new Set([
  'Schema',
  'EntityType',
  'ComplexType',
  'EnumType',
  'EntityContainer',
  'EntitySet',
  'Property',
  'Member',
])

/** The name of a property → its type, of one resource; undefined: this release does not have it. `fresh`: whatever is remembered. */
export async function propertiesOf(
  client: Sage300Client,
  object: Sage300Object,
  { fresh }: { readonly fresh: boolean },
): Promise<Fields | undefined> {
  const name = `properties:${object.name}`
  const held = fresh ? undefined : await client.facts.get(name)
  const raw = held ?? (await readProperties(client, object))
  if (held === undefined) await client.facts.set(name, raw, REMEMBERED_MS)
  if (!isObject(raw)) return undefined
  const fields = Object.entries(raw).map(([property, type]) => [property, { type: typeOf(textOf(type)) }] as const)
  return Object.fromEntries(fields)
}

async function readProperties(client: Sage300Client, object: Sage300Object): Promise<JsonObject | false> {
  const module = moduleOf(object)
  const { text } = await client.call({
    method: 'GET',
    path: `${module}/$metadata`,
    label: `metadata ${module}`,
    expect: 'xml',
    effect: 'none',
  })
  const schemas = schemasIn(text)
  const sets = schemas.flatMap(it => listIn(it, 'EntityContainer')).flatMap(it => listIn(it, 'EntitySet'))
  const types = schemas.flatMap(it => listIn(it, 'EntityType'))
  if (sets.length === 0 || types.length === 0)
    throw strange('SAGE300_METADATA_SHAPE', `metadata ${module}: no resource is described`)
  const set = sets.find(it => it['@Name'] === resourceOf(object))
  if (!set) return false
  const wanted = lastPart(textOf(set['@EntityType']) ?? '')
  const type = types.find(it => it['@Name'] === wanted)
  if (!type) throw strange('SAGE300_METADATA_SHAPE', `metadata ${module}: no type of ${resourceOf(object)}`)
  return Object.fromEntries(listIn(type, 'Property').map(it => [textOf(it['@Name']) ?? '', textOf(it['@Type']) ?? '']))
}

function schemasIn(text: string): readonly JsonObject[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    removeNSPrefix: true,
    isArray: name => LISTS.has(name),
  })
  const parsed: JsonObject = objectOf(parser.parse(text))
  return listIn(objectOf(objectOf(parsed['Edmx'])['DataServices']), 'Schema')
}

const listIn = (node: JsonObject, name: string): readonly JsonObject[] => {
  const list = node[name]
  return Array.isArray(list) ? list.filter(isObject) : []
}

const lastPart = (name: string) => name.slice(name.lastIndexOf('.') + 1)

/** Enums are words on the wire. */
const typeOf = (type = ''): Field['type'] => TYPES[type] ?? (type.startsWith('Collection(') ? 'list' : 'string')

/** What the declaration says of a field, and what the installation says of which fields there are. */
export async function describeObject(client: Sage300Client, object: Sage300Object): Promise<EntityDescription> {
  const live = (await propertiesOf(client, object, { fresh: true })) ?? {}
  const fields = Object.entries(live)
    .filter(([name]) => name !== 'UpdateOperation')
    .map(([name, it]): [string, Field] => [
      name,
      Object.hasOwn(object.fields, name) ? { ...it, ...object.fields[name] } : it,
    ])
  // fields that a person knows first, in the order in which they are declared
  const rank = ([name]: [string, Field]) => {
    const at = Object.keys(object.fields).indexOf(name)
    return at < 0 ? Number.MAX_SAFE_INTEGER : at
  }
  fields.sort((a, b) => rank(a) - rank(b))
  return {
    entity: object.name,
    title: object.title,
    fields: Object.fromEntries(fields),
    describedAt: client.context.clock.now().toISOString(),
  }
}
