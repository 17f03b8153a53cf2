import { type Expression, type Selectable, type SqlBool, sql } from 'kysely'
import type { AwaitedLink, Ledger, ParkedRecord, ReadyRecord } from '../core/ledger.ts'
import { AWAITED, awaitedNames, awaitedRow } from './links.ts'
import type { ParkedTable } from './schema.ts'
import type { Settling, Store } from './store.ts'
import { toIso } from './values.ts'

const SOURCE = { flow: 'text', source_connection: 'text', source_entity: 'text', source_key: 'text' } as const
const COLUMNS = {
  workspace: 'text',
  ...SOURCE,
  source_version: 'text',
  body: 'text',
  read_by: 'text',
  run_id: 'text',
  parked_at: 'integer',
} as const

type FoundParked = Selectable<ParkedTable> & { readonly sealed: string }

export function parked(store: Store): Pick<Ledger, 'parkedReady' | 'parked' | 'parkedCount'> {
  const { db, workspace, workspaceId, anyId } = store
  const waiting = (flow: string) =>
    db
      .selectFrom('parked')
      .innerJoin('bodies', join =>
        join.onRef('bodies.workspace', '=', 'parked.workspace').onRef('bodies.hash', '=', 'parked.body'),
      )
      .where('parked.workspace', '=', workspace)
      .where('parked.flow', '=', flow)
      .selectAll('parked')
      .select('bodies.sealed')
      .orderBy('parked.parked_at')
      .orderBy('parked.id')
  return {
    async parkedReady(flow, limit) {
      // every awaited link is one probe of the index links_awaited
      const missing = sql<SqlBool>`exists (
        select 1 from parked_links as awaited where awaited.parked = parked.id and not exists (
          select 1 from links
          where links.workspace = ${workspaceId} and links.sink_connection = awaited.sink_connection
            and links.sink_entity = awaited.sink_entity and links.source_connection = awaited.source_connection
            and links.source_key = awaited.source_key
            and (awaited.source_entity = ${anyId} or links.source_entity = awaited.source_entity)))`
      const rows = await waiting(flow)
        .where(({ not }): Expression<SqlBool> => not(missing))
        .limit(limit)
        .execute()
      return (await toParked(store, rows)).map(({ parkedAt: _, ...record }) => record)
    },
    async parked(flow, limit) {
      const rows = await toParked(store, await waiting(flow).limit(limit).execute())
      return rows.map(({ parkedByRun: _, ...record }) => record)
    },
    async parkedCount(flow) {
      const row = await db
        .selectFrom('parked')
        .where('workspace', '=', workspace)
        .where('flow', '=', flow)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirst()
      return Number(row?.count ?? 0)
    },
  }
}

async function toParked(
  { db, dialect, names, bodies }: Store,
  rows: readonly FoundParked[],
): Promise<readonly (ReadyRecord & { readonly parkedAt: string })[]> {
  const wanted = dialect.rowset({ id: 'integer' }, rows)
  const found = await db
    .selectFrom(wanted.as('wanted'))
    .crossJoin('parked_links')
    .whereRef('parked_links.parked', '=', 'wanted.id')
    .selectAll('parked_links')
    .orderBy('parked_links.position')
    .execute()
  const text = await names.texts(
    found.flatMap(link => [link.sink_connection, link.sink_entity, link.source_connection, link.source_entity]),
  )
  const awaitsOf = Map.groupBy(found, link => link.parked)
  const toAwaited = (link: (typeof found)[number]): AwaitedLink => ({
    sinkConnection: text(link.sink_connection),
    sinkEntity: text(link.sink_entity),
    sourceConnection: text(link.source_connection),
    sourceEntity: text(link.source_entity),
    sourceKey: link.source_key,
  })
  return Promise.all(
    rows.map(async row => ({
      flow: row.flow,
      sourceConnection: row.source_connection,
      sourceEntity: row.source_entity,
      sourceKey: row.source_key,
      sourceVersion: row.source_version,
      body: await bodies.open(row.sealed),
      readBy: row.read_by,
      awaits: (awaitsOf.get(row.id) ?? []).map(toAwaited),
      parkedByRun: row.run_id,
      parkedAt: toIso(row.parked_at),
    })),
  )
}

export function parkedNames({ parked: records }: Settling['settlement']): string[] {
  return records.flatMap(record => record.awaits.flatMap(awaitedNames))
}

/** A record that is parked again keeps its place in the queue, with its new body and its new references. */
export async function settleParked(settling: Settling): Promise<void> {
  const { store, transaction, settlement, names, hashOf, at } = settling
  const records = new Map(settlement.parked.map(record => [refOf(record), record]))
  if (records.size === 0) return
  const { dialect, workspace } = store
  await dialect.insertRows(transaction, {
    table: 'parked',
    columns: COLUMNS,
    rows: [...records.values()].map(record => ({
      ...{ ...sourceOf(record), workspace, source_version: record.sourceVersion },
      ...{ body: hashOf(record.body), read_by: record.readBy, run_id: settlement.runId, parked_at: at },
    })),
    conflict: `on conflict (workspace, flow, source_connection, source_entity, source_key)
      do update set source_version = excluded.source_version, body = excluded.body, read_by = excluded.read_by, run_id = excluded.run_id`,
  })
  const rows = await storedOf(settling, [...records.values()])
  const again = dialect.rowset({ id: 'integer' }, rows)
  await transaction
    .deleteFrom('parked_links')
    .where('parked', 'in', transaction.selectFrom(again.as('again')).select('again.id'))
    .execute()
  await dialect.insertRows(transaction, {
    table: 'parked_links',
    columns: { parked: 'integer', position: 'integer', ...AWAITED },
    rows: rows.flatMap(({ id, ref }) =>
      (records.get(ref)?.awaits ?? []).map((link, position) => ({ parked: id, position, ...awaitedRow(link, names) })),
    ),
    conflict: '',
  })
}

async function storedOf({ store, transaction }: Settling, records: readonly ParkedRecord[]) {
  const wanted = store.dialect.rowset(SOURCE, records.map(sourceOf))
  const rows = await transaction
    .selectFrom(wanted.as('wanted'))
    .crossJoin('parked')
    .where('parked.workspace', '=', store.workspace)
    .whereRef('parked.flow', '=', 'wanted.flow')
    .whereRef('parked.source_connection', '=', 'wanted.source_connection')
    .whereRef('parked.source_entity', '=', 'wanted.source_entity')
    .whereRef('parked.source_key', '=', 'wanted.source_key')
    .selectAll('parked')
    .execute()
  return rows.map(({ id, flow, source_connection, source_entity, source_key }) => ({
    id,
    ref: JSON.stringify([flow, source_connection, source_entity, source_key]),
  }))
}

function sourceOf(record: ParkedRecord) {
  return {
    flow: record.flow,
    source_connection: record.sourceConnection,
    source_entity: record.sourceEntity,
    source_key: record.sourceKey,
  }
}

function refOf(record: ParkedRecord): string {
  return JSON.stringify(Object.values(sourceOf(record)))
}
