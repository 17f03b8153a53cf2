// Settles page after page until it is killed. Each page of 40 records moves the checkpoint by one.
import { openSqliteLedger } from '../../../engine/ledger/index.ts'
import { countingSealer, dead, event, intent, known, settlement, started } from '../records.ts'

const [file = '', runId = ''] = process.argv.slice(2)
const ledger = await openSqliteLedger({ file, workspace: 'acme', sealer: countingSealer() })
await ledger.startRun(started({ id: runId }))
const stored = await ledger.checkpoint('vendors', 'VENDOR')
for (let page = Number(stored?.['page'] ?? 0) + 1; ; page++) {
  const keys = Array.from({ length: 40 }, (_, no) => `${page}-${no}`)
  await ledger.openIntents([intent(`${runId} ${page}`, { runId })])
  await ledger.settle(
    settlement({
      runId,
      events: keys.map(key => event(key, { runId })),
      known: keys.map(key => known(key)),
      tracked: keys.map(key => ({ entity: 'VENDOR', key, sourceHash: 'h' })),
      dead: [dead(`${page}`)],
      intentsDone: [{ id: `${runId} ${page}`, outcome: 'written' }],
      counts: { read: keys.length },
      checkpoint: { entity: 'VENDOR', cursor: { page } },
    }),
  )
  process.stdout.write(`${page}\n`)
}
