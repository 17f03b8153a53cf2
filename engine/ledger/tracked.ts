import type { Ledger } from '../core/ledger.ts'
import { integers, texts } from './dialects/columns.ts'
import { numberOf, runningNo } from './runs.ts'
import type { Settling, Store } from './store.ts'

/** Before any run. */
const UNMET = 0

const COLUMNS = {
  ...integers('workspace', 'flow', 'entity', 'seen_run'),
  ...texts('key', 'source_hash'),
}

export function tracked(store: Store): Pick<Ledger, 'tracked' | 'unseenSince' | 'touch'> {
  const { db, dialect, workspace, workspaceId, names } = store
  const keysOf = (keys: readonly string[]) =>
    dialect.rowset(
      { key: 'text' },
      keys.map(key => ({ key })),
    )
  return {
    async tracked(flow, entity, keys) {
      const ids = await names.find([flow, entity])
      if (!ids || keys.length === 0) return new Map()
      const rows = await db
        .selectFrom(keysOf(keys).as('wanted'))
        .crossJoin('tracked')
        .where('tracked.workspace', '=', workspaceId)
        .where('tracked.flow', '=', ids(flow))
        .where('tracked.entity', '=', ids(entity))
        .whereRef('tracked.key', '=', 'wanted.key')
        .select(['tracked.key', 'tracked.source_hash'])
        .execute()
      return new Map(rows.map(row => [row.key, row.source_hash]))
    },
    async unseenSince(flow, entity, runId, page) {
      const ids = await names.find([flow, entity])
      if (!ids) return []
      const runNo = await numberOf(db, workspace, runId)
      // a later run has a greater number: what it saw is no less alive
      const rows = await db
        .selectFrom('tracked')
        .where('workspace', '=', workspaceId)
        .where('flow', '=', ids(flow))
        .where('entity', '=', ids(entity))
        .where('key', '>', page.after)
        .where('seen_run', '<', runNo)
        .select('key')
        .orderBy('key')
        .limit(page.limit)
        .execute()
      return rows.map(row => row.key)
    },
    async touch(flow, entity, keys, runId) {
      const ids = await names.find([flow, entity])
      if (!ids || keys.length === 0) return
      await db.transaction().execute(async transaction => {
        const runNo = await runningNo(transaction, workspace, runId)
        await transaction
          .updateTable('tracked')
          .set({ seen_run: runNo })
          .where('workspace', '=', workspaceId)
          .where('flow', '=', ids(flow))
          .where('entity', '=', ids(entity))
          .where('key', 'in', transaction.selectFrom(keysOf(keys).as('seen')).select('seen.key'))
          .execute()
      })
    },
  }
}

export function trackedNames({ tracked, untracked }: Settling['settlement']): string[] {
  return [...tracked, ...untracked].map(record => record.entity)
}

export async function settleTracked({ store, transaction, settlement, names, runNo }: Settling): Promise<void> {
  const { dialect, workspaceId: workspace } = store
  const flow = names(settlement.flow)
  await dialect.insertRows(transaction, {
    table: 'tracked',
    columns: COLUMNS,
    rows: settlement.tracked.map(({ entity, key, sourceHash, isUnmet }) => ({
      ...{ workspace, flow, entity: names(entity), key, source_hash: sourceHash, seen_run: isUnmet ? UNMET : runNo },
    })),
    conflict: `on conflict (workspace, flow, entity, key) do update set source_hash = excluded.source_hash,
      seen_run = case excluded.seen_run when ${UNMET} then tracked.seen_run else excluded.seen_run end`,
  })
  if (settlement.untracked.length === 0) return
  const gone = dialect.rowset(
    { entity: 'integer', key: 'text' },
    settlement.untracked.map(({ entity, key }) => ({ entity: names(entity), key })),
  )
  await transaction
    .deleteFrom('tracked')
    .where('workspace', '=', workspace)
    .where('flow', '=', flow)
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('entity', 'key'),
        'in',
        selectFrom(gone.as('gone')).select(['gone.entity', 'gone.key']).$asTuple('entity', 'key'),
      ),
    )
    .execute()
}
