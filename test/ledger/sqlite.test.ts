import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { Kysely, sql } from 'kysely'
import { isEngineError } from '../../engine/core/errors.ts'
import { openSqlite, sqliteCapabilities } from '../../engine/ledger/dialects/sqlite.ts'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import type { Tables } from '../../engine/ledger/schema.ts'
import { action, apiToken, delivered, pause, subscription } from './operations.ts'
import { AT, codeOf, countingSealer, dead, event, known, later, settlement, started } from './records.ts'

const folder = mkdtempSync(join(tmpdir(), 'ledger-file-'))
after(() => rmSync(folder, { recursive: true }))

const open = (file: string, workspace = 'acme') => openSqliteLedger({ file, workspace, sealer: countingSealer() })

/** A ledger file with one page in it. */
async function filled(name: string): Promise<string> {
  const file = join(folder, name)
  const ledger = await open(file)
  await ledger.startRun(started())
  const keys = Array.from({ length: 500 }, (_, no) => `V${no}`)
  await ledger.settle(settlement({ events: keys.map(key => event(key)), known: keys.map(key => known(key)) }))
  await ledger.close()
  return file
}

describe('a ledger file', () => {
  it('is made with its folder, for its owner only', async () => {
    const file = join(folder, 'acme', '.ml-connector', 'ledger.db')
    const ledger = await open(file)
    await ledger.startRun(started())
    const modes = [file, `${file}-wal`, `${file}-shm`].map(it => statSync(it).mode & 0o777)
    expect(modes).to.deep.equal([0o600, 0o600, 0o600])
    await ledger.close()
  })

  it('keeps workspaces apart', async () => {
    const file = await filled('two-workspaces.db')
    const other = await open(file, 'globex')
    await other.startRun(started({ workspace: 'globex' }))
    expect(await other.events({ limit: 9 })).to.deep.equal([])
    expect(await other.known('vendors', 'intacct', 'VENDOR', ['V1'])).to.deep.equal([])
    expect((await other.runs({ limit: 9 })).map(run => run.workspace)).to.deep.equal(['globex'])
    await other.settle(settlement({ workspace: 'globex', known: [known('V1', { sinkKey: 'elsewhere' })] }))
    await other.close()
    const first = await open(file)
    expect((await first.known('vendors', 'intacct', 'VENDOR', ['V1']))[0]?.sinkKey).to.equal('5725767V1')
    await first.close()
  })

  it('keeps apart what is kept for the services of two workspaces', async () => {
    const file = await filled('two-services.db')
    const [one, two] = [await open(file), await open(file, 'globex')]
    const [stored] = await one.receive([delivered('d-1')])
    await one.saveSubscription(subscription('1'))
    await one.addToken(apiToken('t-1'))
    await one.recordAction(action('vendors'))
    await one.pause(pause('vendors'))
    await two.closeInbox([stored?.id ?? 0])
    await two.forgetInbox(later(1))
    await two.removeSubscription('zoho', '1')
    expect([await two.revokeToken('t-1', AT), await two.resume('vendors')]).to.deep.equal([false, false])
    expect(await two.tokenByHash('hash of t-1')).to.equal(undefined)
    for (const empty of [two.subscriptions(), two.apiTokens(), two.actions({ limit: 9 }), two.pauses()])
      expect(await empty).to.deep.equal([])
    expect([await one.inboxCount('waiting'), await two.inboxCount('waiting')]).to.deep.equal([1, 0])
    expect(await two.receive([delivered('d-1')])).to.have.length(1)
    const kept = [await one.subscriptions(), await one.apiTokens(), await one.actions({ limit: 9 }), await one.pauses()]
    expect(kept.map(rows => rows.length)).to.deep.equal([1, 1, 1, 1])
    await Promise.all([one.close(), two.close()])
  })

  it('serves two ledgers of one process at a time', async () => {
    const file = await filled('two-ledgers.db')
    const [one, two] = [await open(file, 'one'), await open(file, 'two')]
    await one.startRun(started())
    await two.startRun(started())
    const pages = Array.from({ length: 20 }, (_, page) => settlement({ events: [event(`V${page}`)] }))
    const began = performance.now()
    await Promise.all(pages.flatMap(page => [one.settle(page), two.settle(page)]))
    expect(performance.now() - began, 'ms: neither blocked the other').to.be.below(3_000)
    expect(await one.events({ limit: 99 })).to.have.length(20)
    expect(await two.events({ limit: 99 })).to.have.length(20)
    await Promise.all([one.close(), two.close()])
  })
})

describe('a file that cannot be a ledger', () => {
  const cases = [
    {
      name: 'a text file',
      code: 'LEDGER_FOREIGN',
      make: (file: string) => writeFileSync(file, 'dear diary, '.repeat(100)),
    },
    {
      name: "another application's database",
      code: 'LEDGER_FOREIGN',
      make: (file: string) => {
        const database = new DatabaseSync(file)
        database.exec('create table customers (id integer primary key); insert into customers values (7)')
        database.close()
      },
    },
  ]
  for (const { name, code, make } of cases) {
    it(`is refused and left alone: ${name}`, async () => {
      const file = join(folder, `${name.replaceAll(' ', '-')}.db`)
      make(file)
      const before = readFileSync(file)
      expect(await codeOf(open(file))).to.equal(code)
      expect(readFileSync(file).equals(before)).to.equal(true)
    })
  }

  it('is refused: a ledger of a newer version', async () => {
    const file = await filled('newer.db')
    const database = new DatabaseSync(file)
    database.exec("insert into ledger_migrations values ('9999-future', '2099-01-01T00:00:00.000Z')")
    database.close()
    expect(await codeOf(open(file))).to.equal('LEDGER_NEWER')
  })

  it('is refused: a damaged ledger', async () => {
    const file = await filled('damaged.db')
    const content = readFileSync(file)
    content.fill(0x5a, 100, 40_000)
    writeFileSync(file, content)
    expect(await codeOf(open(file))).to.equal('LEDGER_CORRUPT')
  })

  it('is refused: a folder, or a place below a file', async () => {
    mkdirSync(join(folder, 'a-folder'))
    expect(await codeOf(open(join(folder, 'a-folder')))).to.equal('LEDGER_CANNOT_OPEN')
    writeFileSync(join(folder, 'a-file'), '')
    expect(await codeOf(open(join(folder, 'a-file', 'ledger.db')))).to.equal('LEDGER_CANNOT_OPEN')
  })

  it('is refused: a place that this user may not write', async function () {
    const file = await filled('read-only.db')
    // a superuser may write anywhere: then the open runs as nobody
    const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    const script = `
      import { openSqliteLedger } from ${JSON.stringify(new URL('../../engine/ledger/index.ts', import.meta.url).href)}
      await openSqliteLedger({ file: ${JSON.stringify(file)}, workspace: 'acme', sealer: {} }).catch(e => console.log(e.code, e.kind))`
    const { stdout, error } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      ...asNobody,
      encoding: 'utf8',
    })
    if (error) return this.skip()
    expect(stdout.trim()).to.be.oneOf(['LEDGER_CANNOT_OPEN configuration', 'LEDGER_READ_ONLY configuration'])
  })
})

describe('a ledger that cannot be written now', () => {
  it('settles all or nothing when the room runs out, and goes on when there is room again', async () => {
    const file = await filled('full.db')
    const maxBytes = statSync(file).size + 60_000
    const tight = await openSqliteLedger({ file, maxBytes, workspace: 'acme', sealer: countingSealer() })
    const page = (prefix: string) => {
      const keys = Array.from({ length: 1_000 }, (_, no) => `${prefix}${no}`)
      return settlement({ events: keys.map(key => event(key)), checkpoint: { entity: 'VENDOR', cursor: { prefix } } })
    }
    const thrown = await tight.settle(page('W')).catch(error => error)
    expect(isEngineError(thrown, 'transient') && thrown.code).to.equal('LEDGER_FULL')
    expect(thrown.remedy).to.match(/space/)
    expect(await tight.events({ limit: 9_999 })).to.have.length(500)
    expect(await tight.checkpoint('vendors', 'VENDOR')).to.equal(undefined)
    await tight.close()
    const roomy = await open(file)
    await roomy.settle(page('W'))
    expect(await roomy.events({ limit: 9_999 })).to.have.length(1_500)
    await roomy.close()
  })

  it('waits for another writer, and says so when it waits too long', async () => {
    const file = await filled('locked.db')
    const ledger = await openSqliteLedger({ file, workspace: 'acme', sealer: countingSealer(), lockWaitMs: 60 })
    const other = new DatabaseSync(file)
    other.exec('begin immediate')
    const thrown = await ledger.settle(settlement({ events: [event('V1')] })).catch(error => error)
    expect(isEngineError(thrown, 'transient') && thrown.code).to.equal('LEDGER_LOCKED')
    const patient = await open(file)
    const settled = patient.settle(settlement({ events: [event('V2')] }))
    other.exec('rollback')
    await settled
    expect(await ledger.events({ sourceKey: 'V2', limit: 9 })).to.have.length(2)
    other.close()
    await Promise.all([ledger.close(), patient.close()])
  })
})

describe('what a ledger file shows to a thief', () => {
  it('is no record body, and no plain hash of one', async () => {
    const file = join(folder, 'sealed.db')
    const ledger = await open(file)
    await ledger.startRun(started())
    const body = { IBAN: 'DE02120300000000202051', note: 'planted-in-the-body' }
    await ledger.settle(settlement({ dead: [dead('V1', { body })] }))
    const files = () => [file, `${file}-wal`].map(it => readFileSync(it).toString('latin1')).join('')
    const plain = createHash('sha256').update(JSON.stringify(body)).digest('base64url')
    for (const planted of ['DE02120300000000202051', 'planted-in-the-body', plain, plain.slice(0, 16)]) {
      expect(files()).to.not.include(planted)
    }
    expect(files(), 'the search itself works').to.include('ZOHO_INVALID_DATA')
    await ledger.close()
  })

  it('is no hash that another ledger has for the same body', async () => {
    const hashes = await Promise.all(
      ['one', 'two'].map(async name => {
        const file = join(folder, `hash-${name}.db`)
        const ledger = await open(file)
        await ledger.startRun(started())
        await ledger.settle(settlement({ dead: [dead('V1')] }))
        await ledger.close()
        const database = new DatabaseSync(file)
        const hash = String(database.prepare('select hash from bodies').get()?.['hash'])
        database.close()
        return hash
      }),
    )
    expect(hashes[0]).to.match(/^[\w-]{43}$/)
    expect(hashes[0]).to.not.equal(hashes[1])
  })
})

describe('an intent', () => {
  it('is committed to the disk itself, other work is not', async () => {
    const dialect = await openSqlite({ file: join(folder, 'durable.db'), lockWaitMs: 1_000 })
    const db = new Kysely<Tables>({ dialect })
    const level = async (on: Kysely<Tables>) =>
      (await sql<{ synchronous: number }>`pragma synchronous`.execute(on)).rows
    expect(await sqliteCapabilities.durably(db, level)).to.deep.equal([{ synchronous: 2 }])
    expect(await level(db)).to.deep.equal([{ synchronous: 1 }])
    const failing = sqliteCapabilities.durably(db, () => Promise.reject(new RangeError('no')))
    expect(await failing.catch(error => error)).to.be.instanceOf(RangeError)
    expect(await level(db)).to.deep.equal([{ synchronous: 1 }])
    await db.destroy()
  })
})
