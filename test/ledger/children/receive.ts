// Takes deliveries that other processes take at the same moment, and some of its own.
import { openSqliteLedger } from '../../../engine/ledger/index.ts'
import { delivered } from '../operations.ts'
import { countingSealer } from '../records.ts'

const [file = '', name = ''] = process.argv.slice(2)
const ledger = await openSqliteLedger({ file, workspace: 'acme', sealer: countingSealer() })
for (let no = 0; no < 50; no++) await ledger.receive([delivered(`own-${name}-${no}`), delivered(`same-${no}`)])
await ledger.close()
