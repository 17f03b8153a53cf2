import { type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import type { EventFilter, EventRow, Ledger, Outcome, RecordEvent } from '../core/ledger.ts'
import { append, CHAIN_COLUMNS } from './chain.ts'
import { eventParts } from './chain-rows.ts'
import { integers, texts } from './dialects/columns.ts'
import type { NameIds } from './names.ts'
import type { EventTable, Tables } from './schema.ts'
import type { Settling, Store } from './store.ts'
import { readFailure, toIso, toMs } from './values.ts'

const COLUMNS = {
  ...CHAIN_COLUMNS,
  ...integers('workspace', 'run', 'flow', 'flow_hash', 'step', 'at', 'source_connection', 'source_entity'),
  ...integers('sink_connection', 'sink_entity', 'outcome', 'attempt', 'code'),
  ...texts('source_key', 'source_version', 'sink_key', 'did', 'changed', 'failure'),
}

/** Filters on names, by the column that they restrict. */
const NAMED = [
  { filter: 'flow', column: 'flow' },
  { filter: 'sourceConnection', column: 'source_connection' },
  { filter: 'sourceEntity', column: 'source_entity' },
  { filter: 'sinkConnection', column: 'sink_connection' },
  { filter: 'sinkEntity', column: 'sink_entity' },
  { filter: 'outcome', column: 'outcome' },
  { filter: 'code', column: 'code' },
] as const

/** Filters that leave fewer events than an outcome does. */
const NARROWER = ['flow', 'runId', 'sourceKey', 'sinkKey', 'code'] as const

type FoundEvent = Selectable<EventTable> & { readonly run_id: string }
type EventQuery = SelectQueryBuilder<Tables, 'record_events' | 'runs', FoundEvent>

export function events(store: Store): Pick<Ledger, 'events'> {
  return {
    async events(filter) {
      const named = NAMED.flatMap(({ filter: name, column }) => {
        const text = filter[name]
        return text === undefined ? [] : [{ column, text }]
      })
      const ids = await store.names.find(named.map(({ text }) => text))
      if (!ids) return []
      let query = restrict(store, filter)
      for (const { column, text } of named) {
        // + keeps it from choosing the index: what an outcome shares with one flow or key is found sooner among theirs
        const isSecond = column === 'outcome' && NARROWER.some(it => filter[it] !== undefined)
        const of = sql.ref(`record_events.${column}`)
        query = query.where(isSecond ? sql`+${of}` : of, '=', ids(text))
      }
      // an event's time, then its number: the order of every index, so that a page never sorts the whole history
      const rows = await query
        .orderBy('record_events.at', 'desc')
        .orderBy('record_events.id', 'desc')
        .limit(filter.limit)
        .execute()
      return toEvents(store, rows)
    },
  }
}

function restrict({ db, workspace, workspaceId }: Store, filter: EventFilter): EventQuery {
  let query = db
    .selectFrom('record_events')
    .innerJoin('runs', 'runs.no', 'record_events.run')
    .selectAll('record_events')
    .select('runs.id as run_id')
    .where('record_events.workspace', '=', workspaceId)
  const { runId, sourceKey, sinkKey, since, until, before } = filter
  // asked first, not joined: the planner would rather walk the whole history by time
  if (runId !== undefined)
    query = query.where('record_events.run', '=', ({ selectFrom }) =>
      selectFrom('runs as asked')
        .select('asked.no')
        .where('asked.workspace', '=', workspace)
        .where('asked.id', '=', runId)
        .$asScalar()
        .$notNull(),
    )
  if (sourceKey !== undefined) query = query.where('record_events.source_key', '=', sourceKey)
  if (sinkKey !== undefined) query = query.where('record_events.sink_key', '=', sinkKey)
  if (since !== undefined) query = query.where('record_events.at', '>=', toMs(since))
  if (until !== undefined) query = query.where('record_events.at', '<=', toMs(until))
  if (before === undefined) return query
  return query.where(({ eb, refTuple, tuple, selectFrom }) => {
    const at = selectFrom('record_events as last')
      .select('last.at')
      .where('last.id', '=', before)
      .$asScalar()
      .$notNull()
    return eb(refTuple('record_events.at', 'record_events.id'), '<', tuple(at, before))
  })
}

export function eventNames(settlement: Settling['settlement']): Set<string> {
  const all = new Set<string>()
  for (const event of settlement.events) {
    all.add(event.flow).add(event.flowHash).add(event.step).add(event.outcome)
    all.add(event.sourceConnection).add(event.sourceEntity)
    if (event.sinkConnection !== null) all.add(event.sinkConnection)
    if (event.sinkEntity !== null) all.add(event.sinkEntity)
    if (event.failure !== null) all.add(event.failure.code)
    for (const field of event.changed) all.add(field)
  }
  return all
}

export async function settleEvents({ store, transaction, settlement, names, runNo, run }: Settling): Promise<void> {
  const rows = settlement.events.map(event => {
    const row = toRow(event, names)
    // the failure as the text that it is kept as: exactly what is stored is what is hashed
    const { at, failure } = row
    return { row, parts: eventParts({ ...event, at, run, code: event.failure?.code ?? null, failure }) }
  })
  const chained = await append(store, transaction, { trail: 'events', table: 'record_events', rows })
  await store.dialect.insertRows(transaction, {
    table: 'record_events',
    columns: COLUMNS,
    rows: chained.map(row => ({ ...row, workspace: store.workspaceId, run: runNo })),
    conflict: '',
  })
}

function toRow(event: RecordEvent, names: NameIds) {
  return {
    flow: names(event.flow),
    flow_hash: names(event.flowHash),
    step: names(event.step),
    at: toMs(event.at),
    source_connection: names(event.sourceConnection),
    source_entity: names(event.sourceEntity),
    source_key: event.sourceKey,
    source_version: event.sourceVersion,
    sink_connection: event.sinkConnection === null ? null : names(event.sinkConnection),
    sink_entity: event.sinkEntity === null ? null : names(event.sinkEntity),
    sink_key: event.sinkKey,
    outcome: names(event.outcome),
    did: event.did,
    changed: event.changed.map(names).join(),
    attempt: event.attempt,
    failure: event.failure && JSON.stringify(event.failure),
    code: event.failure && names(event.failure.code),
  }
}

async function toEvents({ names }: Store, rows: readonly FoundEvent[]): Promise<readonly EventRow[]> {
  const ids = rows.flatMap(row => [
    ...[row.flow, row.flow_hash, row.step, row.source_connection, row.source_entity, row.outcome],
    ...(row.sink_connection === null ? [] : [row.sink_connection]),
    ...(row.sink_entity === null ? [] : [row.sink_entity]),
    ...changedIds(row),
  ])
  const text = await names.texts(ids)
  return rows.map(row => ({
    id: row.id,
    runId: row.run_id,
    flow: text(row.flow),
    flowHash: text(row.flow_hash),
    step: text(row.step),
    at: toIso(row.at),
    sourceConnection: text(row.source_connection),
    sourceEntity: text(row.source_entity),
    sourceKey: row.source_key,
    sourceVersion: row.source_version,
    sinkConnection: row.sink_connection === null ? null : text(row.sink_connection),
    sinkEntity: row.sink_entity === null ? null : text(row.sink_entity),
    sinkKey: row.sink_key,
    // only outcomes are ever stored in this column
    outcome: text(row.outcome) as Outcome,
    did: row.did,
    changed: changedIds(row).map(text),
    attempt: row.attempt,
    failure: row.failure === null ? null : readFailure(row.failure),
  }))
}

function changedIds(row: FoundEvent): number[] {
  return row.changed === '' ? [] : row.changed.split(',').map(Number)
}
