import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import { asError, type Fault } from './answers.ts'
import { checkRecord, combine } from './check-record.ts'
import type { External } from './external.ts'
import { asRow } from './line-items.ts'
import type { ModuleDef } from './modules.ts'
import { type Change, INTEGRATION_USER, type Org, type User, uniqueFields } from './org.ts'
import { briefUser } from './render.ts'
import type { StoredRecord } from './store.ts'

/** One write call: what holds for all of its records. */
export interface WriteCall {
  readonly org: Org
  readonly module: ModuleDef
  readonly actor: User
  readonly external: External
  /** Did the caller let workflows run? */
  readonly workflows: boolean
  /** If-Unmodified-Since, in epoch milliseconds. */
  readonly unmodifiedSince: number | undefined
  /** What listeners are told when the call is over. */
  readonly changes: Change[]
}

export interface Item {
  readonly given: Json
  readonly path: string
}

const INVALID_ID: Fault = { code: 'INVALID_DATA', message: 'the id given seems to be invalid', details: {} }

const withPath = (fault: Fault, path: string, name: string): JsonObject =>
  asError({ ...fault, details: { ...fault.details, api_name: name, json_path: `${path}.${name}` } })

const notARecord = ({ path }: Item): JsonObject =>
  asError({
    code: 'INVALID_DATA',
    message: 'invalid data',
    details: { expected_data_type: 'jsonobject', json_path: path },
  })

export function insertOne(call: WriteCall, item: Item): JsonObject {
  const given = asRow(item.given)
  return given ? save(call, { given, path: item.path, before: undefined }) : notARecord(item)
}

/** The record is named by `id`, or by its external value when the header says so. */
export function updateOne(call: WriteCall, item: Item): JsonObject {
  const given = asRow(item.given)
  if (!given) return notARecord(item)
  const { self } = call.external
  const byKey = self === null ? undefined : given[self]
  const store = call.org.store(call.module.apiName)
  if (self !== null && byKey !== undefined && byKey !== null) {
    const [found] = store.having(self, byKey)
    return found ? save(call, { given, path: item.path, before: found }) : withPath(INVALID_ID, item.path, self)
  }
  const id = given['id']
  if (id === undefined)
    return withPath({ code: 'MANDATORY_NOT_FOUND', message: 'required field not found', details: {} }, item.path, 'id')
  const found = typeof id === 'string' ? store.records.get(id) : undefined
  return found ? save(call, { given, path: item.path, before: found }) : withPath(INVALID_ID, item.path, 'id')
}

export function upsertOne(call: WriteCall, item: Item, fields: readonly string[]): JsonObject {
  const given = asRow(item.given)
  if (!given) return notARecord(item)
  const match = findMatch(call, given, fields)
  const answer = save(call, { given, path: item.path, before: match?.record })
  if (answer['status'] === 'error') return answer
  const { code, ...rest } = answer
  return { code: code ?? null, duplicate_field: match?.field ?? null, action: match ? 'update' : 'insert', ...rest }
}

/**
 * The fields that upsert looks a match up by, in order (fact sheet 4.2). Given fields come first, then every other unique field anyway;
 * the system's own field only when it is listed or when nothing is.
 */
export function matchOrder(module: ModuleDef, given: readonly string[] | undefined): readonly string[] {
  const unique = uniqueFields(module).map(it => it.apiName)
  const first = given ?? (module.duplicateField ? [module.duplicateField] : [])
  return [...first, ...unique.filter(it => !first.includes(it))]
}

function findMatch(
  call: WriteCall,
  given: JsonObject,
  fields: readonly string[],
): { record: StoredRecord; field: string } | undefined {
  const store = call.org.store(call.module.apiName)
  for (const field of fields) {
    const value = given[field]
    if (value === undefined || value === null || value === '') continue
    const found = store.having(field, value)
    // several of one name: which one is unconfirmed; the oldest here
    const oldest = found.reduce<StoredRecord | undefined>((a, b) => (a && a.id < b.id ? a : b), undefined)
    if (oldest) return { record: oldest, field }
  }
  return undefined
}

interface Save {
  readonly given: JsonObject
  readonly path: string
  readonly before: StoredRecord | undefined
}

function save(call: WriteCall, { given, path, before }: Save): JsonObject {
  const { org, module } = call
  if (before && call.unmodifiedSince !== undefined && before.modifiedAt > call.unmodifiedSince)
    return asError({
      code: 'ALREADY_MODIFIED',
      message: 'the record has been modified since the time given',
      details: { id: before.id, Modified_Time: org.print(before.modifiedAt) },
    })
  const { values, faults } = checkRecord(org, module, { given, path, before, external: call.external })
  const fault = combine(faults)
  if (fault) return asError(fault)
  // Modified_Time moves on every accepted write, also when nothing changed
  const now = org.stamp()
  const record: StoredRecord = {
    id: before?.id ?? org.nextId(),
    createdAt: before?.createdAt ?? now,
    createdBy: before?.createdBy ?? call.actor.id,
    modifiedAt: now,
    modifiedBy: call.actor.id,
    values,
  }
  org.store(module.apiName).put(record)
  note(call, before, record)
  return success(org, record, before ? 'record updated' : 'record added')
}

function note(call: WriteCall, before: StoredRecord | undefined, after: StoredRecord): void {
  const names = new Set([...Object.keys(before?.values ?? {}), ...Object.keys(after.values)])
  const changed: Record<string, Json> = {}
  for (const name of names)
    if (!isSame(before?.values[name], after.values[name])) changed[name] = after.values[name] ?? null
  call.changes.push({ operation: before ? 'update' : 'insert', id: after.id, changed })
  if (call.actor !== INTEGRATION_USER) return
  const counters = call.org.counters(call.module.apiName)
  counters[before ? 'updated' : 'inserted'] += 1
  if (call.workflows) counters.workflows += 1
}

const isSame = (a: Json | undefined, b: Json | undefined) =>
  a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))

function success(org: Org, record: StoredRecord, message: string): JsonObject {
  return {
    code: 'SUCCESS',
    details: {
      Modified_Time: org.print(record.modifiedAt),
      Modified_By: briefUser(record.modifiedBy),
      Created_Time: org.print(record.createdAt),
      id: record.id,
      Created_By: briefUser(record.createdBy),
      $approval_state: 'approved',
    },
    message,
    status: 'success',
  }
}

/** Into the recycle bin; false when there is no such record. */
export function removeOne(
  call: Pick<WriteCall, 'org' | 'module' | 'actor' | 'changes'>,
  id: string,
  name: string,
): boolean {
  const { org, module, actor } = call
  const store = org.store(module.apiName)
  const record = store.records.get(id)
  if (!record) return false
  store.remove(id)
  store.deleted.push({
    id,
    displayName: name,
    deletedAt: org.stamp(),
    deletedBy: actor.id,
    createdBy: record.createdBy,
    isPurged: false,
  })
  call.changes.push({ operation: 'delete', id, changed: {} })
  if (actor === INTEGRATION_USER) org.counters(module.apiName).deleted += 1
  return true
}
