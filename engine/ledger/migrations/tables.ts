import type { CreateTableBuilder, Kysely } from 'kysely'
import type { Capabilities } from '../dialects/capabilities.ts'

// SQLite stores an integer in as many bytes as it needs, whatever the type says; PostgreSQL needs 64 bits for milliseconds
const TYPES = { text: 'text', integer: 'integer', time: 'bigint' } as const
type Spec = `${keyof typeof TYPES}${'' | '?'}`

export interface TableSpec {
  readonly name: string
  /** `?` marks a column that may be null. */
  readonly columns: Readonly<Record<string, Spec>>
  /** Numbered by the database; else `unique` begins with the primary key. */
  readonly identity?: string
  /** No number is ever given twice, also when the row that had it is gone: for numbers that outlive their rows in somebody's hands. */
  readonly isIdentityLasting?: true
  readonly primaryKey?: readonly string[]
}

export interface IndexSpec {
  readonly name: string
  readonly table: string
  readonly columns: readonly string[]
  readonly unique?: true
}

export async function createTable(
  db: Pick<Kysely<unknown>, 'schema'>,
  dialect: Capabilities,
  table: TableSpec,
): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(table.name)
  const number = table.isIdentityLasting ? dialect.lastingIdentity : dialect.identity
  if (table.identity) builder = builder.addColumn(table.identity, 'integer', column => number(column))
  for (const [name, spec] of Object.entries(table.columns)) {
    const type = spec.replace('?', '') as keyof typeof TYPES
    builder = builder.addColumn(name, TYPES[type], column => (spec.endsWith('?') ? column : column.notNull()))
  }
  if (table.primaryKey) builder = builder.addPrimaryKeyConstraint(`${table.name}_key`, [...table.primaryKey])
  await builder.execute()
}

export async function createIndex(db: Pick<Kysely<unknown>, 'schema'>, index: IndexSpec): Promise<void> {
  const builder = db.schema
    .createIndex(index.name)
    .on(index.table)
    .columns([...index.columns])
  await (index.unique ? builder.unique() : builder).execute()
}
