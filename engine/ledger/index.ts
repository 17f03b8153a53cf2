import type { Ledger } from '../core/ledger.ts'
import { openSqlite, sqliteCapabilities } from './dialects/sqlite.ts'
import { type LedgerOptions, openLedger } from './ledger.ts'

export { factStore } from './fact-store.ts'

export interface SqliteLedgerOptions extends LedgerOptions {
  /** Path of the ledger file, made with its folder when it is not there; `:memory:` for a ledger that ends with its process. */
  readonly file: string
  /** The file grows no further than this; then settling fails with `LEDGER_FULL`. */
  readonly maxBytes?: number
  /** How long to wait for another process that writes; then `LEDGER_LOCKED`. Default: ten seconds. */
  readonly lockWaitMs?: number
}

const LOCK_WAIT_MS = 10_000

/**
 * The embedded ledger: one SQLite file, which several processes may open.
 * Throws EngineErrors `LEDGER_…`, of kind `configuration` (foreign, damaged, read-only or newer file) or `transient` (locked, full).
 */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<Ledger> {
  const { file, maxBytes, lockWaitMs = LOCK_WAIT_MS, ...rest } = options
  const dialect = await openSqlite({ file, lockWaitMs, ...(maxBytes === undefined ? {} : { maxBytes }) })
  return openLedger({ dialect, capabilities: sqliteCapabilities, place: file }, rest)
}
