import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import { type Account, allFields, fold, foldKey, mergeFields } from './account.ts'
import { type FieldFault, fault, RecordFault } from './answers.ts'
import { asObject, flag, idOrNull, nullableText, texts } from './input.ts'
import type { Organization } from './model.ts'
import { iso } from './times.ts'

/** Names that an organization may be given; others fall away and are named in X-Zendesk-API-Warn. */
export const ORGANIZATION_INPUT: readonly string[] = [
  'id',
  'name',
  'external_id',
  'domain_names',
  'details',
  'notes',
  'tags',
  'group_id',
  'shared_tickets',
  'shared_comments',
  'organization_fields',
]

export const renderOrganization = (account: Account, it: Organization, origin: string): JsonObject => {
  const { changed: _changed, organization_fields: held, ...shown } = it
  return {
    url: `${origin}/api/v2/organizations/${it.id}.json`,
    ...shown,
    organization_fields: allFields(account.fields.organization, held),
  }
}

export function findByExternalId(account: Account, externalId: Json | undefined): Organization | undefined {
  if (externalId === null || externalId === undefined || externalId === '') return undefined
  return account.organizations.find('external_id', foldKey(String(externalId)))
}

export function createOrganization(account: Account, given: JsonObject, seesYoung = true): Organization {
  const now = account.seconds()
  const blank: Organization = {
    id: account.nextId(),
    changed: now,
    name: '',
    external_id: null,
    domain_names: [],
    details: null,
    notes: null,
    tags: [],
    group_id: null,
    shared_tickets: false,
    shared_comments: false,
    organization_fields: {},
    created_at: iso(now),
    updated_at: iso(now),
  }
  const made = patched(account, blank, { given, seesYoung })
  account.organizations.put(made)
  account.tell({ of: 'organization', after: made })
  return made
}

export function updateOrganization(account: Account, before: Organization, given: JsonObject): Organization {
  const now = account.seconds()
  const after = { ...patched(account, before, { given, seesYoung: true }), changed: now, updated_at: iso(now) }
  account.organizations.put(after)
  account.tell({ of: 'organization', before, after })
  return after
}

/** Its users and tickets stay, without an organization; that moves the tickets in the export, and not their updated_at. */
export function removeOrganization(account: Account, before: Organization, heir: number | null = null): void {
  account.organizations.remove(before.id)
  const now = account.seconds()
  for (const user of account.users.ownedBy(before.id))
    account.users.put({ ...user, organization_id: heir, changed: now, updated_at: iso(now) })
  for (const ticket of account.tickets.ownedBy(before.id))
    account.tickets.put({ ...ticket, organization_id: heir, changed: now })
  account.tell({ of: 'organization', before })
}

interface Patch {
  readonly given: JsonObject
  /** False: names that were made a moment ago are not seen (two equal POSTs can both succeed, 4.1). */
  readonly seesYoung: boolean
}

function patched(account: Account, before: Organization, { given, seesYoung }: Patch): Organization {
  const custom = mergeFields(
    account.fields.organization,
    before.organization_fields,
    asObject(given['organization_fields']) ?? {},
  )
  const after: Organization = {
    ...before,
    name: given['name'] === undefined ? before.name : (nullableText(given['name']) ?? '').trim(),
    external_id: given['external_id'] === undefined ? before.external_id : nullableText(given['external_id']),
    domain_names: texts(given['domain_names']) ?? before.domain_names,
    details: given['details'] === undefined ? before.details : nullableText(given['details']),
    notes: given['notes'] === undefined ? before.notes : nullableText(given['notes']),
    tags: texts(given['tags']) ?? before.tags,
    group_id: idOrNull(given['group_id'], before.group_id),
    shared_tickets: flag(given['shared_tickets'], before.shared_tickets),
    shared_comments: flag(given['shared_comments'], before.shared_comments),
    organization_fields: custom.values,
  }
  const faults = [...clashes(account, after, seesYoung), ...custom.faults]
  if (faults.length > 0) throw new RecordFault(faults)
  return { ...after, tags: taggedByDropdowns(account, before, after) }
}

function clashes(account: Account, after: Organization, seesYoung: boolean): FieldFault[] {
  const faults: FieldFault[] = []
  const other = (key: string, value: string) => {
    const found = account.organizations.find(key, value)
    return found && found.id !== after.id ? found : undefined
  }
  const young = account.clock.now().getTime() - account.knobs.duplicateRaceMs
  const twin = other('name', fold(after.name))
  if (after.name === '') faults.push(fault('name', 'BlankValue', 'Name: cannot be blank'))
  else if (twin && (seesYoung || Date.parse(twin.created_at) <= young))
    faults.push(fault('name', 'DuplicateValue', `Name: ${after.name} has already been taken`))
  if (after.external_id !== null && other('external_id', foldKey(after.external_id)))
    faults.push(fault('external_id', 'DuplicateValue', `External: ${after.external_id} has already been taken`))
  return faults
}

/** The value of a drop-down shows among the tags (2.1). */
function taggedByDropdowns(account: Account, before: Organization, after: Organization): readonly string[] {
  const dropdowns = [...account.fields.organization.values()].filter(it => it.type === 'dropdown')
  const values = (of: Organization) =>
    dropdowns.map(it => of.organization_fields[it.key ?? '']).filter(it => typeof it === 'string')
  const [old, now] = [values(before), values(after)]
  if (old.length === 0 && now.length === 0) return after.tags
  return [...new Set([...after.tags.filter(it => !old.includes(it)), ...now])]
}
