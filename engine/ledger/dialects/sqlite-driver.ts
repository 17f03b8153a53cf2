import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'
import { isBusy, sqliteError } from './sqlite-errors.ts'

/** The only parameter of a statement that is to be run once per row. */
export class RowBatch {
  readonly rows: readonly (readonly SQLInputValue[])[]

  constructor(rows: readonly (readonly SQLInputValue[])[]) {
    this.rows = rows
  }
}

// statements of the ledger are few; filters make some variants
const STATEMENTS_KEPT = 256
const LOOK_AGAIN_MS = 20

/** A database file, and how long to wait for another process that writes to it. */
export interface SqlitePlace {
  readonly file: string
  readonly lockWaitMs: number
}

/**
 * Runs `work` again while another connection holds the lock. SQLite's own `busy_timeout` would block this process's event loop,
 * and with it the transaction of a second ledger in the same process that holds the very lock.
 */
export async function whileBusy<T>({ file, lockWaitMs }: SqlitePlace, work: () => T): Promise<T> {
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    try {
      return work()
    } catch (thrown) {
      if (!isBusy(thrown) || waited >= lockWaitMs) throw sqliteError(thrown, file)
      await delay(LOOK_AGAIN_MS)
    }
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync
  readonly #place: SqlitePlace
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync, place: SqlitePlace) {
    this.#database = database
    this.#place = place
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const run = () => this.#run<R>(query)
    if (!this.#database.isTransaction) return whileBusy(this.#place, run)
    try {
      return run()
    } catch (thrown) {
      throw sqliteError(thrown, this.#place.file)
    }
  }

  // biome-ignore lint/correctness/useYield: the ledger pages by key and never streams
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new RangeError('the SQLite ledger does not stream: page by key')
  }

  #run<R>(query: CompiledQuery): QueryResult<R> {
    const statement = this.#prepare(query.sql)
    const batch = query.parameters[0]
    if (batch instanceof RowBatch) {
      for (const row of batch.rows) statement.run(...row)
      return { rows: [] }
    }
    // kysely's compiler only lets through what the typed queries bind: strings, numbers and null
    const parameters = query.parameters as SQLInputValue[]
    if (statement.columns().length > 0) return { rows: statement.all(...parameters) as R[] }
    const { changes, lastInsertRowid } = statement.run(...parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  #prepare(text: string): StatementSync {
    const known = this.#statements.get(text)
    const statement = known ?? this.#database.prepare(text)
    this.#statements.delete(text)
    this.#statements.set(text, statement)
    if (this.#statements.size > STATEMENTS_KEPT) {
      const [oldest] = this.#statements.keys()
      if (oldest !== undefined) this.#statements.delete(oldest)
    }
    return statement
  }
}

/** One connection for all: SQLite has one writer, and a second reader would not run in parallel within this thread. */
export class SqliteDriver implements Driver {
  readonly #database: DatabaseSync
  readonly #connection: SqliteConnection
  #queue: Promise<void> = Promise.resolve()
  #release: () => void = () => {}

  constructor(database: DatabaseSync, place: SqlitePlace) {
    this.#database = database
    this.#connection = new SqliteConnection(database, place)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#queue
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#queue = promise
    await before
    this.#release = resolve
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    this.#release()
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // a transaction that starts as a reader cannot always become a writer: take the write lock first
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // a full disk or a failed write has rolled it back already
    if (this.#database.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async destroy(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }
}
