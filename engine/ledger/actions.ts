import type { Operations } from '../core/operations.ts'
import type { JsonObject } from '../core/record.ts'
import type { Store } from './store.ts'
import { toIso, toMs } from './values.ts'

/** What persons did. Rows are only ever added. */
export function actions({ db, workspace }: Store): Pick<Operations, 'recordAction' | 'actions'> {
  return {
    async recordAction({ at, actor, action, subject, details }) {
      await db
        .insertInto('actions')
        .values({ workspace, at: toMs(at), actor, action, subject, details: JSON.stringify(details) })
        .execute()
    },
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
