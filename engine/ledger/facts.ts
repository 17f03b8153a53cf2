import type { Ledger } from '../core/ledger.ts'
import type { Store } from './store.ts'
import { toMs } from './values.ts'

export function facts({ db, workspace }: Store): Pick<Ledger, 'fact' | 'setFact' | 'forgetFact'> {
  return {
    async fact(connection, name, now) {
      const row = await db
        .selectFrom('facts')
        .select('value')
        .where('workspace', '=', workspace)
        .where('connection', '=', connection)
        .where('name', '=', name)
        .where('expires_at', '>', now.getTime())
        .executeTakeFirst()
      return row?.value
    },
    async setFact(connection, name, value, expiresAt) {
      const fact = { value, expires_at: toMs(expiresAt) }
      await db
        .insertInto('facts')
        .values({ workspace, connection, name, ...fact })
        .onConflict(conflict => conflict.columns(['workspace', 'connection', 'name']).doUpdateSet(fact))
        .execute()
    },
    async forgetFact(connection, name) {
      await db
        .deleteFrom('facts')
        .where('workspace', '=', workspace)
        .where('connection', '=', connection)
        .where('name', '=', name)
        .execute()
    },
  }
}
