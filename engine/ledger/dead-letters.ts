import { type Selectable, type SqlBool, sql } from 'kysely'
import type { DeadFilter, DeadLetter, DeadLetterRow, Ledger } from '../core/ledger.ts'
import { integers, texts } from './dialects/columns.ts'
import type { DeadTable } from './schema.ts'
import type { Settling, Store } from './store.ts'
import { readFailure, toIso, toMs } from './values.ts'

const COLUMNS = {
  ...texts('workspace', 'flow', 'step', 'source_connection', 'source_entity', 'source_key', 'source_version'),
  ...texts('change', 'code', 'failure', 'body', 'read_by', 'state', 'run_id'),
  ...integers('first_seen_at', 'last_seen_at', 'attempts'),
}

// literal, not bound: only so does the planner see that the index of open ones (dead_open) holds all of them
const isOpen = sql<SqlBool>`state in ('open', 'retrying')`

export function deadLetters(store: Store): Pick<Ledger, 'deadLetters' | 'deadBody' | 'deadCounts' | 'discardDead'> {
  const { db, dialect, workspace, bodies } = store
  return {
    async deadLetters(filter) {
      const rows = await restrict(store, filter).orderBy('id', 'desc').limit(filter.limit).execute()
      return rows.map(toDead)
    },
    async deadBody(id) {
      const row = await db
        .selectFrom('dead_letters')
        .innerJoin('bodies', join =>
          join.onRef('bodies.workspace', '=', 'dead_letters.workspace').onRef('bodies.hash', '=', 'dead_letters.body'),
        )
        .where('dead_letters.workspace', '=', workspace)
        .where('dead_letters.id', '=', Number(id))
        .select('bodies.sealed')
        .executeTakeFirst()
      return row && bodies.open(row.sealed)
    },
    async deadCounts() {
      const rows = await db
        .selectFrom('dead_letters')
        .where('workspace', '=', workspace)
        .where(isOpen)
        .groupBy(['flow', 'code'])
        .select(({ fn }) => ['flow', 'code', fn.countAll<number>().as('count')])
        .orderBy('flow')
        .orderBy('code')
        .execute()
      return rows.map(({ flow, code, count }) => ({ flow, code, count: Number(count) }))
    },
    async discardDead(ids, at, reason) {
      const discarded = dialect.rowset(
        { id: 'integer' },
        ids.map(id => ({ id: Number(id) })),
      )
      const { numUpdatedRows } = await db
        .updateTable('dead_letters')
        .set({ state: 'discarded', last_seen_at: Date.parse(at), reason: reason ?? null })
        .where('workspace', '=', workspace)
        .where(isOpen)
        .where('id', 'in', db.selectFrom(discarded.as('discarded')).select('discarded.id'))
        .executeTakeFirst()
      return Number(numUpdatedRows)
    },
  }
}

function restrict({ db, dialect, workspace }: Store, filter: DeadFilter) {
  let query = db.selectFrom('dead_letters').selectAll().where('workspace', '=', workspace)
  if (filter.flow !== undefined) query = query.where('flow', '=', filter.flow)
  if (filter.code !== undefined) query = query.where('code', '=', filter.code)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.sourceKey !== undefined) query = query.where('source_key', '=', filter.sourceKey)
  if (filter.since !== undefined) query = query.where('last_seen_at', '>=', toMs(filter.since))
  if (filter.until !== undefined) query = query.where('last_seen_at', '<=', toMs(filter.until))
  if (filter.after !== undefined) query = query.where('id', '<', Number(filter.after))
  if (filter.sourceKeys !== undefined) {
    const keys = dialect.rowset(
      { key: 'text' },
      filter.sourceKeys.map(key => ({ key })),
    )
    query = query.where('source_key', 'in', db.selectFrom(keys.as('keys')).select('keys.key'))
  }
  if (filter.ids === undefined) return query
  const wanted = dialect.rowset(
    { id: 'integer' },
    filter.ids.map(id => ({ id: Number(id) })),
  )
  return query.where('id', 'in', db.selectFrom(wanted.as('wanted')).select('wanted.id'))
}

/** A record that dies again updates its open dead letter; it is parked no longer. */
export async function settleDead(settling: Settling): Promise<void> {
  const { store, transaction, settlement, hashOf, at } = settling
  if (settlement.dead.length === 0) return
  await store.dialect.insertRows(transaction, {
    table: 'dead_letters',
    columns: COLUMNS,
    rows: settlement.dead.map(letter => ({
      ...toRow(letter),
      ...{ workspace: store.workspace, body: hashOf(letter.body), state: 'open' },
      ...{ first_seen_at: at, last_seen_at: at, attempts: 1, run_id: settlement.runId },
    })),
    conflict: `on conflict (workspace, flow, step, source_connection, source_entity, source_key)
      where state in ('open', 'retrying')
      do update set attempts = dead_letters.attempts + 1, last_seen_at = excluded.last_seen_at, state = 'open',
        source_version = excluded.source_version, change = excluded.change, code = excluded.code,
        failure = excluded.failure, body = excluded.body, read_by = excluded.read_by, run_id = excluded.run_id`,
  })
  const gone = settlement.dead.map(letter => ({ entity: letter.sourceEntity, key: letter.sourceKey }))
  await unpark(settling, gone)
}

/** Closes what is open about records that have now ended well. */
export async function settleHealed(settling: Settling): Promise<void> {
  const { store, transaction, settlement } = settling
  if (settlement.healed.length === 0) return
  const healed = store.dialect.rowset({ entity: 'text', key: 'text' }, settlement.healed)
  await transaction
    .updateTable('dead_letters')
    .set({ state: 'resolved', resolved_by_run: settlement.runId })
    .where('workspace', '=', store.workspace)
    .where('flow', '=', settlement.flow)
    .where(isOpen)
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('source_entity', 'source_key'),
        'in',
        selectFrom(healed.as('healed')).select(['healed.entity', 'healed.key']).$asTuple('entity', 'key'),
      ),
    )
    .execute()
  await unpark(settling, settlement.healed)
}

async function unpark(
  { store, transaction, settlement }: Settling,
  records: readonly { readonly entity: string; readonly key: string }[],
): Promise<void> {
  const gone = store.dialect.rowset({ entity: 'text', key: 'text' }, records)
  await transaction
    .deleteFrom('parked')
    .where('workspace', '=', store.workspace)
    .where('flow', '=', settlement.flow)
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('source_entity', 'source_key'),
        'in',
        selectFrom(gone.as('gone')).select(['gone.entity', 'gone.key']).$asTuple('entity', 'key'),
      ),
    )
    .execute()
}

function toRow(letter: DeadLetter) {
  return {
    flow: letter.flow,
    step: letter.step,
    source_connection: letter.sourceConnection,
    source_entity: letter.sourceEntity,
    source_key: letter.sourceKey,
    source_version: letter.sourceVersion,
    read_by: letter.readBy,
    change: letter.change,
    code: letter.failure.code,
    failure: JSON.stringify(letter.failure),
  }
}

function toDead(row: Selectable<DeadTable>): DeadLetterRow {
  return {
    id: String(row.id),
    flow: row.flow,
    step: row.step,
    sourceConnection: row.source_connection,
    sourceEntity: row.source_entity,
    sourceKey: row.source_key,
    sourceVersion: row.source_version,
    readBy: row.read_by,
    change: row.change,
    failure: readFailure(row.failure),
    state: row.state,
    firstSeenAt: toIso(row.first_seen_at),
    lastSeenAt: toIso(row.last_seen_at),
    attempts: row.attempts,
    runId: row.run_id,
    resolvedByRun: row.resolved_by_run,
    reason: row.reason,
  }
}
