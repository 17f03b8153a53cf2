import { type Kysely, type Migration, sql } from 'kysely'
import type { Failure } from '../../core/errors.ts'
import type { Capabilities } from '../dialects/capabilities.ts'
import { createIndex, createTable, type IndexSpec, type TableSpec } from './tables.ts'

const TABLES: readonly TableSpec[] = [
  {
    name: 'inbox',
    identity: 'id',
    // who works on an entry names its number when it is done, perhaps after somebody else has closed and forgotten it
    isIdentityLasting: true,
    columns: {
      ...{ workspace: 'text', connection: 'text', delivery_id: 'text', entity: 'text', change: 'text', keys: 'text' },
      ...{ state: 'text', received_at: 'time' },
    },
  },
  {
    name: 'subscriptions',
    primaryKey: ['workspace', 'connection', 'id'],
    columns: {
      ...{ workspace: 'text', connection: 'text', id: 'text', entities: 'text', callback_url: 'text', secret: 'text?' },
      ...{ created_at: 'time', expires_at: 'time?', failure: 'text?', failing_since: 'time?' },
    },
  },
  {
    name: 'api_tokens',
    primaryKey: ['workspace', 'id'],
    columns: {
      ...{ workspace: 'text', id: 'text', name: 'text', role: 'text', hash: 'text', created_at: 'time' },
      ...{ expires_at: 'time?', last_used_at: 'time?', revoked_at: 'time?' },
    },
  },
  {
    name: 'actions',
    identity: 'id',
    columns: {
      ...{ workspace: 'text', at: 'time', actor: 'text', action: 'text', subject: 'text', details: 'text' },
    },
  },
  {
    name: 'pauses',
    primaryKey: ['workspace', 'subject'],
    columns: { workspace: 'text', subject: 'text', paused_by: 'text', paused_at: 'time', reason: 'text' },
  },
]

const INDEXES: readonly IndexSpec[] = [
  {
    name: 'inbox_delivery',
    table: 'inbox',
    // one delivery may tell of records that changed and of others that are gone
    columns: ['workspace', 'connection', 'delivery_id', 'entity', 'change'],
    unique: true,
  },
  { name: 'inbox_state', table: 'inbox', columns: ['workspace', 'state', 'id'] },
  { name: 'tokens_hash', table: 'api_tokens', columns: ['workspace', 'hash'], unique: true },
  { name: 'actions_newest', table: 'actions', columns: ['workspace', 'id'] },
  { name: 'actions_subject', table: 'actions', columns: ['workspace', 'subject', 'id'] },
  { name: 'runs_newest', table: 'runs', columns: ['workspace', 'flow', 'no'] },
  { name: 'runs_started', table: 'runs', columns: ['workspace', 'started_at'] },
]

/** What a service keeps. The inbox and the subscriptions of the first tables were never written to: they are made anew. */
export function operations(dialect: Capabilities): Migration {
  return {
    async up(db) {
      for (const unused of ['inbox', 'subscriptions']) await db.schema.dropTable(unused).execute()
      for (const table of TABLES) await createTable(db, dialect, table)
      for (const index of INDEXES) await createIndex(db, index)
      await db.schema.alterTable('dead_letters').addColumn('reason', 'text').execute()
      // open ones are counted whenever somebody looks: without the closed ones, which are kept for ever
      await db.schema
        .createIndex('dead_counts')
        .on('dead_letters')
        .columns(['workspace', 'flow', 'code'])
        .where(sql.ref('state'), 'in', ['open', 'retrying'])
        .execute()
      await db.schema.alterTable('record_events').addColumn('code', 'integer').execute()
      await fillCodes(db)
      // failures are few: the index holds nothing of all the other events
      await db.schema
        .createIndex('events_code')
        .on('record_events')
        .columns(['workspace', 'code', 'at'])
        .where(sql.ref('code'), 'is not', null)
        .execute()
    },
  }
}

const CHUNK = 1_000

/** Events of before get the code that their failure holds. */
async function fillCodes(db: Kysely<unknown>): Promise<void> {
  for (let after = 0; ; ) {
    const { rows } = await sql<{ id: number; failure: string }>`select id, failure from record_events
      where failure is not null and id > ${after} order by id limit ${CHUNK}`.execute(db)
    for (const { id, failure } of rows) {
      // written by settle, never by anybody else
      const { code } = JSON.parse(failure) as Failure
      await sql`insert into names (text) values (${code}) on conflict (text) do nothing`.execute(db)
      await sql`update record_events set code = (select id from names where text = ${code}) where id = ${id}`.execute(
        db,
      )
      after = id
    }
    if (rows.length < CHUNK) return
  }
}
