import type { Ledger } from '../core/ledger.ts'
import type { Verification, Verified, VerifyWalk } from '../core/verification.ts'
import type { Settling, Store } from './store.ts'

export function verifications({ db, workspace }: Store): Pick<Ledger, 'verifications'> {
  return {
    async verifications(flow) {
      let query = db.selectFrom('verifications').selectAll().where('workspace', '=', workspace)
      if (flow !== undefined) query = query.where('flow', '=', flow)
      const rows = await query.orderBy('flow').orderBy('entity').execute()
      return rows.map(
        (row): Verification => ({
          flow: row.flow,
          entity: row.entity,
          walk: row.walk === null ? null : (JSON.parse(row.walk) as VerifyWalk),
          verified: row.verified === null ? null : (JSON.parse(row.verified) as Verified),
        }),
      )
    },
  }
}

export async function settleVerification({ store, transaction, settlement }: Settling): Promise<void> {
  const { verification, flow } = settlement
  if (!verification) return
  const { entity, walk, verified } = verification
  const moved = {
    walk: walk && JSON.stringify(walk),
    ...(verified === undefined ? {} : { verified: JSON.stringify(verified) }),
  }
  await transaction
    .insertInto('verifications')
    .values({ workspace: store.workspace, flow, entity, verified: null, ...moved })
    .onConflict(conflict => conflict.columns(['workspace', 'flow', 'entity']).doUpdateSet(moved))
    .execute()
}
