import { EngineError, type ErrorKind } from '../../core/errors.ts'

interface Meaning {
  readonly kind: ErrorKind
  readonly code: string
  readonly what: string
  readonly remedy: string
}

const LOCKED: Meaning = {
  kind: 'transient',
  code: 'LEDGER_LOCKED',
  what: 'the ledger is held by another process',
  remedy: 'Wait for the other ml-connector process, or find what keeps the file open (a backup, a database browser).',
}

// primary result codes of SQLite: https://www.sqlite.org/rescode.html
const MEANINGS: Readonly<Record<number, Meaning>> = {
  5: LOCKED,
  6: LOCKED,
  8: {
    kind: 'configuration',
    code: 'LEDGER_READ_ONLY',
    what: 'the ledger cannot be written',
    remedy: 'Give this user write permission on the ledger file and on its folder (SQLite writes files beside it).',
  },
  10: {
    kind: 'transient',
    code: 'LEDGER_IO',
    what: 'reading or writing the ledger file failed',
    remedy: 'Check the disk and the mount: nothing of the failed page was stored, the next run repeats it.',
  },
  11: {
    kind: 'configuration',
    code: 'LEDGER_CORRUPT',
    what: 'the ledger file is damaged',
    remedy: 'Stop all runs, keep a copy of the file, and restore the last backup of the .ml-connector folder.',
  },
  13: {
    kind: 'transient',
    code: 'LEDGER_FULL',
    what: 'no room left for the ledger',
    remedy:
      'Free disk space (or raise the size limit): nothing of the failed page was stored, the next run repeats it.',
  },
  14: {
    kind: 'configuration',
    code: 'LEDGER_CANNOT_OPEN',
    what: 'the ledger file cannot be opened or created',
    remedy: 'Check that the folder exists, that this user may write in it, and that the path is no folder itself.',
  },
  26: {
    kind: 'configuration',
    code: 'LEDGER_FOREIGN',
    what: 'the file is not a ledger',
    remedy: 'Point the workspace at its own .ml-connector/ledger.db, or move the foreign file away.',
  },
}

/** What SQLite threw, as an EngineError; a statement that it refuses is a defect of ours. Messages of SQLite name columns, never values. */
export function sqliteError(thrown: unknown, file: string): EngineError {
  if (thrown instanceof EngineError) return thrown
  const said = thrown instanceof Error ? thrown.message : String(thrown)
  const meaning = MEANINGS[primaryCode(thrown)] ?? {
    kind: 'defect',
    code: 'LEDGER_STATEMENT',
    what: 'the ledger refused a statement',
    remedy: 'This is a defect of ml-connector: report it with the stack that --verbose prints.',
  }
  return new EngineError({
    kind: meaning.kind,
    code: meaning.code,
    message: `${file}: ${meaning.what}`,
    remedy: meaning.remedy,
    said,
    cause: thrown,
  })
}

/** True when somebody else holds the lock that a statement needs: worth another try. */
export function isBusy(thrown: unknown): boolean {
  return MEANINGS[primaryCode(thrown)] === LOCKED
}

function primaryCode(thrown: unknown): number {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number') return 0
  // the low byte is the primary code, the rest refines it
  return thrown.errcode & 0xff
}
