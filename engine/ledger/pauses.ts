import type { Operations } from '../core/operations.ts'
import type { Store } from './store.ts'
import { toIso, toMs } from './values.ts'

export function pauses({ db, dialect, workspace }: Store): Pick<Operations, 'pauses' | 'pause' | 'resume'> {
  return {
    async pauses() {
      const rows = await db
        .selectFrom('pauses')
        .selectAll()
        .where('workspace', '=', workspace)
        .orderBy('subject')
        .execute()
      return rows.map(row => ({
        subject: row.subject,
        by: row.paused_by,
        at: toIso(row.paused_at),
        reason: row.reason,
      }))
    },
    async pause({ subject, by, at, reason }) {
      const paused = { paused_by: by, paused_at: toMs(at), reason }
      // on the disk at once: who stopped it was told that it stands, and a power cut must not set it going again
      await dialect.durably(db, transaction =>
        transaction
          .insertInto('pauses')
          .values({ workspace, subject, ...paused })
          .onConflict(conflict => conflict.columns(['workspace', 'subject']).doUpdateSet(paused))
          .execute(),
      )
    },
    async resume(subject) {
      const { numDeletedRows } = await db
        .deleteFrom('pauses')
        .where('workspace', '=', workspace)
        .where('subject', '=', subject)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },
  }
}
