import { type Kysely, type Migration, sql } from 'kysely'
import { chainHash, genesis, newSalts } from '../chain-hash.ts'
import { readChained, type TrailTable, trails } from '../chain-rows.ts'
import type { Capabilities } from '../dialects/capabilities.ts'
import type { Tables } from '../schema.ts'
import { createTable } from './tables.ts'

const CHUNK = 2_000

/** Both histories are chained by hash: from now on, and what there is in the order in which it was written. */
export function auditChain(dialect: Capabilities): Migration {
  return {
    async up(db: Kysely<Tables>) {
      await createTable(db, dialect, {
        name: 'chains',
        primaryKey: ['workspace', 'trail'],
        columns: {
          workspace: 'integer',
          trail: 'text',
          no: 'integer',
          hash: 'text',
          anchor_no: 'integer',
          anchor_hash: 'text',
        },
      })
      for (const table of ['record_events', 'actions']) {
        await db.schema.alterTable(table).addColumn('no', 'integer').execute()
        for (const column of ['salt', 'hash', 'erased'])
          await db.schema.alterTable(table).addColumn(column, 'text').execute()
      }
      // actions hold the name itself, events its id
      await sql`insert into names (text) select distinct workspace from actions where true on conflict (text) do nothing`.execute(
        db,
      )
      await sql`insert into names (text) select distinct workspace from runs where true on conflict (text) do nothing`.execute(
        db,
      )
      const { rows } = await sql<{ id: number; text: string }>`select id, text from names
        where text in (select workspace from actions union select workspace from runs)`.execute(db)
      for (const { id, text } of rows) for (const trail of trails) await chainAll(db, dialect, { trail, id, text })
    },
  }
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
