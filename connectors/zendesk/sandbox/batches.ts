import type { JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'
import { ACCOUNT_ID, foldKey, MAX_MANY } from './account.ts'
import { forbidden, notFound, RecordFault, Refusal, refuseWith, tooManyValues } from './answers.ts'
import { type Call, idsOf, wrapped, wrappedMany } from './call.ts'
import { listOf, toId } from './input.ts'
import type { JobItem } from './jobs.ts'
import { createOrganization, findByExternalId, removeOrganization, updateOrganization } from './organizations.ts'
import type { Held } from './store.ts'
import { createTicket, removeTicket, updateTicket } from './tickets.ts'
import { createOrUpdateUser, createUser, removeUser, updateUser } from './users.ts'

/** What batches do with records of one kind. */
interface Kind<R extends Held> {
  /** `organization`; its plural ends in s. */
  readonly name: string
  /** `Organization`, as error words begin. */
  readonly word: string
  readonly tellsCount: boolean
  find(call: Call, id: number): R | undefined
  findExternal(call: Call, externalId: string): R | undefined
  create(call: Call, given: JsonObject): R
  update(call: Call, record: R, given: JsonObject): R
  remove(call: Call, record: R): void
  /** A line of results that is well. */
  created(record: R, index: number): JsonObject
}

const created = (record: Held): JsonObject => ({ id: record.id, status: 'Created' })

export const organizationKind: Kind<ReturnType<typeof createOrganization>> = {
  name: 'organization',
  word: 'Organization',
  tellsCount: true,
  find: ({ account }, id) => account.organizations.get(id),
  findExternal: ({ account }, externalId) => findByExternalId(account, externalId),
  create: ({ account }, given) => createOrganization(account, given),
  update: ({ account }, record, given) => updateOrganization(account, record, given),
  remove: ({ account }, record) => removeOrganization(account, record),
  created,
}

export const userKind: Kind<ReturnType<typeof createUser>> = {
  name: 'user',
  word: 'User',
  tellsCount: false,
  find: ({ account }, id) => {
    const found = account.users.get(id)
    return found?.active ? found : undefined
  },
  findExternal: ({ account }, externalId) => account.users.find('external_id', foldKey(externalId)),
  create: ({ account }, given) => createUser(account, given),
  update: ({ account }, record, given) => updateUser(account, record, given),
  remove: ({ account }, record) => void removeUser(account, record),
  created,
}

export const ticketKind: Kind<ReturnType<typeof createTicket>> = {
  name: 'ticket',
  word: 'Ticket',
  tellsCount: true,
  find: ({ account }, id) => {
    const found = account.tickets.get(id)
    return found?.deletedAt === null ? found : undefined
  },
  findExternal: () => undefined,
  create: ({ account }, given) => createTicket(account, given),
  update: ({ account }, record, given) => updateTicket(account, record, given),
  remove: ({ account, deletedTickets }, record) => {
    deletedTickets.add(record.id)
    removeTicket(account, record)
  },
  created: (record, index) => ({ index, id: record.id, account_id: ACCOUNT_ID }),
}

/** A line of results for what was refused; its details are one plain text (4.3). */
function attempt(error: string, index: number, act: () => JsonObject): JsonObject {
  try {
    return act()
  } catch (thrown) {
    if (thrown instanceof Missing) return { index, error, details: 'Not found' }
    if (thrown instanceof RecordFault)
      return { index, error, ...(thrown.recordId === undefined ? {} : { id: thrown.recordId }), details: thrown.text }
    // a conflict, or a record that is gone: refused by itself, the others go on
    if (thrown instanceof Refusal) return { index, error, details: 'Not found' }
    throw thrown
  }
}

class Missing extends Error {
  override readonly name = 'Missing'
}

const batch = <R extends Held>(call: Call, kind: Kind<R>): readonly JsonObject[] => {
  const given = wrappedMany(call, `${kind.name}s`)
  if (given.length > MAX_MANY) throw tooManyValues(kind.tellsCount)
  return given
}

const submit = (call: Call, doing: string, items: readonly JobItem[]): SandboxAnswer =>
  call.jobs.submit({ doing, items }, call.origin)

export const createMany =
  <R extends Held>(kind: Kind<R>) =>
  (call: Call): SandboxAnswer => {
    if (kind.name === 'user') requireBulkImport(call)
    const items = batch(call, kind).map(
      (given, index) => () =>
        attempt(`${kind.word}CreateFailed`, index, () => kind.created(kind.create(call, given), index)),
    )
    return submit(call, `Creating ${kind.name}`, items)
  }

/** Users only, and only where Zendesk has enabled it (4.2). */
export const createOrUpdateManyUsers = (call: Call): SandboxAnswer => {
  requireBulkImport(call)
  const items = batch(call, userKind).map(
    (given, index) => () =>
      attempt('UserCreateOrUpdateFailed', index, () => {
        const { user, isNew } = createOrUpdateUser(call.account, given)
        return isNew ? created(user) : done('update', user.id)
      }),
  )
  return submit(call, 'Creating or updating user', items)
}

function requireBulkImport({ account }: Call): void {
  if (!account.knobs.bulkUserImport) throw forbidden()
}

const done = (action: 'update' | 'delete', id: number): JsonObject => ({
  action,
  id,
  status: action === 'update' ? 'Updated' : 'Deleted',
  success: true,
})

/** Several records, each with its own change; or `?ids=`: one change for all. */
export const updateMany =
  <R extends Held>(kind: Kind<R>) =>
  (call: Call): SandboxAnswer => {
    const named = namedBy(call, kind)
    const changes: readonly { readonly find: () => R | undefined; readonly given: JsonObject }[] = named
      ? named.map(find => ({ find, given: wrapped(call, kind.name) }))
      : batch(call, kind).map(given => ({ find: () => addressed(call, kind, given), given }))
    const items = changes.map(
      ({ find, given }, index) =>
        () =>
          attempt(`${kind.word}UpdateFailed`, index, () => {
            const record = find()
            if (!record) throw new Missing()
            return withId(record.id, () => done('update', kind.update(call, record, given).id))
          }),
    )
    return submit(call, `Updating ${kind.name}`, items)
  }

export const destroyMany =
  <R extends Held>(kind: Kind<R>) =>
  (call: Call): SandboxAnswer => {
    const named = namedBy(call, kind)
    if (!named) throw refuseWith(400, 'InvalidParameters', 'Missing or invalid parameter: ids')
    const items = named.map(
      (find, index) => () =>
        attempt(`${kind.word}DestroyFailed`, index, () => {
          const record = find()
          if (!record) throw new Missing()
          kind.remove(call, record)
          return done('delete', record.id)
        }),
    )
    return submit(call, `Deleting ${kind.name}`, items)
  }

/** An item says its id or its external id; with an id the external id is a value like any other. */
function addressed<R extends Held>(call: Call, kind: Kind<R>, given: JsonObject): R | undefined {
  const id = toId(given['id'])
  if (id !== undefined) return kind.find(call, id)
  const externalId = given['external_id']
  return typeof externalId === 'string' ? kind.findExternal(call, externalId) : undefined
}

function namedBy<R extends Held>(call: Call, kind: Kind<R>): readonly (() => R | undefined)[] | undefined {
  const { query } = call
  if (!query.has('ids') && !query.has('external_ids')) return undefined
  const found = query.has('ids')
    ? idsOf(query, 'ids').map(id => () => kind.find(call, id))
    : listOf(query.get('external_ids')).map(it => () => kind.findExternal(call, it))
  if (found.length > MAX_MANY) throw tooManyValues(kind.tellsCount)
  if (found.length === 0) throw notFound()
  return found
}

function withId<T>(id: number, act: () => T): T {
  try {
    return act()
  } catch (thrown) {
    if (thrown instanceof RecordFault) thrown.recordId = id
    throw thrown
  }
}
