import type { JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'
import { fold, foldKey, MAX_MANY } from './account.ts'
import { empty, forbidden, invalidValue, json, notFound, tooManyValues } from './answers.ts'
import { type Call, idParam, idsOf, warnOf, wrapped } from './call.ts'
import { listOf, toId } from './input.ts'
import type { Organization, User } from './model.ts'
import {
  createOrganization,
  findByExternalId,
  ORGANIZATION_INPUT,
  removeOrganization,
  renderOrganization,
  updateOrganization,
} from './organizations.ts'
import { list, listed, rowsOf } from './paging.ts'
import { iso } from './times.ts'
import {
  createOrUpdateUser,
  createUser,
  identitiesOf,
  removeUser,
  renderUser,
  USER_INPUT,
  updateUser,
} from './users.ts'

const show = (call: Call, it: Organization): JsonObject => renderOrganization(call.account, it, call.origin)
const showUser = (call: Call, it: User): JsonObject => renderUser(call.account, it, call.origin)

function organizationOf(call: Call): Organization {
  const found = call.account.organizations.get(idParam(call))
  if (!found) throw notFound()
  return found
}

function given(call: Call, wrapper: string, known: readonly string[]): JsonObject {
  const record = wrapped(call, wrapper)
  warnOf(call, record, known)
  return record
}

/** A look-up of several by ids or external ids: those that are there, by name (3.2). */
function several<R extends { readonly id: number; readonly name: string }>(
  call: Call,
  by: { id(id: number): R | undefined; external(id: string): R | undefined },
): R[] {
  const { query } = call
  const [ids, externalIds] = [idsOf(query, 'ids'), listOf(query.get('external_ids'))]
  if (!query.has('ids') && !query.has('external_ids')) throw invalidValue('ids or external_ids is required')
  if (ids.length + externalIds.length > MAX_MANY) throw tooManyValues(true)
  const found = query.has('ids') ? ids.map(by.id) : externalIds.map(by.external)
  const rows = [...new Map(found.flatMap(it => (it ? [[it.id, it] as const] : []))).values()]
  return rows.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id))
}

const saw = (call: Call, changed: number) =>
  changed * 1000 <= call.account.clock.now().getTime() - call.account.knobs.searchLagMs

export const organizationCalls = {
  list: (call: Call) =>
    list(call, {
      name: 'organizations',
      store: call.account.organizations,
      accept: () => true,
      render: it => show(call, it),
    }),
  show: (call: Call) => json(200, { organization: show(call, organizationOf(call)) }),
  showMany: (call: Call) => {
    const { organizations } = call.account
    const rows = several(call, { id: organizations.get, external: it => findByExternalId(call.account, it) })
    return listed(
      call,
      'organizations',
      rows.map(it => show(call, it)),
    )
  },
  search: (call: Call) => {
    const { query, account } = call
    const [externalId, name] = [query.get('external_id'), query.get('name')]
    if ((externalId === null) === (name === null)) throw invalidValue('Either external_id or name is required')
    const found =
      name === null ? findByExternalId(account, externalId ?? '') : account.organizations.find('name', fold(name))
    return listed(call, 'organizations', found && saw(call, found.changed) ? [show(call, found)] : [])
  },
  autocomplete: (call: Call) => {
    const prefix = fold(call.query.get('name') ?? '')
    if (prefix.length < 2) throw invalidValue('name is too short (minimum two characters)')
    const rows = [...call.account.organizations.ascending()].filter(it => fold(it.name).startsWith(prefix))
    return listed(
      call,
      'organizations',
      rows.map(it => show(call, it)),
    )
  },
  count: (call: Call) => counted(call, call.account.organizations.size),
  create: (call: Call) => {
    const made = createOrganization(call.account, given(call, 'organization', ORGANIZATION_INPUT), false)
    return createdAt(call, 'organization', show(call, made))
  },
  /** By id or external id, never by name (4.1). */
  createOrUpdate: (call: Call) => {
    const { account } = call
    const record = given(call, 'organization', ORGANIZATION_INPUT)
    const id = toId(record['id'])
    const found =
      (id === undefined ? undefined : account.organizations.get(id)) ?? findByExternalId(account, record['external_id'])
    if (found) return json(200, { organization: show(call, updateOrganization(account, found, record)) })
    return createdAt(call, 'organization', show(call, createOrganization(account, record)))
  },
  update: (call: Call) => {
    const before = organizationOf(call)
    const record = given(call, 'organization', ORGANIZATION_INPUT)
    const isNotesOnly = Object.keys(record).every(it => it === 'notes' || it === 'id')
    if (call.account.knobs.role !== 'admin' && !isNotesOnly) throw forbidden()
    Object.assign(call.headers, call.limits.spend('organization-update', before.id))
    return json(200, { organization: show(call, updateOrganization(call.account, before, record)) })
  },
  remove: (call: Call): SandboxAnswer => {
    removeOrganization(call.account, organizationOf(call))
    return empty
  },
}

function userOf(call: Call): User {
  const found = call.account.users.get(idParam(call))
  if (!found) throw notFound()
  return found
}

const findUser = (call: Call, externalId: string) => call.account.users.find('external_id', foldKey(externalId))
const isThere = (it: User | undefined) => (it?.active ? it : undefined)

export const userCalls = {
  list: (call: Call) => {
    const role = call.query.get('role')
    const accept = (it: User) => it.active && (role === null || it.role === role)
    return list(call, { name: 'users', store: call.account.users, accept, render: it => showUser(call, it) })
  },
  ofOrganization: (call: Call) => {
    const { id } = organizationOf(call)
    const accept = (it: User) => it.active && it.organization_id === id
    return list(call, { name: 'users', store: call.account.users, accept, render: it => showUser(call, it) })
  },
  show: (call: Call) => json(200, { user: showUser(call, userOf(call)) }),
  showMany: (call: Call) => {
    const rows = several(call, { id: id => isThere(call.account.users.get(id)), external: it => findUser(call, it) })
    return listed(
      call,
      'users',
      rows.map(it => showUser(call, it)),
    )
  },
  /** By external id, or `query`: an address, or words of the name. */
  search: (call: Call) => {
    const { query, account } = call
    const [externalId, text] = [query.get('external_id'), query.get('query')]
    if (externalId === null && text === null) throw invalidValue('query or external_id is required')
    const email = fold((text ?? '').replace(/^email:/, '').replaceAll('"', ''))
    const exact = externalId === null ? account.users.find('email', email) : findUser(call, externalId)
    const rows =
      exact || externalId !== null
        ? [exact]
        : [...account.users.ascending()].filter(it => it.active && fold(it.name).includes(email))
    return listed(
      call,
      'users',
      rows.flatMap(it => (it && saw(call, it.changed) ? [showUser(call, it)] : [])),
    )
  },
  count: (call: Call) => counted(call, [...call.account.users.ascending()].filter(it => it.active).length),
  create: (call: Call) =>
    createdAt(call, 'user', showUser(call, createUser(call.account, given(call, 'user', USER_INPUT)))),
  createOrUpdate: (call: Call) => {
    const { user, isNew } = createOrUpdateUser(call.account, spentOn(call, given(call, 'user', USER_INPUT)))
    const shown = showUser(call, user)
    return json(isNew ? 201 : 200, { user: shown }, { location: String(shown['url']) })
  },
  update: (call: Call) => {
    const before = isThere(userOf(call))
    if (!before) throw notFound()
    const record = given(call, 'user', USER_INPUT)
    Object.assign(call.headers, call.limits.spend('user-update', before.id))
    return json(200, { user: showUser(call, updateUser(call.account, before, record)) })
  },
  remove: (call: Call) => json(200, { user: showUser(call, removeUser(call.account, userOf(call))) }),
  identities: (call: Call) => {
    const rows = identitiesOf(userOf(call), call.origin)
    return list(call, { name: 'identities', store: rowsOf(rows), accept: () => true, render: it => ({ ...it }) })
  },
}

/** Updates of one user have a budget of their own, whichever way they come (6). */
function spentOn(call: Call, record: JsonObject): JsonObject {
  const externalId = record['external_id']
  const found =
    (typeof externalId === 'string' ? findUser(call, externalId) : undefined) ??
    (typeof record['email'] === 'string' ? call.account.users.find('email', fold(record['email'])) : undefined)
  if (found) Object.assign(call.headers, call.limits.spend('user-update', found.id))
  return record
}

const createdAt = (_call: Call, name: string, shown: JsonObject): SandboxAnswer =>
  json(201, { [name]: shown }, { location: String(shown['url']) })

const counted = ({ account }: Call, value: number) =>
  json(200, { count: { value, refreshed_at: iso(account.seconds()) } })
