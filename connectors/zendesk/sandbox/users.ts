import type { JsonObject } from '../../../engine/sdk/index.ts'
import { type Account, allFields, emailsOf, fold, foldKey, mergeFields } from './account.ts'
import { type FieldFault, fault, notFound, RecordFault } from './answers.ts'
import { asObject, flag, idOrNull, nullableText, texts } from './input.ts'
import type { Role, User } from './model.ts'
import { iso } from './times.ts'

export const USER_INPUT: readonly string[] = [
  'id',
  'name',
  'email',
  'role',
  'external_id',
  'organization_id',
  'organization',
  'phone',
  'verified',
  'suspended',
  'tags',
  'user_fields',
  'details',
  'notes',
  'skip_verify_email',
  'identities',
]

const ROLES: readonly Role[] = ['end-user', 'agent', 'admin']

export function renderUser(account: Account, it: User, origin: string): JsonObject {
  const { changed: _changed, otherEmails: _other, user_fields: held, ...shown } = it
  return {
    url: `${origin}/api/v2/users/${it.id}.json`,
    ...shown,
    locale: 'en-US',
    time_zone: 'Eastern Time (US & Canada)',
    shared: false,
    restricted_agent: it.role !== 'admin',
    last_login_at: null,
    user_fields: allFields(account.fields.user, held),
  }
}

export function createUser(account: Account, given: JsonObject): User {
  const now = account.seconds()
  const email = nullableText(given['email'])
  const blank: User = {
    id: account.nextId(),
    changed: now,
    name: '',
    email: null,
    otherEmails: [],
    role: 'end-user',
    external_id: null,
    organization_id: organizationOf(account, email),
    phone: null,
    active: true,
    verified: false,
    suspended: false,
    tags: [],
    user_fields: {},
    details: null,
    notes: null,
    created_at: iso(now),
    updated_at: iso(now),
  }
  const made = patched(account, { ...blank, email }, given)
  account.users.put(made)
  account.tell({ of: 'user', after: made })
  return made
}

/** An address that is given to someone who has one becomes a further identity; the first stays the main one. */
export function updateUser(account: Account, before: User, given: JsonObject): User {
  const now = account.seconds()
  const email = nullableText(given['email'])
  const isNew = email !== null && !emailsOf(before).some(it => fold(it) === fold(email))
  const addressed: User = !isNew
    ? before
    : before.email === null
      ? { ...before, email }
      : { ...before, otherEmails: [...before.otherEmails, email] }
  const after = { ...patched(account, addressed, given), changed: now, updated_at: iso(now) }
  account.users.put(after)
  account.tell({ of: 'user', before, after })
  return after
}

/** By id or external id, else by address: a hit is updated, its external id included (2.2, 4.2). */
export function createOrUpdateUser(
  account: Account,
  given: JsonObject,
): { readonly user: User; readonly isNew: boolean } {
  const found = matching(account, given)
  return found
    ? { user: updateUser(account, found, given), isNew: false }
    : { user: createUser(account, given), isNew: true }
}

function matching(account: Account, given: JsonObject): User | undefined {
  const [externalId, email] = [nullableText(given['external_id']), nullableText(given['email'])]
  return (
    (externalId === null ? undefined : account.users.find('external_id', foldKey(externalId))) ??
    (email === null ? undefined : account.users.find('email', fold(email)))
  )
}

/** Gone for look-ups and lists, its address and external id free again; the export and its id still show it, inactive. */
export function removeUser(account: Account, before: User): User {
  if (!before.active) throw notFound()
  const now = account.seconds()
  const after = { ...before, active: false, changed: now, updated_at: iso(now) }
  account.users.put(after)
  account.tell({ of: 'user', before })
  return after
}

function patched(account: Account, before: User, given: JsonObject): User {
  const custom = mergeFields(account.fields.user, before.user_fields, asObject(given['user_fields']) ?? {})
  const role = ROLES.find(it => it === given['role'])
  const after: User = {
    ...before,
    name: given['name'] === undefined ? before.name : (nullableText(given['name']) ?? '').trim(),
    role: role ?? before.role,
    external_id: given['external_id'] === undefined ? before.external_id : nullableText(given['external_id']),
    organization_id: idOrNull(given['organization_id'], before.organization_id),
    phone: given['phone'] === undefined ? before.phone : nullableText(given['phone']),
    verified: flag(given['verified'], before.verified),
    suspended: flag(given['suspended'], before.suspended),
    tags: texts(given['tags']) ?? before.tags,
    user_fields: custom.values,
    details: given['details'] === undefined ? before.details : nullableText(given['details']),
    notes: given['notes'] === undefined ? before.notes : nullableText(given['notes']),
  }
  const isRoleUnknown = given['role'] !== undefined && given['role'] !== null && !role
  const faults = [
    ...(isRoleUnknown ? [fault('role', 'InvalidValue', `Role: ${String(given['role'])} is not valid`)] : []),
    ...clashes(account, after),
    ...custom.faults,
  ]
  if (faults.length > 0) throw new RecordFault(faults)
  return after
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

function clashes(account: Account, after: User): FieldFault[] {
  const faults: FieldFault[] = []
  if (after.name === '') faults.push(fault('name', 'BlankValue', 'Name: is too short (minimum one character)'))
  for (const email of emailsOf(after)) {
    const other = account.users.find('email', fold(email))
    if (!EMAIL.test(email)) faults.push(fault('email', 'InvalidValue', `Email: ${email} is not properly formatted`))
    else if (other && other.id !== after.id)
      faults.push(fault('email', 'DuplicateValue', `Email: ${email} is already being used by another user`))
  }
  const { external_id: externalId, organization_id: organization } = after
  const twin = externalId === null ? undefined : account.users.find('external_id', foldKey(externalId))
  if (twin && twin.id !== after.id)
    faults.push(fault('external_id', 'DuplicateValue', `External: ${externalId} has already been taken`))
  if (organization !== null && !account.organizations.get(organization))
    faults.push(fault('organization', 'InvalidValue', 'Organization: is invalid'))
  return faults
}

/** Whose domain it is, that organization takes a new user in (2.1). */
function organizationOf(account: Account, email: string | null): number | null {
  const domain = email === null ? '' : fold(email.slice(email.lastIndexOf('@') + 1))
  if (domain === '') return null
  return account.organizations.find('domain', domain)?.id ?? null
}

/** The main address first. */
export const identitiesOf = (user: User, origin: string) =>
  emailsOf(user).map((value, index) => ({
    url: `${origin}/api/v2/users/${user.id}/identities/${user.id + index + 1}.json`,
    id: user.id + index + 1,
    user_id: user.id,
    type: 'email',
    value,
    verified: user.verified && index === 0,
    primary: index === 0,
    created_at: user.created_at,
    updated_at: user.updated_at,
  }))
