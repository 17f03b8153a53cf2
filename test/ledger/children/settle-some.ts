import { openSqliteLedger } from '../../../engine/ledger/index.ts'
import { countingSealer, event, settlement, started } from '../records.ts'

/** Settles twenty pages of two events beside other processes. Arguments: ledger file, name of this process. */
const [file = '', name = ''] = process.argv.slice(2)
const ledger = await openSqliteLedger({ file, workspace: 'acme', sealer: countingSealer() })
const [runId, flow] = [`child-${name}`, `flow of ${name}`]
await ledger.startRun(started({ id: runId, flow }))
for (let page = 0; page < 20; page++) {
  const events = [event(`C${page}`, { runId, flow }), event(`D${page}`, { runId, flow })]
  await ledger.settle(settlement({ runId, flow, events }))
}
await ledger.close()
