import type { KnownRecord } from '../core/ledger.ts'
import { noCounts } from './counts.ts'
import type { Run } from './run.ts'
import { trackedHash } from './stages/track.ts'

/**
 * Committed before known records are deleted or marked at the target. If the run dies before it settles, the ledger must not believe that the
 * target still holds what it knows: a key that is made anew with the same content would be called unchanged, and be missing for ever.
 */
export async function doubt(run: Run, rows: readonly KnownRecord[]): Promise<void> {
  if (rows.length === 0) return
  await run.ports.ledger.settle({
    workspace: run.plan.workspace,
    runId: run.id,
    flow: run.plan.name,
    at: run.ports.clock.now().toISOString(),
    events: [],
    known: rows.map(row => ({ ...row, fingerprint: '', fieldHashes: {} })),
    forgotten: [],
    tracked: rows.map(row => ({
      entity: row.sourceEntity,
      key: row.sourceKey,
      sourceHash: trackedHash(undefined, ''),
    })),
    untracked: [],
    dead: [],
    parked: [],
    healed: [],
    intentsDone: [],
    counts: noCounts(),
  })
}
