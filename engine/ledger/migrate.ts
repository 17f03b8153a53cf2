import { type Kysely, type Migration, Migrator, sql } from 'kysely'
import { EngineError } from '../core/errors.ts'
import type { Capabilities } from './dialects/capabilities.ts'
import { migrations } from './migrations/index.ts'
import type { Tables } from './schema.ts'

const MADE = 'ledger_migrations'

/** Brings the tables up to this version, once however many processes open the ledger at the same time. */
export async function migrate(db: Kysely<Tables>, dialect: Capabilities, place: string): Promise<void> {
  const made = await madeMigrations(db)
  const unknown = made.filter(name => !Object.hasOwn(migrations, name))
  if (unknown.length > 0) throw newer(place, unknown)
  if (made.length === Object.keys(migrations).length) return
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => bound(dialect) },
    migrationTableName: MADE,
    migrationLockTableName: `${MADE}_lock`,
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

function bound(dialect: Capabilities): Record<string, Migration> {
  return Object.fromEntries(Object.entries(migrations).map(([name, migration]) => [name, migration(dialect)]))
}

async function madeMigrations(db: Kysely<Tables>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables()
  if (!tables.some(table => table.name === MADE)) return []
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(MADE)}`.execute(db)
  return rows.map(row => row.name)
}

function newer(place: string, unknown: readonly string[]): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'LEDGER_NEWER',
    message: `${place}: the ledger was made by a newer version of ml-connector (it has ${unknown.join(', ')})`,
    remedy: 'Run the newer version, or restore a backup of the .ml-connector folder from before the upgrade.',
  })
}
