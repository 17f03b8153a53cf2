import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { Kysely, Migrator } from 'kysely'
import { openSqlite, sqliteCapabilities } from '../../engine/ledger/dialects/sqlite.ts'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import { firstTables } from '../../engine/ledger/migrations/0001-first-tables.ts'
import { delivered, subscription } from './operations.ts'
import { AT, countingSealer } from './records.ts'

const folder = mkdtempSync(join(tmpdir(), 'ledger-upgrade-'))
after(() => rmSync(folder, { recursive: true }))

const open = (file: string) => openSqliteLedger({ file, workspace: 'acme', sealer: countingSealer() })

/** A ledger as the first release made it, with dead records of two codes among others. */
async function firstRelease(name: string): Promise<string> {
  const file = join(folder, name)
  const db = new Kysely<unknown>({ dialect: await openSqlite({ file, lockWaitMs: 1_000 }) })
  const provider = { getMigrations: async () => ({ '0001-first-tables': firstTables(sqliteCapabilities) }) }
  const tables = { migrationTableName: 'ledger_migrations', migrationLockTableName: 'ledger_migrations_lock' }
  const { error } = await new Migrator({ db, provider, ...tables }).migrateToLatest()
  expect(error).to.equal(undefined)
  await db.destroy()
  const database = new DatabaseSync(file)
  const at = Date.parse(AT)
  database.exec(`
    insert into names (id, text) values (1, 'acme'), (2, 'vendors'), (3, 'dead'), (4, 'written'), (5, 'ODD');
    insert into runs values (1, 'acme', 'run-1', 'vendors', 'h', 'manual', 'ada', 'failed', ${at}, ${at}, ${at}, null, null,
      0, 0, 0, 0, 0, 0, 0, 0, 0);
    insert into dead_letters values (7, 'acme', 'vendors', '', 'c', 'e', 'k', null, 'upsert', 'ODD', '{}', 'b', 'h', 'discarded',
      ${at}, ${at}, 1, 'run-1', null)`)
  const insert = database.prepare(`insert into record_events values
    (?, 1, 1, 2, 2, 2, ${at}, 2, 2, ?, null, null, null, null, ?, '', '', 1, ?)`)
  for (let no = 1; no <= 2_500; no++) {
    const failure = no % 2 ? { kind: 'record', code: no % 5 ? 'ODD' : 'RARE', message: 'no' } : null
    insert.run(no, `K${no}`, failure ? 3 : 4, failure && JSON.stringify(failure))
  }
  database.close()
  return file
}

describe('a ledger of the first release', () => {
  it('keeps what it holds, chained from the first event on, and finds old failures by their code', async () => {
    const ledger = await open(await firstRelease('first.db'))
    expect(await ledger.events({ limit: 9_999 })).to.have.length(2_500)
    const rare = await ledger.events({ code: 'RARE', limit: 9_999 })
    expect([rare.length, rare.at(-1)?.sourceKey]).to.deep.equal([250, 'K5'])
    expect(await ledger.events({ code: 'ODD', limit: 9_999 })).to.have.length(1_000)
    expect((await ledger.deadLetters({ limit: 9 })).map(it => [it.id, it.reason])).to.deep.equal([['7', null]])
    const [report] = await ledger.verifyAudit()
    expect([report?.rows, report?.head.no, report?.breakCount]).to.deep.equal([2_500, 2_500, 0])
    await ledger.receive([delivered('d-1')])
    expect(await ledger.inboxCount('waiting')).to.equal(1)
    await ledger.close()
  })

  it('is upgraded once by several processes that open it at a time', async () => {
    const file = await firstRelease('together.db')
    const script = fileURLToPath(new URL('children/receive.ts', import.meta.url))
    const children = ['1', '2', '3'].map(name => spawn(process.execPath, [script, file, name], { stdio: 'inherit' }))
    const codes = await Promise.all(children.map(async it => (await once(it, 'exit'))[0]))
    expect(codes).to.deep.equal([0, 0, 0])
    const ledger = await open(file)
    const stored = await ledger.inbox({ state: 'waiting', limit: 9_999 })
    const deliveries = stored.map(it => it.deliveryId)
    // each process brought the same 50, and 50 of its own
    expect([deliveries.length, new Set(deliveries).size]).to.deep.equal([200, 200])
    expect(await ledger.events({ code: 'RARE', limit: 9_999 })).to.have.length(250)
    await ledger.close()
  }).timeout(30_000)
})

describe('what a ledger file shows to a thief of subscriptions', () => {
  it('is no secret of one', async () => {
    const file = join(folder, 'secrets.db')
    const ledger = await open(file)
    await ledger.saveSubscription(subscription('1'))
    const content = () => [file, `${file}-wal`].map(it => readFileSync(it).toString('latin1')).join('')
    expect(content()).to.not.include('planted-secret')
    expect(content(), 'the search itself works').to.include('https://sync.example/hooks/zoho')
    await ledger.removeSubscription('zoho', '1')
    await ledger.close()
  })
})
