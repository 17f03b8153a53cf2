// Opens a ledger that others open at the same moment.
import { openSqliteLedger } from '../../../engine/ledger/index.ts'
import { countingSealer, started } from '../records.ts'

const [file = '', runId = ''] = process.argv.slice(2)
const ledger = await openSqliteLedger({ file, workspace: runId, sealer: countingSealer() })
await ledger.startRun(started({ id: runId }))
await ledger.close()
