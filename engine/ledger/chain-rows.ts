import { type Kysely, sql } from 'kysely'
import type { TrailName } from '../core/audit.ts'
import type { Chained, Part } from './chain-hash.ts'
import type { Capabilities } from './dialects/capabilities.ts'
import type { Tables } from './schema.ts'

/** A row of a trail as it is stored. `told` is without number and id. */
export interface ChainedRow extends Chained {
  readonly id: number
  readonly no: number | null
  readonly hash: string | null
  /** Milliseconds. */
  readonly at: number
}

export interface PageOf {
  readonly workspace: { readonly id: number; readonly text: string }
  /** Id of the row that the page follows. */
  readonly after: number
  readonly limit: number
}

export interface Database {
  readonly db: Kysely<Tables>
  readonly dialect: Capabilities
}

export interface TrailTable {
  readonly name: TrailName
  readonly table: 'record_events' | 'actions'
  read(db: Kysely<Tables>, dialect: Capabilities, page: PageOf): Promise<readonly ChainedRow[]>
}

/** An event as its hash covers it: names instead of their ids, so that the dictionary is covered too, and the run with who started it and why. */
export interface EventParts {
  readonly at: number
  readonly run: { readonly id: string; readonly trigger: string; readonly actor: string }
  readonly flow: string
  readonly flowHash: string
  readonly step: string
  readonly sourceConnection: string
  readonly sourceEntity: string
  readonly sourceKey: string
  readonly sourceVersion: string | null
  readonly sinkConnection: string | null
  readonly sinkEntity: string | null
  readonly sinkKey: string | null
  readonly outcome: string
  readonly did: string
  readonly changed: readonly string[]
  readonly attempt: number
  readonly code: string | null
  /** JSON, as stored. */
  readonly failure: string | null
}

export function eventParts(it: EventParts): { readonly told: readonly Part[]; readonly veiled: readonly Part[] } {
  const { run } = it
  return {
    told: [
      ...[it.at, run.id, run.trigger, run.actor, it.flow, it.flowHash, it.step, it.sourceConnection, it.sourceEntity],
      ...[it.sourceVersion, it.sinkConnection, it.sinkEntity, it.outcome, it.changed, it.attempt, it.code],
    ],
    veiled: [it.sourceKey, it.sinkKey, it.did, it.failure],
  }
}

export interface ActionParts {
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly subject: string
  /** JSON, as stored. */
  readonly details: string
}

export function actionParts({ at, actor, action, subject, details }: ActionParts) {
  return { told: [at, actor, action, subject], veiled: [details] }
}

const events: TrailTable = {
  name: 'events',
  table: 'record_events',
  async read(db, dialect, { workspace, after, limit }) {
    const rows = await db
      .selectFrom('record_events')
      .leftJoin('runs', 'runs.no', 'record_events.run')
      .selectAll('record_events')
      .select(['runs.id as run_id', 'runs.trigger', 'runs.actor'])
      // + keeps the planner on the order of ids: an index of the workspace would have to be sorted
      .where(sql`+record_events.workspace`, '=', workspace.id)
      .where('record_events.id', '>', after)
      .orderBy('record_events.id')
      .limit(limit)
      .execute()
    const changed = rows.map(row => (row.changed === '' ? [] : row.changed.split(',').map(Number)))
    const ids = new Set(changed.flat())
    for (const row of rows)
      for (const id of [
        row.flow,
        row.flow_hash,
        row.step,
        row.source_connection,
        row.source_entity,
        row.outcome,
        row.sink_connection,
        row.sink_entity,
        row.code,
      ])
        if (id !== null) ids.add(id)
    const text = await textsOf({ db, dialect }, ids)
    const textOrNull = (id: number | null) => (id === null ? null : text(id))
    return rows.map((row, index) => ({
      ...{ id: row.id, no: row.no, hash: row.hash, salt: row.salt, erased: row.erased, at: row.at },
      ...eventParts({
        at: row.at,
        run: { id: row.run_id ?? '', trigger: row.trigger ?? '', actor: row.actor ?? '' },
        flow: text(row.flow),
        flowHash: text(row.flow_hash),
        step: text(row.step),
        sourceConnection: text(row.source_connection),
        sourceEntity: text(row.source_entity),
        sourceKey: row.source_key,
        sourceVersion: row.source_version,
        sinkConnection: textOrNull(row.sink_connection),
        sinkEntity: textOrNull(row.sink_entity),
        sinkKey: row.sink_key,
        outcome: text(row.outcome),
        did: row.did,
        changed: (changed[index] ?? []).map(text),
        attempt: row.attempt,
        code: textOrNull(row.code),
        failure: row.failure,
      }),
    }))
  },
}

const actions: TrailTable = {
  name: 'actions',
  table: 'actions',
  async read(db, _dialect, { workspace, after, limit }) {
    const rows = await db
      .selectFrom('actions')
      .selectAll()
      .where('workspace', '=', workspace.text)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(row => ({
      ...{ id: row.id, no: row.no, hash: row.hash, salt: row.salt, erased: row.erased, at: row.at },
      ...actionParts(row),
    }))
  },
}

export const trails: readonly TrailTable[] = [events, actions]
export const eventTrail = events

/** The next rows of a trail, in the order in which they were written. */
export function readChained(
  { db, dialect }: Database,
  trail: TrailTable,
  page: PageOf,
): Promise<readonly ChainedRow[]> {
  return trail.read(db, dialect, page)
}

// not the dictionary that the ledger remembers: what is proven is what the file holds now. A name that is gone is no name that was ever hashed
async function textsOf({ db, dialect }: Database, ids: ReadonlySet<number>): Promise<(id: number) => string> {
  const wanted = dialect.rowset(
    { id: 'integer' },
    [...ids].map(id => ({ id })),
  )
  const rows = await db
    .selectFrom(wanted.as('wanted'))
    .crossJoin('names')
    .whereRef('names.id', '=', 'wanted.id')
    .select(['names.id', 'names.text'])
    .execute()
  const found = new Map(rows.map(row => [row.id, row.text]))
  return id => found.get(id) ?? ''
}
