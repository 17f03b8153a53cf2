import {
  EngineError,
  type EntityDescription,
  type Field,
  type Fields,
  type Json,
  type JsonObject,
} from '../../engine/sdk/index.ts'
import type { Call, ZohoClient } from './client.ts'
import { isObject, objectOf, objectsOf, textOf } from './json.ts'

/** Metadata is remembered this long: a steady run asks for none. */
const REMEMBERED_MS = 12 * 60 * 60_000

export interface Org {
  readonly id: string
  readonly name: string
  /** `license_details.paid_type`: free, standard, professional … (fact sheet 2.4). */
  readonly edition: string
}

/** What preflight needs of a module, small enough to be remembered. */
export interface ModuleFacts {
  readonly apiSupported: boolean
  readonly visible: boolean
  readonly viewable: boolean
  readonly writable: boolean
}

/** What preflight needs of a field. */
export interface FieldFacts {
  readonly label: string
  readonly unique: boolean
  readonly readOnly: boolean
  /** Module that a lookup points at; '' for other fields. */
  readonly target: string
}

type Fresh = { readonly fresh: boolean }

export async function orgOf(client: ZohoClient, { fresh }: Fresh = { fresh: false }): Promise<Org> {
  const raw = objectOf(
    await remembered(client, { name: 'org', fresh }, async () => {
      const [org] = objectsOf((await ask(client, { path: 'org', expect: 'org' }))?.['org'])
      return {
        id: textOf(org?.['id']) ?? '',
        name: textOf(org?.['company_name']) ?? '',
        edition: textOf(objectOf(org?.['license_details'])['paid_type']) ?? 'unknown',
      }
    }),
  )
  const org = { id: textOf(raw['id']) ?? '', name: textOf(raw['name']) ?? '', edition: textOf(raw['edition']) ?? '' }
  const { orgId } = client.context.settings
  if (orgId !== undefined && orgId !== org.id)
    throw new EngineError({
      kind: 'configuration',
      code: 'ZOHO_OTHER_ORG',
      message: `the refresh token opens org ${org.id} (${org.name}), the connection is meant for org ${orgId}`,
      remedy: 'Make a refresh token in the right org, or correct orgId after you made sure that this org is meant.',
    })
  return org
}

/** Modules by API name. A module that the edition lacks is absent (fact sheet 2.3). */
export async function modulesOf(client: ZohoClient, { fresh }: Fresh): Promise<Readonly<Record<string, ModuleFacts>>> {
  const raw = await remembered(client, { name: 'modules', fresh }, async () => {
    const body = await ask(client, { path: 'settings/modules', expect: 'modules' })
    return Object.fromEntries(objectsOf(body?.['modules']).map(it => [textOf(it['api_name']) ?? '', moduleFacts(it)]))
  })
  return Object.fromEntries(Object.entries(objectOf(raw)).map(([name, it]) => [name, moduleFrom(objectOf(it))]))
}

function moduleFacts(raw: JsonObject): JsonObject {
  return {
    apiSupported: raw['api_supported'] !== false,
    visible: raw['status'] === undefined || raw['status'] === 'visible',
    viewable: raw['viewable'] !== false,
    writable: raw['creatable'] !== false || raw['editable'] !== false,
  }
}

const moduleFrom = (raw: JsonObject): ModuleFacts => ({
  apiSupported: raw['apiSupported'] === true,
  visible: raw['visible'] === true,
  viewable: raw['viewable'] === true,
  writable: raw['writable'] === true,
})

export async function fieldsOf(
  client: ZohoClient,
  module: string,
  { fresh }: Fresh,
): Promise<Readonly<Record<string, FieldFacts>>> {
  const raw = await remembered(client, { name: `fields:${module}`, fresh }, async () =>
    Object.fromEntries((await rawFields(client, module)).map(it => [textOf(it['api_name']) ?? '', fieldFacts(it)])),
  )
  return Object.fromEntries(Object.entries(objectOf(raw)).map(([name, it]) => [name, fieldFrom(objectOf(it))]))
}

const fieldFacts = (raw: JsonObject): JsonObject => ({
  label: textOf(raw['field_label']) ?? '',
  unique: isUnique(raw),
  readOnly: isReadOnly(raw),
  target: textOf(objectOf(objectOf(raw['lookup'])['module'])['api_name']) ?? '',
})

const fieldFrom = (raw: JsonObject): FieldFacts => ({
  label: textOf(raw['label']) ?? '',
  unique: raw['unique'] === true,
  readOnly: raw['readOnly'] === true,
  target: textOf(raw['target']) ?? '',
})

async function rawFields(client: ZohoClient, module: string): Promise<readonly JsonObject[]> {
  const body = await ask(client, { path: 'settings/fields', query: { module }, expect: 'fields' })
  return objectsOf(body?.['fields'])
}

async function ask(client: ZohoClient, call: Pick<Call, 'path' | 'query' | 'expect'>): Promise<JsonObject | undefined> {
  return (await client.call({ ...call, method: 'GET', effect: 'none' })).body
}

async function remembered(
  client: ZohoClient,
  what: { readonly name: string; readonly fresh: boolean },
  read: () => Promise<Json>,
): Promise<Json> {
  const { facts } = client.context
  const held = what.fresh ? undefined : await facts.get(what.name)
  if (held !== undefined) return held
  const value = await read()
  await facts.set(what.name, value, REMEMBERED_MS)
  return value
}

/** The live truth of one module, with the rows of its line items (fact sheet 2.4). */
export async function describeModule(client: ZohoClient, module: string): Promise<EntityDescription> {
  const raw = await rawFields(client, module)
  const fields = await Promise.all(
    raw.map(async it => [textOf(it['api_name']) ?? '', await toField(client, it)] as const),
  )
  return {
    entity: module,
    title: module,
    fields: Object.fromEntries(fields),
    describedAt: client.context.clock.now().toISOString(),
  }
}

async function toField(client: ZohoClient, raw: JsonObject): Promise<Field> {
  const field = flatField(raw)
  if (raw['data_type'] !== 'subform') return field
  const rows = textOf(objectOf(raw['associated_module'])['module']) ?? textOf(raw['api_name']) ?? ''
  const inner = await rawFields(client, rows)
  const fields: Fields = Object.fromEntries(inner.map(it => [textOf(it['api_name']) ?? '', flatField(it)]))
  return { ...field, ...(inner.length > 0 ? { fields } : {}) }
}

/** `data_type` as ours; anything else is `any` (the full list is unconfirmed, fact sheet 2.4). */
const TYPES: Readonly<Record<string, Field['type']>> = {
  text: 'string',
  textarea: 'string',
  email: 'string',
  phone: 'string',
  website: 'string',
  picklist: 'string',
  autonumber: 'string',
  integer: 'integer',
  bigint: 'id',
  double: 'number',
  currency: 'number',
  percent: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
  lookup: 'object',
  ownerlookup: 'object',
  userlookup: 'object',
  subform: 'list',
  multiselectlookup: 'list',
  multiselectpicklist: 'strings',
}

function flatField(raw: JsonObject): Field {
  const references = textOf(objectOf(objectOf(raw['lookup'])['module'])['api_name'])
  const { length, decimal_place: decimals } = raw
  const type = TYPES[textOf(raw['data_type']) ?? ''] ?? 'any'
  const values = objectsOf(raw['pick_list_values']).flatMap(it => textOf(it['actual_value']) ?? [])
  return {
    type,
    title: textOf(raw['field_label']) ?? '',
    ...(isReadOnly(raw) ? { readOnly: true } : {}),
    ...(raw['system_mandatory'] === true ? { mandatory: true } : {}),
    ...(type === 'string' && typeof length === 'number' && length > 0 ? { maxLength: length } : {}),
    // the service seems to take other values as well (fact sheet 2.4): listed, not enforced
    ...(values.length > 0 ? { values } : {}),
    ...(isUnique(raw) ? { unique: true } : {}),
    ...(references === undefined ? {} : { references }),
    ...(typeof decimals === 'number' ? { decimals } : {}),
    ...(raw['custom_field'] === true ? { custom: true } : {}),
  }
}

/** `{}` when not unique, else an object that says whether case counts, in two spellings (fact sheet 2.4). */
const isUnique = (raw: JsonObject) => isObject(raw['unique']) && Object.keys(raw['unique']).length > 0

const COMPUTED = new Set(['formula', 'autonumber', 'rollup_summary'])

function isReadOnly(raw: JsonObject): boolean {
  const { api_create: create, api_update: update } = objectOf(raw['operation_type'])
  if (COMPUTED.has(textOf(raw['data_type']) ?? '')) return true
  return raw['read_only'] === true || raw['field_read_only'] === true || (create === false && update === false)
}
