import type { KnownRecord } from '../core/ledger.ts'
import { NOTHING_SETTLED } from '../core/settlement.ts'
import type { Run } from './run.ts'
import { trackedHash } from './stages/track.ts'

/**
 * Committed before known records are deleted or marked at the target. If the run dies before it settles, the ledger must not believe that the
 * target still holds what it knows: a key that is made anew with the same content would be called unchanged, and be missing for ever. The same
 * before a verification puts known records right: the ledger must not believe what the target was seen not to hold.
 */
export async function doubt(run: Run, rows: readonly KnownRecord[]): Promise<void> {
  if (rows.length === 0) return
  await run.ports.ledger.settle({
    ...NOTHING_SETTLED,
    workspace: run.plan.workspace,
    runId: run.id,
    flow: run.plan.name,
    at: run.ports.clock.now().toISOString(),
    known: rows.map(row => ({ ...row, fingerprint: '', fieldHashes: {} })),
    tracked: rows.map(row => ({
      entity: row.sourceEntity,
      key: row.sourceKey,
      sourceHash: trackedHash(undefined, ''),
      isUnmet: true,
    })),
  })
}
