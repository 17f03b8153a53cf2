import type { EntityDescription, Field, Fields, Json, JsonObject } from '../../engine/sdk/index.ts'
import type { AcumaticaClient } from './client.ts'
import { strange } from './errors.ts'
import { isObject, objectOf, objectsOf, textOf } from './json.ts'
import type { AcumaticaObject } from './object.ts'

/** Metadata changes when somebody publishes a customisation or edits an endpoint: rarely. */
const REMEMBERED_MS = 12 * 60 * 60_000

export interface Fresh {
  /** Ask Acumatica, whatever is remembered. */
  readonly fresh: boolean
}

export interface Offered {
  readonly build: string
  /** `Default/24.200.001`. */
  readonly endpoints: readonly string[]
}

/** Versions accumulate, and one of them is pinned: only this list tells whether it is there (fact sheet 2). */
export async function offeredOf(client: AcumaticaClient, { fresh }: Fresh): Promise<Offered> {
  const raw = await remembered(client, { name: 'endpoints', fresh }, async () => {
    const { body } = await client.call({
      method: 'GET',
      path: '',
      atRoot: true,
      label: 'GET entity',
      expect: 'any',
      effect: 'none',
    })
    // older builds answer with the list alone
    const list = objectsOf(isObject(body) ? body['endpoints'] : body)
    const endpoints = list.flatMap(it => {
      const [name, version] = [textOf(it['name']), textOf(it['version'])]
      return name === undefined || version === undefined ? [] : [`${name}/${version}`]
    })
    if (endpoints.length === 0) throw strange('ACUMATICA_ENDPOINTS_SHAPE', 'GET entity: no endpoint is listed')
    const build = textOf(objectOf(objectOf(body)['version'])['acumaticaBuildVersion']) ?? 'unknown'
    return { build, endpoints }
  })
  const { build, endpoints } = objectOf(raw)
  return { build: textOf(build) ?? 'unknown', endpoints: Array.isArray(endpoints) ? endpoints.map(String) : [] }
}

/** Names are taken in any case (fact sheet 2). */
export const isOffered = ({ endpoints }: Offered, endpoint: string): boolean =>
  endpoints.some(it => it.toLowerCase() === endpoint.toLowerCase())

/** The fields that an entity has in the pinned version, linked entities and lists with theirs. Undefined: the endpoint lacks the entity. */
export async function fieldsOf(client: AcumaticaClient, entity: string, { fresh }: Fresh): Promise<Fields | undefined> {
  const raw = await remembered(client, { name: `fields:${entity}`, fresh }, async () => {
    const { body } = await client.call({
      method: 'GET',
      path: 'swagger.json',
      label: 'GET swagger.json',
      expect: 'any',
      effect: 'none',
    })
    const schemas = objectOf(objectOf(objectOf(body)['components'])['schemas'])
    if (Object.keys(schemas).length === 0)
      throw strange('ACUMATICA_SWAGGER_SHAPE', 'swagger.json: no schema of any entity')
    return isObject(schemas[entity]) ? fieldsIn(schemas, entity, 0) : false
  })
  return isObject(raw) ? toFields(raw) : undefined
}

async function remembered(
  client: AcumaticaClient,
  what: { readonly name: string; readonly fresh: boolean },
  read: () => Promise<Json>,
): Promise<Json> {
  const { facts } = client.context
  const name = client.factName(what.name)
  const held = what.fresh ? undefined : await facts.get(name)
  if (held !== undefined) return held
  const value = await read()
  await facts.set(name, value, REMEMBERED_MS)
  return value
}

const SYSTEM = new Set(['id', 'rowNumber', 'note', 'error', 'delete', 'files', 'custom', '_links', '_workflowActions'])
/** Customer → MainContact → Address, and one to spare: schemas may refer to each other in circles. */
const DEEPEST = 3

/** Wrapped types of the OpenAPI document (fact sheet 3). */
const TYPES: Readonly<Record<string, Field['type']>> = {
  StringValue: 'string',
  CustomStringField: 'string',
  DecimalValue: 'number',
  DoubleValue: 'number',
  IntValue: 'integer',
  ShortValue: 'integer',
  ByteValue: 'integer',
  LongValue: 'integer',
  BooleanValue: 'boolean',
  DateTimeValue: 'datetime',
  DateOnlyValue: 'date',
  GuidValue: 'id',
}

function fieldsIn(schemas: JsonObject, name: string, depth: number): JsonObject {
  const schema = objectOf(schemas[name])
  // an entity is a common base and its own properties
  const parts = [schema, ...objectsOf(schema['allOf'])]
  const found: Record<string, Json> = {}
  for (const part of parts)
    for (const [field, it] of Object.entries(objectOf(part['properties'])))
      if (!SYSTEM.has(field)) found[field] = fieldIn(schemas, objectOf(it), depth)
  return found
}

function fieldIn(schemas: JsonObject, given: JsonObject, depth: number): JsonObject {
  const isArray = given['type'] === 'array'
  const referred = refOf(isArray ? objectOf(given['items']) : given)
  const type = TYPES[referred]
  if (type !== undefined) return { type }
  if (referred === '' || !isObject(schemas[referred])) return { type: 'any' }
  const fields = depth < DEEPEST ? { fields: fieldsIn(schemas, referred, depth + 1) } : {}
  return { type: isArray ? 'list' : 'object', ...fields }
}

/** `StringValue` of `#/components/schemas/StringValue`, alone or within `allOf`. */
function refOf(given: JsonObject): string {
  const own = textOf(given['$ref']) ?? objectsOf(given['allOf']).flatMap(it => textOf(it['$ref']) ?? [])[0] ?? ''
  return own.slice(own.lastIndexOf('/') + 1)
}

const NAMES = new Set<string>([...Object.values(TYPES), 'object', 'list', 'any'])
const isType = (name: string | undefined): name is Field['type'] => name !== undefined && NAMES.has(name)

function toFields(raw: JsonObject): Fields {
  const fields = Object.entries(raw).map(([name, it]) => {
    const { type, fields } = objectOf(it)
    const known = textOf(type)
    const inner = isObject(fields) ? { fields: toFields(fields) } : {}
    return [name, { type: isType(known) ? known : ('any' as const), ...inner }] as const
  })
  return Object.fromEntries(fields)
}

/** What the declaration says of a field, and what the endpoint says of which fields there are. */
export async function describeObject(client: AcumaticaClient, object: AcumaticaObject): Promise<EntityDescription> {
  const live = (await fieldsOf(client, object.name, { fresh: true })) ?? {}
  const own = object.fields[object.key]
  const joined = own === undefined || object.key in live ? {} : { [object.key]: own }
  return {
    entity: object.name,
    title: object.title,
    fields: { ...joined, ...merged(live, object.fields) },
    describedAt: client.context.clock.now().toISOString(),
  }
}

function merged(live: Fields, declared: Fields): Fields {
  const fields = Object.entries(live).map(([name, it]): [string, Field] => {
    const own = Object.hasOwn(declared, name) ? declared[name] : undefined
    const inner = it.fields ? { fields: merged(it.fields, own?.fields ?? {}) } : {}
    return [name, { ...it, ...own, ...inner }]
  })
  return Object.fromEntries(fields)
}
