import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CompiledQuery, type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import { EngineError } from '../../core/errors.ts'
import type { Capabilities, Cell, Columns, QueryRunner, Row, RowInsert, RowOf } from './capabilities.ts'
import { RowBatch, SqliteDriver, type SqlitePlace, whileBusy } from './sqlite-driver.ts'
import { sqliteError } from './sqlite-errors.ts'

// 'mlcn': marks the file as ours, so that no other application's database is ever migrated
const APPLICATION_ID = 0x6d6c636e

class Adapter extends SqliteAdapter {
  // kysely says false out of caution; SQLite rolls tables back as it does rows
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Opens or creates the file for kysely. Throws EngineErrors of kind `configuration` or `transient`; a foreign file is left as it was. */
export async function openSqlite(place: SqlitePlace & { readonly maxBytes?: number }): Promise<Dialect> {
  const { file, maxBytes } = place
  const database = openDatabase(file)
  try {
    await whileBusy(place, () => prepare(database, file, maxBytes))
  } catch (thrown) {
    database.close()
    throw thrown
  }
  return {
    createAdapter: () => new Adapter(),
    createDriver: () => new SqliteDriver(database, place),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function openDatabase(file: string): DatabaseSync {
  try {
    if (file !== ':memory:') {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      // made here, because SQLite would let everybody read it; its -wal and -shm take over these permissions
      closeSync(openSync(file, 'a', 0o600))
    }
    return new DatabaseSync(file)
  } catch (thrown) {
    throw isSystemError(thrown) ? cannotOpen(file, thrown) : sqliteError(thrown, file)
  }
}

function prepare(database: DatabaseSync, file: string, maxBytes: number | undefined): void {
  // one statement, so that another process cannot create the tables in between
  const found = database
    .prepare(
      'select (select count(*) from sqlite_master) as tables, (select application_id from pragma_application_id) as id',
    )
    .get()
  if (found?.['tables'] !== 0 && found?.['id'] !== APPLICATION_ID) throw foreign(file)
  // only then: it writes, and who opens a ledger must not have to wait for its writer
  if (found?.['id'] !== APPLICATION_ID) database.exec(`pragma application_id = ${APPLICATION_ID}`)
  database.exec('pragma journal_mode = wal')
  // A power cut may take the last commits, but whole ones: a checkpoint is in the same transaction as the outcomes of its page,
  // so both are lost or neither, and the page is read again. What must not be lost, intents, is committed `durably`.
  database.exec('pragma synchronous = normal')
  database.exec('pragma foreign_keys = on')
  database.exec('pragma temp_store = memory')
  database.exec('pragma cache_size = -16000')
  database.exec('pragma journal_size_limit = 67108864')
  if (maxBytes !== undefined) limitSize(database, maxBytes)
}

function limitSize(database: DatabaseSync, maxBytes: number): void {
  const pageSize = database.prepare('pragma page_size').get()?.['page_size']
  database.exec(`pragma max_page_count = ${Math.max(1, Math.floor(maxBytes / Number(pageSize)))}`)
}

function foreign(file: string): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'LEDGER_FOREIGN',
    message: `${file}: the file is a database of another application, not a ledger`,
    remedy: 'Point the workspace at its own .ml-connector/ledger.db, or move the foreign file away.',
  })
}

function cannotOpen(file: string, thrown: NodeJS.ErrnoException): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'LEDGER_CANNOT_OPEN',
    message: `${file}: the ledger file cannot be opened or created (${thrown.code ?? 'unknown reason'})`,
    remedy: 'Check that the folder exists, that this user may write in it, and that the path is no folder itself.',
    cause: thrown,
  })
}

function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'syscall' in thrown
}

function cellsOf<C extends Columns>(columns: C, rows: readonly Row<C>[]): Cell[][] {
  const names: readonly (keyof C & string)[] = Object.keys(columns)
  return rows.map(row => names.map(name => row[name]))
}

export const sqliteCapabilities: Capabilities = {
  name: 'sqlite',
  identity: column => column.primaryKey(),
  lastingIdentity: column => column.primaryKey().autoIncrement(),
  async reserveIds(transaction, table, count) {
    const { rows } = await transaction.executeQuery<{ last: number | null }>(
      CompiledQuery.raw(`select max(id) as last from ${table}`),
    )
    const first = (rows[0]?.last ?? 0) + 1
    return Array.from({ length: count }, (_, index) => first + index)
  },
  rowset<C extends Columns>(columns: C, rows: readonly Row<C>[]) {
    const members = Object.keys(columns).map((name, index) => sql`value ->> ${sql.lit(index)} as ${sql.ref(name)}`)
    return sql<RowOf<C>>`(select ${sql.join(members)} from json_each(${JSON.stringify(cellsOf(columns, rows))}))`
  },
  async insertRows<C extends Columns>(db: QueryRunner, insert: RowInsert<C>) {
    if (insert.rows.length === 0) return
    const names = Object.keys(insert.columns)
    const places = names.map(() => '?').join(', ')
    const text = `insert into ${insert.table} (${names.join(', ')}) values (${places}) ${insert.conflict}`
    await db.executeQuery(CompiledQuery.raw(text, [new RowBatch(cellsOf(insert.columns, insert.rows))]))
  },
  durably(db, work) {
    return db.connection().execute(async connection => {
      await connection.executeQuery(CompiledQuery.raw('pragma synchronous = full'))
      try {
        return await connection.transaction().execute(work)
      } finally {
        await connection.executeQuery(CompiledQuery.raw('pragma synchronous = normal'))
      }
    })
  },
  async forGood(db, work) {
    const done = await db.transaction().execute(work)
    await db.connection().execute(async connection => {
      // pages keep what was moved within them, whatever secure_delete says: only a file that is written anew is without it
      await connection.executeQuery(CompiledQuery.raw('vacuum'))
      // the log still has the pages as they were; while another process reads it stays, until that one closes
      await connection.executeQuery(CompiledQuery.raw('pragma wal_checkpoint(truncate)'))
    })
    return done
  },
}
