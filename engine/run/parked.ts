import type { ReadyRecord } from '../core/ledger.ts'
import { cancelledIf, type Run } from './run.ts'
import { processParked } from './unit.ts'

const UNIT = 4_000

/**
 * Records that waited for a reference which is known by now, whether this run brought it or another flow did. One wave makes the next
 * possible (a grandchild waits for a child), so waves go on until none brings anything.
 */
export async function drainParked(run: Run): Promise<void> {
  for (let seen = new Set<string>(); ; ) {
    cancelledIf(run)
    const ready = await run.ports.ledger.parkedReady(run.plan.name, run.ports.unitSize ?? UNIT)
    // of the source that the flow reads now: another one's records mean something else there
    const ours = ready.filter(it => it.sourceConnection === run.plan.source.connection)
    const fresh = ours.filter(it => !seen.has(nameOf(it)))
    if (fresh.length === 0) return
    seen = new Set(ready.map(nameOf))
    for (const [entity, those] of Map.groupBy(fresh, it => it.sourceEntity)) await processParked(run, entity, those)
    run.ports.onProgress?.({ flow: run.plan.name, entity: 'parked', counts: run.counts })
  }
}

function nameOf(it: ReadyRecord): string {
  return `${it.sourceEntity}\n${it.sourceKey}`
}
