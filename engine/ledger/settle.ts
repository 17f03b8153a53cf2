import type { Ledger, Settlement } from '../core/ledger.ts'
import { settleCheckpoint } from './checkpoints.ts'
import { settleDead, settleHealed } from './dead-letters.ts'
import { eventNames, settleEvents } from './events.ts'
import { settleIntents } from './intents.ts'
import { linkNames, settleLinks } from './links.ts'
import { parkedNames, settleParked } from './parked.ts'
import { runningRun, settleCounts } from './runs.ts'
import type { Store } from './store.ts'
import { settleTracked, trackedNames } from './tracked.ts'
import { toMs } from './values.ts'
import { settleVerification } from './verifications.ts'

/**
 * A page becomes history: outcomes, known records, dead letters, counts and checkpoint in one transaction.
 * A run that has ended, because another one took over, settles nothing: its checkpoint would move the flow back.
 */
export function settle(store: Store): Pick<Ledger, 'settle'> {
  return {
    async settle(settlement) {
      const at = toMs(settlement.at)
      // names and bodies come first: they are looked up and sealed while nobody holds the write lock
      const names = await store.names.intern(namesOf(settlement))
      const bodies = await store.bodies.prepare([...settlement.dead, ...settlement.parked].map(record => record.body))
      await store.db.transaction().execute(async transaction => {
        const run = await runningRun(transaction, store.workspace, settlement.runId)
        await bodies.store(transaction, at)
        const settling = { store, transaction, settlement, names, hashOf: bodies.hashOf, runNo: run.no, run, at }
        await settleEvents(settling)
        await settleLinks(settling)
        await settleTracked(settling)
        await settleHealed(settling)
        await settleParked(settling)
        await settleDead(settling)
        await settleIntents(settling)
        await settleCounts(settling)
        await settleCheckpoint(settling)
        await settleVerification(settling)
      })
    },
  }
}

function* namesOf(settlement: Settlement): Iterable<string> {
  yield settlement.flow
  yield* eventNames(settlement)
  yield* linkNames(settlement)
  yield* trackedNames(settlement)
  yield* parkedNames(settlement)
}
