import type { Transaction } from 'kysely'
import type { Action, Operations } from '../core/operations.ts'
import type { JsonObject } from '../core/record.ts'
import { append, CHAIN_COLUMNS } from './chain.ts'
import { actionParts } from './chain-rows.ts'
import { integers, texts } from './dialects/columns.ts'
import type { Tables } from './schema.ts'
import type { Store } from './store.ts'
import { toIso, toMs } from './values.ts'

const COLUMNS = { ...CHAIN_COLUMNS, ...texts('workspace', 'actor', 'action', 'subject', 'details'), ...integers('at') }

/** Writes down what somebody does, in the transaction that does it. */
export async function appendAction(store: Store, transaction: Transaction<Tables>, action: Action): Promise<void> {
  const { actor, action: did, subject } = action
  const row = { at: toMs(action.at), actor, action: did, subject, details: JSON.stringify(action.details) }
  const rows = [{ row: { ...row, workspace: store.workspace }, parts: actionParts(row) }]
  const chained = await append(store, transaction, { trail: 'actions', table: 'actions', rows })
  await store.dialect.insertRows(transaction, { table: 'actions', columns: COLUMNS, rows: chained, conflict: '' })
}

/** What persons did. Rows are only ever added. */
export function actions(store: Store): Pick<Operations, 'recordAction' | 'actions'> {
  const { db, workspace } = store
  return {
    recordAction: action => store.db.transaction().execute(transaction => appendAction(store, transaction, action)),
    async actions({ limit, before, subject }) {
      let query = db.selectFrom('actions').selectAll().where('workspace', '=', workspace)
      if (subject !== undefined) query = query.where('subject', '=', subject)
      if (before !== undefined) query = query.where('id', '<', before)
      const rows = await query.orderBy('id', 'desc').limit(limit).execute()
      return rows.map(row => ({
        id: row.id,
        at: toIso(row.at),
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        details: JSON.parse(row.details) as JsonObject,
      }))
    },
  }
}
