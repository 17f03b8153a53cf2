import { type Kysely, type Selectable, sql } from 'kysely'
import { EngineError } from '../core/errors.ts'
import type { Ledger, RunCounts, RunRow } from '../core/ledger.ts'
import type { RunTable, Tables } from './schema.ts'
import type { Settling, Store } from './store.ts'
import { readFailure, toIso, toMs } from './values.ts'

const NO_COUNTS = {
  ...{ read: 0, written: 0, unchanged: 0, filtered: 0, dead: 0, parked: 0, deleted: 0, calls: 0, sign_ins: 0 },
} as const

export function runs(store: Store): Pick<Ledger, 'startRun' | 'finishRun' | 'runs' | 'run'> {
  const { db, workspace } = store
  return {
    async startRun(run) {
      const at = toMs(run.startedAt)
      await db.transaction().execute(async transaction => {
        await interruptOthers(transaction, { workspace, flow: run.flow, at })
        const { flowHash, startedAt, replayOf, ...same } = run
        const times = { started_at: at, active_at: at, ended_at: null }
        await transaction
          .insertInto('runs')
          .values({
            ...same,
            ...NO_COUNTS,
            ...times,
            workspace,
            flow_hash: flowHash,
            replay_of: replayOf,
            state: 'running',
            failure: null,
          })
          .execute()
      })
    },
    async finishRun(id, end) {
      const failure = end.failure && JSON.stringify(end.failure)
      const { signIns, ...counts } = end.counts
      const done = await db
        .updateTable('runs')
        .set({ ...counts, sign_ins: signIns, state: end.state, ended_at: toMs(end.endedAt), failure })
        .where('workspace', '=', workspace)
        .where('id', '=', id)
        .where('state', '=', 'running')
        .returning('no')
        .executeTakeFirst()
      if (!done) await runningNo(db, workspace, id)
    },
    async runs(filter) {
      let query = db.selectFrom('runs').selectAll().where('workspace', '=', workspace)
      if (filter.flow !== undefined) query = query.where('flow', '=', filter.flow)
      if (filter.state !== undefined) query = query.where('state', '=', filter.state)
      if (filter.trigger !== undefined) query = query.where('trigger', '=', filter.trigger)
      if (filter.since !== undefined) query = query.where('started_at', '>=', toMs(filter.since))
      const { before } = filter
      if (before !== undefined)
        query = query.where('no', '<', ({ selectFrom }) =>
          selectFrom('runs as last')
            .select('last.no')
            .where('last.workspace', '=', workspace)
            .where('last.id', '=', before)
            .$asScalar()
            .$notNull(),
        )
      const rows = await query.orderBy('no', 'desc').limit(filter.limit).execute()
      return rows.map(toRun)
    },
    async run(id) {
      const row = await db
        .selectFrom('runs')
        .selectAll()
        .where('workspace', '=', workspace)
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toRun(row)
    },
  }
}

/** The number of a run, whether it goes on or has ended. */
export async function numberOf(db: Kysely<Tables>, workspace: string, id: string): Promise<number> {
  const row = await db
    .selectFrom('runs')
    .select('no')
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.no ?? runningNo(db, workspace, id)
}

/** The number of a run that still runs. Throws when it was never started, or has ended: then another one may have taken its place. */
export async function runningNo(db: Kysely<Tables>, workspace: string, id: string): Promise<number> {
  return (await runningRun(db, workspace, id)).no
}

/** The same, with who started it and why. */
export async function runningRun(
  db: Kysely<Tables>,
  workspace: string,
  id: string,
): Promise<Pick<Selectable<RunTable>, 'no' | 'id' | 'trigger' | 'actor'>> {
  const run = await db
    .selectFrom('runs')
    .select(['no', 'id', 'trigger', 'actor', 'state', 'flow'])
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!run) {
    throw new EngineError({
      kind: 'defect',
      code: 'LEDGER_RUN_UNKNOWN',
      message: `run ${id} was never started in workspace ${workspace}`,
      remedy: 'This is a defect of ml-connector: startRun comes before anything that a run stores.',
    })
  }
  if (run.state === 'running') return run
  throw new EngineError({
    kind: 'cancelled',
    code: 'LEDGER_RUN_ENDED',
    message: `run ${id} of ${run.flow} is ${run.state} already: it may store nothing more`,
    remedy: 'It lost its lease (a paused machine, a stalled process) and another run took over: nothing to do.',
  })
}

/** Adds the page's counts, so that an interrupted run shows what it did. */
export async function settleCounts({ transaction, settlement, runNo, at }: Settling): Promise<void> {
  const { counts } = settlement
  await transaction
    .updateTable('runs')
    .set(run => ({
      active_at: at,
      read: run('read', '+', counts.read ?? 0),
      written: run('written', '+', counts.written ?? 0),
      unchanged: run('unchanged', '+', counts.unchanged ?? 0),
      filtered: run('filtered', '+', counts.filtered ?? 0),
      dead: run('dead', '+', counts.dead ?? 0),
      parked: run('parked', '+', counts.parked ?? 0),
      deleted: run('deleted', '+', counts.deleted ?? 0),
      calls: run('calls', '+', counts.calls ?? 0),
      sign_ins: run('sign_ins', '+', counts.signIns ?? 0),
    }))
    .where('no', '=', runNo)
    .execute()
}

/**
 * Runs of a flow never overlap, so whoever starts one holds its lease, and what still looks like running has lost its process.
 * The exception is a lease that names the old run itself and has not lapsed.
 */
async function interruptOthers(
  db: Kysely<Tables>,
  { workspace, flow, at }: { readonly workspace: string; readonly flow: string; readonly at: number },
): Promise<void> {
  await db
    .updateTable('runs')
    .set(run => ({ state: 'interrupted', ended_at: run.ref('active_at') }))
    .where('workspace', '=', workspace)
    .where('flow', '=', flow)
    .where('state', '=', 'running')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('leases')
            .select('leases.flow')
            .whereRef('leases.workspace', '=', 'runs.workspace')
            .whereRef('leases.flow', '=', 'runs.flow')
            .where(lease =>
              // a process puts its own name in front
              lease.or([
                lease('leases.holder', '=', lease.ref('runs.id')),
                lease('leases.holder', 'like', sql<string>`'%:' || runs.id`),
              ]),
            )
            .where('leases.expires_at', '>', at),
        ),
      ),
    )
    .execute()
}

function toRun(row: Selectable<RunTable>): RunRow {
  return {
    id: row.id,
    workspace: row.workspace,
    flow: row.flow,
    flowHash: row.flow_hash,
    trigger: row.trigger,
    actor: row.actor,
    state: row.state,
    startedAt: toIso(row.started_at),
    endedAt: row.ended_at === null ? null : toIso(row.ended_at),
    counts: toCounts(row),
    failure: row.failure === null ? null : readFailure(row.failure),
    replayOf: row.replay_of,
  }
}

function toCounts(row: Selectable<RunTable>): RunCounts {
  const { read, written, unchanged, filtered, dead, parked, deleted, calls, sign_ins: signIns } = row
  return { read, written, unchanged, filtered, dead, parked, deleted, calls, signIns }
}
