import type { Expression, Selectable, SelectQueryBuilder, SqlBool } from 'kysely'
import type { AwaitedLink, KnownRecord, Ledger } from '../core/ledger.ts'
import type { Row } from './dialects/capabilities.ts'
import { integers, texts } from './dialects/columns.ts'
import type { NameIds } from './names.ts'
import type { LinkTable, Tables } from './schema.ts'
import type { Settling, Store } from './store.ts'
import { toIso, toMs, unique } from './values.ts'

const SOURCE = { source_connection: 'integer', source_entity: 'integer', source_key: 'text' } as const

/** Columns that say what is awaited. */
export const AWAITED = { sink_connection: 'integer', sink_entity: 'integer', ...SOURCE } as const

const COLUMNS = {
  ...SOURCE,
  ...integers('workspace', 'flow', 'step', 'sink_connection', 'sink_entity', 'run', 'written_at'),
  ...texts('item', 'sink_key', 'match_value', 'fingerprint', 'field_hashes', 'sink_version', 'source_version'),
}

const REPLACED = [
  ...['sink_connection', 'sink_entity', 'sink_key', 'match_value', 'fingerprint', 'field_hashes'],
  ...['sink_version', 'source_version', 'run', 'written_at'],
]

/** Text that each name id of a known record stands for. */
const NAMED = ['flow', 'step', 'source_connection', 'source_entity', 'sink_connection', 'sink_entity'] as const

type FoundLink = Selectable<LinkTable> & { readonly run_id: string }

export function links(store: Store): Pick<Ledger, 'known' | 'knownByMatch' | 'knownBySink' | 'resolveLinks'> {
  const { dialect, names, workspaceId } = store
  const find = async (keys: readonly string[], where: (query: LinkQuery) => LinkQuery) => {
    if (keys.length === 0) return []
    const wanted = dialect.rowset(
      { key: 'text' },
      unique(keys).map(key => ({ key })),
    )
    const query = store.db
      .selectFrom(wanted.as('wanted'))
      .crossJoin('links')
      .innerJoin('runs', 'runs.no', 'links.run')
      .where('links.workspace', '=', workspaceId)
    const rows = await where(query).selectAll('links').select('runs.id as run_id').execute()
    return toKnown(store, rows)
  }
  return {
    async known(flow, connection, entity, keys) {
      const ids = await names.find([flow, connection, entity])
      if (!ids) return []
      return find(keys, query =>
        query
          .where('links.flow', '=', ids(flow))
          .where('links.source_connection', '=', ids(connection))
          .where('links.source_entity', '=', ids(entity))
          .whereRef('links.source_key', '=', 'wanted.key'),
      )
    },
    async knownByMatch(flow, step, values) {
      const ids = await names.find([flow, step])
      if (!ids) return []
      return find(values, query =>
        query
          .where('links.flow', '=', ids(flow))
          .where('links.step', '=', ids(step))
          .whereRef('links.match_value', '=', 'wanted.key'),
      )
    },
    async knownBySink(connection, entity, sinkKeys) {
      const ids = await names.find([connection, entity])
      if (!ids) return []
      return find(sinkKeys, query =>
        query
          .where('links.sink_connection', '=', ids(connection))
          .where('links.sink_entity', '=', ids(entity))
          .whereRef('links.sink_key', '=', 'wanted.key'),
      )
    },
    resolveLinks: awaited => resolveLinks(store, awaited),
  }
}

type LinkQuery = SelectQueryBuilder<Tables & { wanted: { key: string } }, 'wanted' | 'links' | 'runs', object>

async function resolveLinks(store: Store, awaited: readonly AwaitedLink[]): ReturnType<Ledger['resolveLinks']> {
  const { db, dialect, workspaceId } = store
  const ids = await store.names.findSome(awaited.flatMap(awaitedNames))
  const rows = awaited.flatMap((link, no) => {
    const isKnown = awaitedNames(link).every(name => ids(name) !== undefined)
    return isKnown ? [{ no, ...awaitedRow(link, name => ids(name) ?? 0) }] : []
  })
  if (rows.length === 0) return []
  const found = await db
    .selectFrom(dialect.rowset({ no: 'integer', ...AWAITED }, rows).as('wanted'))
    .crossJoin('links')
    .where('links.workspace', '=', workspaceId)
    .whereRef('links.sink_connection', '=', 'wanted.sink_connection')
    .whereRef('links.sink_entity', '=', 'wanted.sink_entity')
    .whereRef('links.source_connection', '=', 'wanted.source_connection')
    .whereRef('links.source_key', '=', 'wanted.source_key')
    .where(
      ({ or, eb, ref }): Expression<SqlBool> =>
        or([eb('wanted.source_entity', '=', store.anyId), eb('links.source_entity', '=', ref('wanted.source_entity'))]),
    )
    .select(['wanted.no', 'links.sink_key'])
    .distinct()
    .orderBy('wanted.no')
    .orderBy('links.sink_key')
    .execute()
  const keysOf = Map.groupBy(found, row => row.no)
  return awaited.flatMap((link, no) => {
    const keys = keysOf.get(no)
    return keys ? [{ link, sinkKeys: keys.map(row => row.sink_key) }] : []
  })
}

export function awaitedNames(link: AwaitedLink): string[] {
  return [link.sinkConnection, link.sinkEntity, link.sourceConnection, link.sourceEntity]
}

export function awaitedRow(link: AwaitedLink, names: NameIds): Row<typeof AWAITED> {
  return {
    sink_connection: names(link.sinkConnection),
    sink_entity: names(link.sinkEntity),
    source_connection: names(link.sourceConnection),
    source_entity: names(link.sourceEntity),
    source_key: link.sourceKey,
  }
}

export function linkNames({ known, forgotten }: Settling['settlement']): Set<string> {
  const all = new Set<string>()
  for (const record of known) {
    for (const name of [record.flow, record.step, record.sourceConnection, record.sourceEntity]) all.add(name)
    all.add(record.sinkConnection).add(record.sinkEntity)
    for (const field of Object.keys(record.fieldHashes)) all.add(field)
  }
  for (const record of forgotten) {
    for (const name of [record.flow, record.step, record.sourceConnection, record.sourceEntity]) all.add(name)
  }
  return all
}

export async function settleLinks({ store, transaction, settlement, names, runNo }: Settling): Promise<void> {
  const { dialect, workspaceId } = store
  await dialect.insertRows(transaction, {
    table: 'links',
    columns: COLUMNS,
    rows: settlement.known.map(record => ({
      workspace: workspaceId,
      flow: names(record.flow),
      step: names(record.step),
      item: record.item,
      source_connection: names(record.sourceConnection),
      source_entity: names(record.sourceEntity),
      source_key: record.sourceKey,
      sink_connection: names(record.sinkConnection),
      sink_entity: names(record.sinkEntity),
      sink_key: record.sinkKey,
      match_value: record.matchValue,
      fingerprint: record.fingerprint,
      field_hashes: packHashes(record.fieldHashes, names),
      sink_version: record.sinkVersion,
      source_version: record.sourceVersion,
      run: runNo,
      written_at: toMs(record.writtenAt),
    })),
    conflict: `on conflict (workspace, flow, source_connection, source_entity, source_key, step, item)
      do update set ${REPLACED.map(column => `${column} = excluded.${column}`).join(', ')}`,
  })
  await forgetLinks({ store, transaction, settlement, names })
}

async function forgetLinks(settling: Pick<Settling, 'store' | 'transaction' | 'settlement' | 'names'>): Promise<void> {
  const { store, transaction, settlement, names } = settling
  if (settlement.forgotten.length === 0) return
  const gone = store.dialect.rowset(
    { flow: 'integer', step: 'integer', item: 'text', ...SOURCE },
    settlement.forgotten.map(record => ({
      flow: names(record.flow),
      step: names(record.step),
      item: record.item,
      source_connection: names(record.sourceConnection),
      source_entity: names(record.sourceEntity),
      source_key: record.sourceKey,
    })),
  )
  await transaction
    .deleteFrom('links')
    .where(({ eb, selectFrom }) =>
      eb(
        'id',
        'in',
        selectFrom(gone.as('gone'))
          .crossJoin('links as known')
          .where('known.workspace', '=', store.workspaceId)
          .whereRef('known.flow', '=', 'gone.flow')
          .whereRef('known.step', '=', 'gone.step')
          .whereRef('known.item', '=', 'gone.item')
          .whereRef('known.source_connection', '=', 'gone.source_connection')
          .whereRef('known.source_entity', '=', 'gone.source_entity')
          .whereRef('known.source_key', '=', 'gone.source_key')
          .select('known.id'),
      ),
    )
    .execute()
}

/** Name id of the field → hash. */
type PackedHashes = Record<string, string>

function unpackHashes(packed: PackedHashes, fieldOf: ReadonlyMap<string, string>): KnownRecord['fieldHashes'] {
  const hashes: Record<string, string> = {}
  for (const id in packed) hashes[fieldOf.get(id) ?? id] = packed[id] ?? ''
  return hashes
}

function packHashes(hashes: KnownRecord['fieldHashes'], names: NameIds): string {
  const packed: Record<number, string> = {}
  for (const field in hashes) packed[names(field)] = hashes[field] ?? ''
  return JSON.stringify(packed)
}

async function toKnown({ names }: Store, rows: readonly FoundLink[]): Promise<readonly KnownRecord[]> {
  const hashes = rows.map(row => JSON.parse(row.field_hashes) as PackedHashes)
  const fieldIds = new Set<string>()
  for (const fields of hashes) for (const id in fields) fieldIds.add(id)
  const ids = new Set([...fieldIds].map(Number))
  for (const row of rows) for (const column of NAMED) ids.add(row[column])
  const text = await names.texts(ids)
  const fieldOf = new Map([...fieldIds].map(id => [id, text(Number(id))]))
  return rows.map((row, no) => ({
    flow: text(row.flow),
    step: text(row.step),
    item: row.item,
    sourceConnection: text(row.source_connection),
    sourceEntity: text(row.source_entity),
    sourceKey: row.source_key,
    sinkConnection: text(row.sink_connection),
    sinkEntity: text(row.sink_entity),
    sinkKey: row.sink_key,
    matchValue: row.match_value,
    fingerprint: row.fingerprint,
    fieldHashes: unpackHashes(hashes[no] ?? {}, fieldOf),
    sinkVersion: row.sink_version,
    sourceVersion: row.source_version,
    runId: row.run_id,
    writtenAt: toIso(row.written_at),
  }))
}
