import type { Transaction } from 'kysely'
import { ERASED, type Erased, type Subject } from '../core/audit.ts'
import type { Failure } from '../core/errors.ts'
import type { JsonObject } from '../core/record.ts'
import { veil } from './chain-hash.ts'
import type { Tables } from './schema.ts'
import type { Store } from './store.ts'
import { readFailure } from './values.ts'

/** A subject as the rows hold it; a name that was never stored is 0, which no row has. */
export interface Wanted extends Subject {
  readonly connectionId: number
  readonly entityId: number
}

/** What kind of failure it was stays; the other system's words may name anybody. */
export function maskFailure({ kind, code, field, connection }: Failure): Failure {
  return {
    ...{ kind, code, message: ERASED },
    ...(field === undefined ? {} : { field }),
    ...(connection === undefined ? {} : { connection }),
  }
}

type Elsewhere = Pick<Erased, 'deadLetters' | 'parked' | 'actions' | 'deliveries'>

/** What is kept of a subject beside events and known records. */
export async function eraseElsewhere(
  store: Store,
  transaction: Transaction<Tables>,
  wanted: Wanted,
): Promise<Elsewhere> {
  const { connection, entity, key } = wanted
  const { numDeletedRows } = await transaction
    .deleteFrom('parked')
    .where('workspace', '=', store.workspace)
    .where('source_connection', '=', connection)
    .where('source_entity', '=', entity)
    .where('source_key', '=', key)
    .executeTakeFirst()
  return {
    deadLetters: await eraseDead(store, transaction, wanted),
    parked: Number(numDeletedRows),
    actions: await eraseActions(store, transaction, key),
    deliveries: await eraseDeliveries(store, transaction, wanted),
  }
}

async function eraseDead(store: Store, transaction: Transaction<Tables>, wanted: Wanted): Promise<number> {
  const rows = await transaction
    .selectFrom('dead_letters')
    .select(['id', 'state', 'reason', 'failure'])
    .where('workspace', '=', store.workspace)
    .where('source_key', '=', wanted.key)
    .where('source_connection', '=', wanted.connection)
    .where('source_entity', '=', wanted.entity)
    .execute()
  for (const { id, state, reason, failure } of rows) {
    const isOpen = state === 'open' || state === 'retrying'
    await transaction
      .updateTable('dead_letters')
      .set({
        source_key: ERASED,
        failure: JSON.stringify(maskFailure(readFailure(failure))),
        body: '',
        // without its record it can be replayed no more
        state: isOpen ? 'discarded' : state,
        reason: isOpen || reason !== null ? ERASED : null,
      })
      .where('id', '=', id)
      .execute()
  }
  return rows.length
}

/** Somebody may have run a flow for its key. */
async function eraseActions({ workspace }: Store, transaction: Transaction<Tables>, key: string): Promise<number> {
  const rows = await transaction
    .selectFrom('actions')
    .select(['id', 'details', 'salt', 'erased'])
    .where('workspace', '=', workspace)
    .where('details', 'like', '%"keys"%')
    .execute()
  let count = 0
  for (const { id, details, salt, erased } of rows) {
    // written by recordAction
    const told = JSON.parse(details) as JsonObject
    const { keys } = told
    if (!Array.isArray(keys) || !keys.includes(key)) continue
    const masked = JSON.stringify({ ...told, keys: keys.map(it => (it === key ? ERASED : it)) })
    // one that was masked before keeps the hash of what it was
    const gone = { salt: null, erased: erased ?? veil(salt, [details]) }
    await transaction
      .updateTable('actions')
      .set({ ...gone, details: masked })
      .where('id', '=', id)
      .execute()
    count += 1
  }
  return count
}

/** Deliveries that are dealt with; one that waits is still to be read. */
async function eraseDeliveries(
  { workspace }: Store,
  transaction: Transaction<Tables>,
  wanted: Wanted,
): Promise<number> {
  const rows = await transaction
    .selectFrom('inbox')
    .select(['id', 'keys'])
    .where('workspace', '=', workspace)
    .where('state', '=', 'done')
    .where('connection', '=', wanted.connection)
    .where('entity', '=', wanted.entity)
    .execute()
  let count = 0
  for (const { id, keys } of rows) {
    // written by receive
    const told = JSON.parse(keys) as readonly string[]
    if (!told.includes(wanted.key)) continue
    const left = JSON.stringify(told.filter(it => it !== wanted.key))
    await transaction.updateTable('inbox').set({ keys: left }).where('id', '=', id).execute()
    count += 1
  }
  return count
}
