import { type Kysely, type Migration, sql } from 'kysely'
import { chainHash, genesis, newSalts } from '../chain-hash.ts'
import { readChained, type TrailTable, trails } from '../chain-rows.ts'
import type { Capabilities } from '../dialects/capabilities.ts'
import type { Tables } from '../schema.ts'
import { createIndex, createTable, type IndexSpec, type TableSpec } from './tables.ts'

const CHUNK = 2_000

/**
 * With the time at the end, so that the newest events of a key, or of an outcome, are read in order: without it the planner, which must sort
 * then, rather searches the whole history by time.
 */
const INDEXES: readonly IndexSpec[] = [
  { name: 'events_source', table: 'record_events', columns: ['workspace', 'source_key', 'at'] },
  { name: 'events_outcome', table: 'record_events', columns: ['workspace', 'outcome', 'at'] },
]

const CHAINS: TableSpec = {
  name: 'chains',
  primaryKey: ['workspace', 'trail'],
  columns: {
    ...{ workspace: 'integer', trail: 'text', no: 'integer', hash: 'text', anchor_no: 'integer', anchor_hash: 'text' },
  },
}

/** Both histories are chained by hash: from now on, and what there is in the order in which it was written. */
export function auditChain(dialect: Capabilities): Migration {
  return {
    async up(db: Kysely<Tables>) {
      await createTable(db, dialect, CHAINS)
      for (const table of ['record_events', 'actions']) {
        await db.schema.alterTable(table).addColumn('no', 'integer').execute()
        for (const column of ['salt', 'hash', 'erased'])
          await db.schema.alterTable(table).addColumn(column, 'text').execute()
      }
      for (const { id, text } of await workspacesOf(db))
        for (const trail of trails) await chainAll(db, dialect, { trail, id, text })
      for (const replaced of ['events_source', 'events_sink']) await db.schema.dropIndex(replaced).execute()
      for (const index of INDEXES) await createIndex(db, index)
      await db.schema
        .createIndex('events_sink')
        .on('record_events')
        .columns(['workspace', 'sink_key', 'at'])
        .where(sql.ref('sink_key'), 'is not', null)
        .execute()
    },
  }
}

/** All that ever ran a flow, or where somebody did something. Actions and runs hold the name itself, events its id. */
async function workspacesOf(db: Kysely<Tables>): Promise<readonly { readonly id: number; readonly text: string }[]> {
  const named = sql`(select workspace as text from actions union select workspace from runs)`
  await sql`insert into names (text) select text from ${named} as named where true on conflict (text) do nothing`.execute(
    db,
  )
  const { rows } = await sql<{ id: number; text: string }>`select id, text from names
    where text in (select text from ${named} as named)`.execute(db)
  return rows
}

interface Whole {
  readonly trail: TrailTable
  /** Name id and name of the workspace. */
  readonly id: number
  readonly text: string
}

async function chainAll(db: Kysely<Tables>, dialect: Capabilities, { trail, id, text }: Whole): Promise<void> {
  const first = genesis(text, trail.name)
  let [hash, no] = [first, 0]
  for (let after = 0; ; ) {
    const page = await readChained({ db, dialect }, trail, { workspace: { id, text }, after, limit: CHUNK })
    const salts = newSalts(page.length)
    const rows = page.map((row, index) => {
      const salt = salts[index] ?? ''
      no += 1
      hash = chainHash(hash, { ...row, told: [no, row.id, ...row.told], salt, erased: null })
      return { id: row.id, no, salt, hash }
    })
    const columns = { id: 'integer', no: 'integer', salt: 'text', hash: 'text' } as const
    await sql`update ${sql.table(trail.table)} set no = chained.no, salt = chained.salt, hash = chained.hash
      from ${dialect.rowset(columns, rows)} as chained where ${sql.table(trail.table)}.id = chained.id`.execute(db)
    after = page.at(-1)?.id ?? after
    if (page.length < CHUNK) break
  }
  await db
    .insertInto('chains')
    .values({ workspace: id, trail: trail.name, no, hash, anchor_no: 0, anchor_hash: first })
    .execute()
}
