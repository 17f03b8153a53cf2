import { type Kysely, type Migration, sql } from 'kysely'
import type { Capabilities } from '../dialects/capabilities.ts'
import { createIndex, createTable, type IndexSpec, type TableSpec } from './tables.ts'

const ref = { source_connection: 'text', source_entity: 'text', source_key: 'text' } as const
const refIds = { source_connection: 'integer', source_entity: 'integer', source_key: 'text' } as const

const TABLES: readonly TableSpec[] = [
  { name: 'names', identity: 'id', columns: { text: 'text' } },
  {
    name: 'runs',
    identity: 'no',
    columns: {
      ...{ workspace: 'text', id: 'text', flow: 'text', flow_hash: 'text', trigger: 'text', actor: 'text' },
      ...{
        state: 'text',
        started_at: 'time',
        active_at: 'time',
        ended_at: 'time?',
        failure: 'text?',
        replay_of: 'text?',
      },
      ...{ read: 'integer', written: 'integer', unchanged: 'integer', filtered: 'integer', dead: 'integer' },
      ...{ parked: 'integer', deleted: 'integer', calls: 'integer', sign_ins: 'integer' },
    },
  },
  {
    name: 'record_events',
    identity: 'id',
    columns: {
      ...{ workspace: 'integer', run: 'integer', flow: 'integer', flow_hash: 'integer', step: 'integer', at: 'time' },
      ...refIds,
      ...{ source_version: 'text?', sink_connection: 'integer?', sink_entity: 'integer?', sink_key: 'text?' },
      ...{ outcome: 'integer', did: 'text', changed: 'text', attempt: 'integer', failure: 'text?' },
    },
  },
  {
    name: 'links',
    identity: 'id',
    columns: {
      ...{ workspace: 'integer', flow: 'integer', step: 'integer', item: 'text' },
      ...refIds,
      ...{ sink_connection: 'integer', sink_entity: 'integer', sink_key: 'text', match_value: 'text?' },
      ...{ fingerprint: 'text', field_hashes: 'text', sink_version: 'text?', source_version: 'text?' },
      ...{ run: 'integer', written_at: 'time' },
    },
  },
  {
    name: 'tracked',
    primaryKey: ['workspace', 'flow', 'entity', 'key'],
    columns: {
      ...{ workspace: 'integer', flow: 'integer', entity: 'integer', key: 'text', source_hash: 'text' },
      ...{ seen_run: 'integer' },
    },
  },
  {
    name: 'intents',
    primaryKey: ['workspace', 'id'],
    columns: {
      ...{ workspace: 'text', id: 'text', run_id: 'text', flow: 'text', step: 'text', item: 'text' },
      ...ref,
      ...{ sink_connection: 'text', sink_entity: 'text', operation: 'text', match_value: 'text?', fingerprint: 'text' },
      started_at: 'time',
    },
  },
  {
    name: 'checkpoints',
    primaryKey: ['workspace', 'flow', 'entity'],
    columns: { workspace: 'text', flow: 'text', entity: 'text', cursor: 'text', committed_at: 'time' },
  },
  {
    name: 'dead_letters',
    identity: 'id',
    columns: {
      ...{ workspace: 'text', flow: 'text', step: 'text' },
      ...ref,
      ...{
        source_version: 'text?',
        change: 'text',
        code: 'text',
        failure: 'text',
        body: 'text',
        read_by: 'text',
        state: 'text',
      },
      ...{ first_seen_at: 'time', last_seen_at: 'time', attempts: 'integer', run_id: 'text', resolved_by_run: 'text?' },
    },
  },
  {
    name: 'parked',
    identity: 'id',
    columns: {
      ...{
        workspace: 'text',
        flow: 'text',
        ...ref,
        source_version: 'text?',
        body: 'text',
        read_by: 'text',
        run_id: 'text',
      },
      parked_at: 'time',
    },
  },
  {
    name: 'bodies',
    primaryKey: ['workspace', 'hash'],
    columns: { workspace: 'text', hash: 'text', sealed: 'text', stored_at: 'time' },
  },
  { name: 'seals', primaryKey: ['workspace', 'name'], columns: { workspace: 'text', name: 'text', sealed: 'text' } },
  {
    name: 'leases',
    primaryKey: ['workspace', 'flow'],
    columns: { workspace: 'text', flow: 'text', holder: 'text', expires_at: 'time' },
  },
  {
    name: 'facts',
    primaryKey: ['workspace', 'connection', 'name'],
    columns: { workspace: 'text', connection: 'text', name: 'text', value: 'text', expires_at: 'time' },
  },
  {
    name: 'inbox',
    identity: 'id',
    columns: {
      ...{ workspace: 'text', connection: 'text', delivery_id: 'text', received_at: 'time', body: 'text' },
      ...{ state: 'text', failure: 'text?' },
    },
  },
  {
    name: 'subscriptions',
    primaryKey: ['workspace', 'connection', 'id'],
    columns: {
      ...{ workspace: 'text', connection: 'text', id: 'text', entities: 'text', callback_url: 'text', secret: 'text?' },
      ...{ expires_at: 'time?', created_at: 'time', failure: 'text?' },
    },
  },
]

const source = ['source_connection', 'source_entity', 'source_key']

const INDEXES: readonly IndexSpec[] = [
  { name: 'names_text', table: 'names', columns: ['text'], unique: true },
  { name: 'runs_id', table: 'runs', columns: ['workspace', 'id'], unique: true },
  { name: 'runs_flow', table: 'runs', columns: ['workspace', 'flow', 'state'] },
  { name: 'events_at', table: 'record_events', columns: ['workspace', 'at'] },
  { name: 'events_flow', table: 'record_events', columns: ['workspace', 'flow', 'at'] },
  { name: 'events_run', table: 'record_events', columns: ['run', 'at'] },
  { name: 'events_source', table: 'record_events', columns: ['workspace', 'source_key'] },
  {
    name: 'events_sink',
    table: 'record_events',
    columns: ['workspace', 'sink_key', 'sink_entity', 'sink_connection'],
  },
  { name: 'links_known', table: 'links', columns: ['workspace', 'flow', ...source, 'step', 'item'], unique: true },
  {
    name: 'links_awaited',
    table: 'links',
    columns: ['workspace', 'sink_connection', 'sink_entity', 'source_connection', 'source_key'],
  },
  { name: 'links_sink', table: 'links', columns: ['workspace', 'sink_connection', 'sink_entity', 'sink_key'] },
  { name: 'links_match', table: 'links', columns: ['workspace', 'flow', 'step', 'match_value'] },
  { name: 'intents_flow', table: 'intents', columns: ['workspace', 'flow'] },
  { name: 'dead_flow', table: 'dead_letters', columns: ['workspace', 'flow', 'state', 'id'] },
  { name: 'dead_state', table: 'dead_letters', columns: ['workspace', 'state', 'id'] },
  { name: 'dead_source', table: 'dead_letters', columns: ['workspace', 'source_key'] },
  {
    name: 'parked_source',
    table: 'parked',
    // the connection last: what has healed is told by entity and key
    columns: ['workspace', 'flow', 'source_entity', 'source_key', 'source_connection'],
    unique: true,
  },
  { name: 'parked_age', table: 'parked', columns: ['workspace', 'flow', 'parked_at'] },
  { name: 'inbox_delivery', table: 'inbox', columns: ['workspace', 'connection', 'delivery_id'], unique: true },
]

/** The tables of the first release. */
export function firstTables(dialect: Capabilities): Migration {
  return {
    async up(db) {
      for (const table of TABLES) await createTable(db, dialect, table)
      await createParkedLinks(db)
      for (const index of INDEXES) await createIndex(db, index)
      // one open dead letter per record and step; closed ones stay as history
      await db.schema
        .createIndex('dead_open')
        .unique()
        .on('dead_letters')
        .columns(['workspace', 'flow', 'source_entity', 'source_key', 'source_connection', 'step'])
        .where(sql.ref('state'), 'in', ['open', 'retrying'])
        .execute()
    },
  }
}

async function createParkedLinks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('parked_links')
    .addColumn('parked', 'integer', column => column.notNull().references('parked.id').onDelete('cascade'))
    .addColumn('position', 'integer', column => column.notNull())
    .addColumn('sink_connection', 'integer', column => column.notNull())
    .addColumn('sink_entity', 'integer', column => column.notNull())
    .addColumn('source_connection', 'integer', column => column.notNull())
    .addColumn('source_entity', 'integer', column => column.notNull())
    .addColumn('source_key', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('parked_links_key', ['parked', 'position'])
    .execute()
}
