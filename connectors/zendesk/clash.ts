import { EngineError, type JsonObject } from '../../engine/sdk/index.ts'
import type { ZendeskClient } from './client.ts'
import { recordRefused } from './errors.ts'
import { findRows } from './find.ts'
import { textOf } from './json.ts'
import type { Resource, Row } from './resource.ts'
import type { Clash, Conflict, Prepared } from './sending.ts'

interface Rule {
  readonly option: string
  /** The first is the default. */
  readonly values: readonly string[]
}

/** `sink.options` by kind of record. */
export const RULES: Readonly<Partial<Record<Resource['name'], Rule>>> = {
  organizations: { option: 'nameClash', values: ['suffix', 'adopt', 'refuse'] },
  users: { option: 'emailClash', values: ['refuse', 'adopt'] },
}

function chosen({ name }: Resource, options: JsonObject): string {
  const rule = RULES[name]
  const value = rule && options[rule.option]
  return typeof value === 'string' ? value : (rule?.values[0] ?? 'refuse')
}

/** A misspelt rule would be taken for the default: refused before anything is sent. */
export function checkOptions(resource: Resource, options: JsonObject): void {
  const rule = RULES[resource.name]
  const given = rule && options[rule.option]
  if (rule === undefined || given === undefined) return
  if (typeof given === 'string' && rule.values.includes(given)) return
  throw new EngineError({
    kind: 'configuration',
    code: 'ZENDESK_OPTION',
    message: `sink.options.${rule.option} of ${resource.name} is none of ${rule.values.join(', ')}`,
    remedy: 'Correct it in the flow.',
  })
}

/**
 * Names of organizations are unique, and never a key (fact sheet 4.1). adopt: takes over a record that has the name and no external id. suffix: the
 * name is written as `Name (external id)`. refuse: a dead letter. Adopting falls back to the suffix where there is nothing to adopt.
 */
export const organizationClash: Clash = async (client, conflict) => {
  const { resource, record, options, error } = conflict
  const name = textOf(record.fields['name'])
  if (name === undefined || !isAbout(error, 'name')) throw error
  const rule = chosen(resource, options)
  const [holder] = await findRows(client, resource, { field: 'name', values: [name] })
  if (rule === 'refuse' || record.externalId === undefined) throw taken('ZENDESK_NAME_TAKEN', conflict, holder)
  if (rule === 'adopt' && isFree(record, holder)) return adopted(client, conflict, holder)
  client.context.log.info('an organization of that name exists: the name is written with the external id', {
    holder: holder?.id ?? '',
  })
  return { ...record, fields: { ...record.fields, name: withSuffix(name, record.externalId) } }
}

const withSuffix = (name: string, externalId: string): string => `${name.trim()} (${externalId})`

/** A name is kept without outer blanks (fact sheet 2.1), and one that was taken when it was written with the external id behind it. */
export function isNameKept(field: string, written: JsonObject, held: JsonObject): boolean {
  const name = textOf(written['name'])
  if (field !== 'name' || name === undefined) return false
  const externalId = textOf(written['external_id']) ?? textOf(held['external_id']) ?? ''
  return [name.trim(), withSuffix(name, externalId)].includes(textOf(held['name']) ?? '')
}

/** An address belongs to one user. adopt: takes over an end user who has the address and no external id. refuse: a dead letter. */
export const userClash: Clash = async (client, conflict) => {
  const { resource, record, options, error } = conflict
  const email = textOf(record.fields['email'])
  if (email === undefined || !isAbout(error, 'email')) throw error
  const [holder] = await findRows(client, resource, { field: 'email', values: [email] })
  const isEndUser = holder?.fields['role'] === 'end-user'
  if (chosen(resource, options) === 'adopt' && isEndUser && isFree(record, holder))
    return adopted(client, conflict, holder)
  throw taken('ZENDESK_EMAIL_TAKEN', conflict, holder)
}

/** Which field is meant is told by its key among the details, as far as we know (fact sheet 4.1). */
function isAbout(error: EngineError, field: string): boolean {
  const told = error.details?.['fields']
  const duplicates = Array.isArray(told) ? told.filter(it => it['word'] === 'DuplicateValue') : []
  return duplicates.length === 0 || duplicates.some(it => it['field'] === field)
}

/** Nobody else's, and the record that is written has no other place yet. */
const isFree = (record: Prepared, holder: Row | undefined): holder is Row =>
  holder !== undefined &&
  record.id === undefined &&
  record.externalId !== undefined &&
  holder.fields['external_id'] === undefined

function adopted(client: ZendeskClient, { record, resource }: Conflict, holder: Row): Prepared {
  client.context.log.info('a record that had no external id is taken over', { entity: resource.name, id: holder.id })
  return { ...record, id: holder.id }
}

function taken(code: string, { resource, error }: Conflict, holder: Row | undefined): EngineError {
  const rule = RULES[resource.name]
  const field = resource.name === 'users' ? 'email' : 'name'
  const who = holder === undefined ? 'another record' : `record ${holder.id}`
  return recordRefused({
    code,
    message: `${resource.name}: ${who} has this ${field} already`,
    remedy: `Merge the two in Zendesk, correct the ${field}, or choose another sink.options.${rule?.option ?? ''} (${rule?.values.join(', ') ?? ''}); then replay.`,
    field,
    details: { said: error.said ?? '' },
  })
}
