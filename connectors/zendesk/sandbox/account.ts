import type { JsonObject, SandboxClock } from '../../../engine/sdk/index.ts'
import { type FieldFault, RecordFault, refuseWith } from './answers.ts'
import { type FieldDef, type FieldOption, readValue } from './fields.ts'
import type { Knobs } from './knobs.ts'
import type { Change, Organization, Subject, Ticket, User } from './model.ts'
import { createStore, type Store } from './store.ts'

export const ACCOUNT_ID = 11_223_344
export const SYNC_USER_ID = 4_417_092_330_001
/** Records a batch may hold, and ids that one look-up may name (fact sheet 6). */
export const MAX_MANY = 100

/** Names and addresses are compared without case and outer blanks, external ids without case (2.1). */
export const fold = (text: string) => text.trim().toLowerCase()
export const foldKey = (text: string) => text.toLowerCase()

/** One Zendesk account: records, field definitions, clock, switches. Nothing of it is shared between sandboxes. */
export interface Account {
  readonly clock: SandboxClock
  readonly knobs: Knobs
  readonly organizations: Store<Organization>
  readonly users: Store<User>
  readonly tickets: Store<Ticket>
  /** By key; those of tickets by id. */
  readonly fields: Readonly<Record<Subject, Map<string, FieldDef>>>
  /** Now, in whole seconds. */
  seconds(): number
  nextId(): number
  nextTicketId(): number
  /** Hear of every change, whoever made it. */
  readonly listeners: ((change: Change) => void)[]
  tell(change: Change): void
}

export function createAccount(clock: SandboxClock, knobs: Knobs): Account {
  let lastId = 4_417_092_331_031
  let lastTicket = 48_000
  const listeners: ((change: Change) => void)[] = []
  return {
    clock,
    knobs,
    organizations: createStore<Organization>({
      keys: {
        external_id: it => (it.external_id === null ? [] : [foldKey(it.external_id)]),
        name: it => [fold(it.name)],
        domain: it => it.domain_names.map(fold),
      },
    }),
    users: createStore<User>({
      keys: {
        external_id: it => (it.external_id === null || !it.active ? [] : [foldKey(it.external_id)]),
        email: it => (it.active ? emailsOf(it).map(fold) : []),
      },
      owner: it => it.organization_id,
    }),
    tickets: createStore<Ticket>({ owner: it => it.organization_id }),
    fields: { organization: new Map(), user: new Map(), ticket: new Map() },
    seconds: () => Math.floor(clock.now().getTime() / 1000),
    nextId: () => {
      lastId += 128
      return lastId
    },
    nextTicketId: () => {
      lastTicket += 1
      return lastTicket
    },
    listeners,
    tell: change => {
      for (const listen of listeners) listen(change)
    },
  }
}

export const emailsOf = (user: User): string[] => (user.email === null ? [] : [user.email, ...user.otherEmails])

export interface NewField {
  readonly type: string
  readonly key?: string | null
  readonly title: string
  readonly description?: string
  readonly system?: boolean
  readonly options?: readonly { readonly name: string; readonly value: string }[]
  readonly regexp?: string | null
  readonly target?: string | null
}

/** Defines a field; one of the same key is replaced. */
export function defineField(account: Account, subject: Subject, given: NewField): FieldDef {
  const options: FieldOption[] = (given.options ?? []).map(it => ({ id: account.nextId(), ...it }))
  const def: FieldDef = {
    id: account.nextId(),
    type: given.type,
    key: given.key ?? null,
    title: given.title,
    description: given.description ?? '',
    active: true,
    system: given.system ?? false,
    options,
    regexp: given.regexp ?? null,
    target: given.target ?? null,
    createdAt: account.seconds(),
  }
  account.fields[subject].set(def.key ?? String(def.id), def)
  return def
}

const NO_KEY = /^\d+$|[^A-Za-z0-9_]/

/** Letters, digits, underscore, not only digits (2.1). */
export function requireFieldKey(account: Account, subject: Subject, key: string): void {
  if (key === '' || NO_KEY.test(key))
    throw refuseWith(422, 'RecordInvalid', 'Record validation errors', {
      details: { key: [{ description: 'Key: is invalid', error: 'InvalidFormat' }] },
    })
  if (account.fields[subject].has(key))
    throw new RecordFault([
      { field: 'key', error: 'DuplicateValue', description: `Key: ${key} has already been taken` },
    ])
}

/** Custom values laid over those held; unknown keys fall away without a word (unconfirmed, 2.1). */
export function mergeFields(
  defs: ReadonlyMap<string, FieldDef>,
  held: JsonObject,
  given: JsonObject,
): { readonly values: JsonObject; readonly faults: readonly FieldFault[] } {
  const values: Record<string, JsonObject[string]> = { ...held }
  const faults: FieldFault[] = []
  for (const [key, it] of Object.entries(given)) {
    const def = defs.get(key)
    if (!def || def.system) continue
    const read = readValue(def, it)
    if ('value' in read) values[key] = read.value
    else faults.push(read)
  }
  return { values, faults }
}

/** All keys that are defined, those unset with null. */
export const allFields = (defs: ReadonlyMap<string, FieldDef>, held: JsonObject): JsonObject =>
  Object.fromEntries([...defs.keys()].map(key => [key, held[key] ?? null]))
