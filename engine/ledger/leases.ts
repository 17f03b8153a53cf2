import type { Ledger } from '../core/ledger.ts'
import type { Store } from './store.ts'

export function leases({ db, workspace }: Store): Pick<Ledger, 'acquireLease' | 'releaseLease' | 'leaseHolder'> {
  return {
    async acquireLease(flow, holder, now, ttlMs) {
      const at = now.getTime()
      const taken = await db
        .insertInto('leases')
        .values({ workspace, flow, holder, expires_at: at + ttlMs })
        .onConflict(conflict =>
          conflict
            .columns(['workspace', 'flow'])
            .doUpdateSet({ holder, expires_at: at + ttlMs })
            .where(lease => lease.or([lease('leases.holder', '=', holder), lease('leases.expires_at', '<=', at)])),
        )
        .returning('holder')
        .executeTakeFirst()
      return taken !== undefined
    },
    async releaseLease(flow, holder) {
      await db
        .deleteFrom('leases')
        .where('workspace', '=', workspace)
        .where('flow', '=', flow)
        .where('holder', '=', holder)
        .execute()
    },
    async leaseHolder(flow) {
      const lease = await db
        .selectFrom('leases')
        .select('holder')
        .where('workspace', '=', workspace)
        .where('flow', '=', flow)
        .executeTakeFirst()
      return lease?.holder
    },
  }
}
