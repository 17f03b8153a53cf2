import type { Intent, Ledger } from '../core/ledger.ts'
import { integers, texts } from './dialects/columns.ts'
import { runningNo } from './runs.ts'
import type { Settling, Store } from './store.ts'
import { toIso, toMs, unique } from './values.ts'

const COLUMNS = {
  ...texts('workspace', 'id', 'run_id', 'flow', 'step', 'item', 'source_connection', 'source_entity', 'source_key'),
  ...texts('sink_connection', 'sink_entity', 'operation', 'match_value', 'fingerprint'),
  ...integers('started_at'),
}

export function intents({ db, dialect, workspace }: Store): Pick<Ledger, 'openIntents' | 'unresolvedIntents'> {
  return {
    async openIntents(opened) {
      if (opened.length === 0) return
      // on the disk before the call goes out: an intent lost in a power cut would let the write happen twice
      await dialect.durably(db, async transaction => {
        // a run that another one has taken over from may not write any more
        for (const run of unique(opened.map(intent => intent.runId))) await runningNo(transaction, workspace, run)
        const rows = opened.map(intent => toRow(workspace, intent))
        await dialect.insertRows(transaction, { table: 'intents', columns: COLUMNS, rows, conflict: '' })
      })
    },
    async unresolvedIntents(flow) {
      const rows = await db
        .selectFrom('intents')
        .selectAll()
        .where('workspace', '=', workspace)
        .where('flow', '=', flow)
        .orderBy('started_at')
        .orderBy('id')
        .execute()
      return rows.map(row => ({
        id: row.id,
        runId: row.run_id,
        flow: row.flow,
        step: row.step,
        item: row.item,
        sourceConnection: row.source_connection,
        sourceEntity: row.source_entity,
        sourceKey: row.source_key,
        sinkConnection: row.sink_connection,
        sinkEntity: row.sink_entity,
        operation: row.operation,
        matchValue: row.match_value,
        fingerprint: row.fingerprint,
        startedAt: toIso(row.started_at),
      }))
    },
  }
}

/** An intent is working state, not history: what became of it is told by the events of the same settlement. */
export async function settleIntents({ store, transaction, settlement }: Settling): Promise<void> {
  if (settlement.intentsDone.length === 0) return
  const done = store.dialect.rowset({ id: 'text' }, settlement.intentsDone)
  await transaction
    .deleteFrom('intents')
    .where('workspace', '=', store.workspace)
    .where('id', 'in', transaction.selectFrom(done.as('done')).select('done.id'))
    .execute()
}

function toRow(workspace: string, intent: Intent) {
  return {
    workspace,
    id: intent.id,
    run_id: intent.runId,
    flow: intent.flow,
    step: intent.step,
    item: intent.item,
    source_connection: intent.sourceConnection,
    source_entity: intent.sourceEntity,
    source_key: intent.sourceKey,
    sink_connection: intent.sinkConnection,
    sink_entity: intent.sinkEntity,
    operation: intent.operation,
    match_value: intent.matchValue,
    fingerprint: intent.fingerprint,
    started_at: toMs(intent.startedAt),
  }
}
