import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import { ledgerContract, type Opener } from './ledger.contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
let files = 0

const OPENERS: readonly Opener[] = [
  {
    name: 'an SQLite file',
    open: options => openSqliteLedger({ file: join(folder, `${files++}.db`), ...options }),
  },
  { name: 'SQLite in memory', open: options => openSqliteLedger({ file: ':memory:', ...options }) },
]

for (const opener of OPENERS) ledgerContract(opener)

after(() => rmSync(folder, { recursive: true }))
