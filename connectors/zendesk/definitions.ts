import {
  EngineError,
  type EntityDescription,
  type Field,
  type Fields,
  type JsonObject,
} from '../../engine/sdk/index.ts'
import type { ZendeskClient } from './client.ts'
import { isCode } from './errors.ts'
import { everyOne } from './every.ts'
import { idOf, objectOf, objectsOf, textOf } from './json.ts'
import type { Resource } from './resource.ts'

/** Definitions are remembered this long, and asked again before a key is called unknown. */
const REMEMBERED_MS = 12 * 60 * 60_000

/** The account's own fields of organizations or users by key; undefined where the connection may not see them. */
export async function customKeys(
  client: ZendeskClient,
  custom: NonNullable<Resource['custom']>,
  { fresh }: { readonly fresh: boolean },
): Promise<ReadonlySet<string> | undefined> {
  const { facts } = client.context
  const held = fresh ? undefined : await facts.get(custom)
  if (Array.isArray(held)) return new Set(held.map(String))
  try {
    const keys = (await definitionsOf(client, custom)).flatMap(it => textOf(it['key']) ?? [])
    await facts.set(custom, keys, REMEMBERED_MS)
    return new Set(keys)
  } catch (thrown) {
    if (isCode(thrown, 'ZENDESK_FORBIDDEN', 'ZENDESK_SCOPE_MISSING')) return undefined
    throw thrown
  }
}

export const definitionsOf = (
  client: ZendeskClient,
  name: NonNullable<Resource['custom']> | 'ticket_fields',
): Promise<readonly JsonObject[]> => everyOne(client, { path: name, key: name })

/** Zendesk ignores an unknown key without a word (fact sheet 2.1): it is refused here. */
export async function refuseUnknownKeys(
  client: ZendeskClient,
  { name, custom }: Resource,
  records: readonly { readonly fields: JsonObject }[],
): Promise<void> {
  if (custom === undefined) return
  const keys = new Set(records.flatMap(({ fields }) => Object.keys(objectOf(fields[custom]))))
  if (keys.size === 0) return
  const missing = await missingKeys(client, custom, [...keys])
  if (missing.length === 0) return
  throw new EngineError({
    kind: 'configuration',
    code: 'ZENDESK_FIELD_MISSING',
    message: `${name}: the account has no field ${missing.join(', ')} in ${custom}`,
    remedy: `Make ${missing.length > 1 ? 'these fields' : 'it'} in the Admin Center with exactly this field key, or take it out of the mapping. Zendesk would ignore it without a word.`,
  })
}

export async function missingKeys(
  client: ZendeskClient,
  custom: NonNullable<Resource['custom']>,
  keys: readonly string[],
): Promise<readonly string[]> {
  for (const fresh of [false, true]) {
    const known = await customKeys(client, custom, { fresh })
    const missing = known === undefined ? [] : keys.filter(key => !known.has(key))
    if (missing.length === 0) return []
    if (fresh) return missing
  }
  return []
}

const TYPES: Readonly<Record<string, Field['type']>> = {
  text: 'string',
  textarea: 'string',
  regexp: 'string',
  dropdown: 'string',
  tagger: 'string',
  multiselect: 'strings',
  checkbox: 'boolean',
  date: 'date',
  integer: 'integer',
  decimal: 'number',
  lookup: 'id',
}

function toField(definition: JsonObject): Field {
  const values = objectsOf(definition['custom_field_options']).flatMap(it => textOf(it['value']) ?? [])
  return {
    type: TYPES[textOf(definition['type']) ?? ''] ?? 'any',
    title: textOf(definition['title']) ?? '',
    custom: true,
    ...(values.length > 0 ? { values, strictValues: true } : {}),
  }
}

/** What is declared, and the account's own fields where they are held. */
export async function describe(client: ZendeskClient, resource: Resource, title: string): Promise<EntityDescription> {
  const { custom, fields, name } = resource
  const own = custom === undefined ? await ticketFields(client) : await customFields(client, custom)
  return { entity: name, title, fields: { ...fields, ...own }, describedAt: client.context.clock.now().toISOString() }
}

async function customFields(client: ZendeskClient, custom: NonNullable<Resource['custom']>): Promise<Fields> {
  const definitions = (await definitionsOf(client, custom)).filter(it => it['active'] !== false)
  const fields = Object.fromEntries(definitions.map(it => [textOf(it['key']) ?? '', toField(it)]))
  return { [custom]: { type: 'object', title: custom, fields } }
}

/** Tickets hold their own fields as a list of id and value: the description names each id. */
async function ticketFields(client: ZendeskClient): Promise<Fields> {
  const definitions = await definitionsOf(client, 'ticket_fields')
  const own = definitions.filter(it => it['removable'] !== false)
  const told = own.map(it => `${idOf(it['id']) ?? '?'} ${textOf(it['title']) ?? ''} (${textOf(it['type']) ?? '?'})`)
  return {
    custom_fields: {
      type: 'list',
      title: told.length === 0 ? 'custom_fields' : `custom_fields: ${told.join(', ')}`,
      readOnly: true,
      fields: { id: { type: 'id', values: own.flatMap(it => idOf(it['id']) ?? []) }, value: { type: 'any' } },
    },
  }
}
