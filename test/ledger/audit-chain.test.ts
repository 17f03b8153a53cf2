import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import type { ChainBreak, ChainPlace } from '../../engine/core/audit.ts'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import { action } from './operations.ts'
import { AT, codeOf, countingSealer, dead, event, later, settlement, started } from './records.ts'

const folder = mkdtempSync(join(tmpdir(), 'ledger-chain-'))
after(() => rmSync(folder, { recursive: true }))

const open = (file: string, workspace = 'acme') => openSqliteLedger({ file, workspace, sealer: countingSealer() })
const failure = { kind: 'record', code: 'ZOHO_INVALID_DATA', message: 'no address', field: 'Email' } as const

/** Ten events and four actions of acme (numbers and ids 1 to 10), among those of another workspace that come after. */
async function original(): Promise<string> {
  const file = join(folder, 'original.db')
  const ledger = await open(file)
  await ledger.startRun(started())
  const events = Array.from({ length: 10 }, (_, no) =>
    event(`V${no + 1}`, no % 2 ? { outcome: 'dead', failure, at: later(no) } : { at: later(no) }),
  )
  await ledger.settle(settlement({ events: events.slice(0, 4) }))
  await ledger.settle(settlement({ events: events.slice(4) }))
  for (const flow of ['a', 'b', 'c', 'd']) await ledger.recordAction(action(flow))
  const other = await open(file, 'globex')
  await other.startRun(started({ workspace: 'globex', id: 'run-9' }))
  await other.settle(settlement({ workspace: 'globex', runId: 'run-9', events: [event('G1')] }))
  await ledger.close()
  await other.close()
  return file
}

let copies = 0
const said = (found: ChainBreak) =>
  `${found.trail} ${found.is} ${found.no ?? '-'}${found.until === found.no ? '' : `..${found.until}`} id ${found.id ?? '-'}`

/** What verification finds after somebody has changed a copy of the file by hand. */
async function afterwards(file: string, tamper: string, expected?: ChainPlace): Promise<readonly string[]> {
  const copy = join(folder, `copy-${copies++}.db`)
  copyFileSync(file, copy)
  const database = new DatabaseSync(copy)
  database.exec(tamper)
  database.close()
  const ledger = await open(copy)
  const reports = await ledger.verifyAudit(expected)
  await ledger.close()
  return reports.flatMap(it => it.breaks).map(said)
}

describe('the audit trail as a chain', () => {
  let file: string
  before(async () => {
    file = await original()
  })

  it('is found as it was written when nobody touched it', async () => {
    expect(await afterwards(file, 'select 1')).to.deep.equal([])
    const ledger = await open(file)
    const reports = await ledger.verifyAudit()
    expect(reports.map(it => [it.trail, it.rows, it.head.no, it.anchor.no])).to.deep.equal([
      ['events', 10, 10, 0],
      ['actions', 4, 4, 0],
    ])
    await ledger.close()
  })

  describe('shows that a row was edited, whichever column', () => {
    const columns = (table: string) =>
      new DatabaseSync(file)
        .prepare(`select name, type from pragma_table_info('${table}')`)
        .all()
        .map(row => ({ name: String(row['name']), isText: row['type'] === 'text' }))
    // as if erased, and out of the workspace, are cases of their own below
    const own = ['id', 'no', 'workspace', 'erased']

    it('of an event', async () => {
      const tried = columns('record_events').filter(it => !own.includes(it.name))
      for (const { name, isText } of tried) {
        const changed = isText ? `coalesce(${name}, '') || '1'` : `coalesce(${name}, 0) + 1`
        const found = await afterwards(file, `update record_events set ${name} = ${changed} where id = 4`)
        const next = name === 'hash' ? ['events edited 5 id 5'] : []
        expect(found, name).to.deep.equal(['events edited 4 id 4', ...next])
      }
      expect(tried.length).to.equal(20)
    })

    it('of an action', async () => {
      const tried = columns('actions').filter(it => !own.includes(it.name) && it.name !== 'hash')
      for (const { name, isText } of tried) {
        const changed = isText ? `${name} || '1'` : `${name} + 1`
        expect(await afterwards(file, `update actions set ${name} = ${changed} where id = 3`), name).to.deep.equal([
          'actions edited 3 id 3',
        ])
      }
      expect(tried.length).to.equal(6)
    })
  })

  const all = Array.from({ length: 10 }, (_, no) => `events edited ${no + 1} id ${no + 1}`)
  const cases: readonly { readonly name: string; readonly tamper: string; readonly finds: readonly string[] }[] = [
    {
      name: 'a row that was edited and hashed anew, by the next one',
      tamper: `update record_events set hash = '${'x'.repeat(32)}' where id = 10`,
      finds: ['events edited 10 id 10', 'events head 10 id -'],
    },
    {
      name: 'a row that was dropped',
      tamper: 'delete from record_events where id = 5',
      finds: ['events dropped 5 id -'],
    },
    {
      name: 'rows that were dropped',
      tamper: 'delete from record_events where id in (5, 6, 8)',
      finds: ['events dropped 5..6 id -', 'events dropped 8 id -'],
    },
    {
      name: 'the first row dropped',
      tamper: 'delete from record_events where id = 1',
      finds: ['events dropped 1 id -'],
    },
    {
      name: 'the last rows dropped',
      tamper: 'delete from record_events where id in (9, 10); delete from actions where id = 4',
      finds: ['events dropped 9..10 id -', 'actions dropped 4 id -'],
    },
    {
      name: 'all rows dropped',
      tamper: 'delete from record_events where workspace = (select workspace from record_events where id = 1)',
      finds: ['events dropped 1..10 id -'],
    },
    {
      name: 'rows that changed places',
      tamper:
        'update record_events set id = -1 where id = 4; update record_events set id = 4 where id = 5; update record_events set id = 5 where id = -1',
      finds: ['events reordered 4 id 5'],
    },
    {
      name: 'a row that was moved to the end',
      tamper: 'update record_events set id = 99 where id = 3',
      finds: ['events reordered 3 id 99'],
    },
    {
      name: 'rows whose content changed places',
      tamper: `update record_events set source_key = case id when 4 then 'V6' else 'V4' end where id in (4, 6)`,
      finds: ['events edited 4 id 4', 'events edited 6 id 6'],
    },
    {
      name: 'a number that was changed',
      tamper: 'update record_events set no = 77 where id = 10',
      finds: ['events dropped 10 id -', 'events foreign 77 id 10'],
    },
    {
      name: 'a row that was put in',
      tamper: `insert into actions (workspace, at, actor, action, subject, details) values ('acme', 1, 'eve', 'flow.run', 'flow:x', '{}')`,
      finds: ['actions foreign - id 5'],
    },
    {
      name: 'a row that was put at the end, number and all',
      tamper: `insert into actions select 99, workspace, at, actor, action, 'flow:x', details, 5, salt, hash, null from actions where id = 4`,
      finds: ['actions foreign 5 id 99'],
    },
    {
      name: 'a row of another workspace',
      tamper: `update record_events set workspace = (select workspace from record_events where id = 1) where id = 11`,
      finds: ['events reordered 1 id 11'],
    },
    {
      name: 'a row that went to another workspace',
      tamper: `update record_events set workspace = (select workspace from record_events where id = 11) where id = 2`,
      finds: ['events dropped 2 id -'],
    },
    { name: 'who started the run', tamper: `update runs set actor = 'eve' where workspace = 'acme'`, finds: all },
    {
      name: 'a name of the dictionary',
      tamper: `update names set text = 'ZOHO_ACCEPTED' where text = 'ZOHO_INVALID_DATA'`,
      finds: all.filter((_, no) => no % 2),
    },
    {
      name: 'a value that was masked without being told',
      tamper: `update record_events set source_key = '(erased)', erased = 'x' where id = 2`,
      finds: ['events erased - id -', 'events edited 2 id 2'],
    },
    {
      name: 'a beginning that was dropped as if it had been pruned',
      tamper:
        "delete from record_events where id < 4; update chains set anchor_no = 3, anchor_hash = (select hash from chains limit 1) where trail = 'events' and no = 10",
      finds: ['events anchor 3 id -', 'events edited 4 id 4'],
    },
    {
      name: 'an end that was noted anew',
      tamper: `update chains set hash = 'x' where trail = 'actions' and no = 4`,
      finds: ['actions head 4 id -'],
    },
  ]
  for (const { name, tamper, finds } of cases) {
    it(`shows ${name}`, async () => {
      expect(await afterwards(file, tamper)).to.deep.equal(finds)
    })
  }

  it('proves that nothing changed since somebody noted a place of it', async () => {
    const database = new DatabaseSync(file)
    const hash = String(database.prepare('select hash from record_events where id = 6').get()?.['hash'])
    database.close()
    expect(await afterwards(file, 'select 1', { no: 6, hash })).to.deep.equal([])
    // what a chain alone cannot show: everything written anew, hashes and all
    expect(await afterwards(file, 'select 1', { no: 6, hash: 'that of before' })).to.deep.equal([
      'events unexpected 6 id 6',
    ])
    expect(await afterwards(file, 'select 1', { no: 11, hash })).to.deep.equal(['events unexpected 11 id -'])
  })

  it('names the first hundred of many breaks, and counts them all', async () => {
    const many = join(folder, 'many.db')
    const ledger = await open(many)
    await ledger.startRun(started())
    await ledger.settle(settlement({ events: Array.from({ length: 2_500 }, (_, no) => event(`V${no}`)) }))
    await ledger.close()
    const database = new DatabaseSync(many)
    database.exec(`update record_events set did = 'x' where id % 10 = 0`)
    database.close()
    const again = await open(many)
    const [report] = await again.verifyAudit()
    expect([report?.rows, report?.breaks.length, report?.breakCount]).to.deep.equal([2_500, 100, 250])
    await again.close()
  })
})

describe('a chain that several write', () => {
  it('has one order, whoever writes: ledgers of one process, and processes', async () => {
    const file = join(folder, 'together.db')
    const ledger = await open(file)
    const script = fileURLToPath(new URL('children/settle-some.ts', import.meta.url))
    const ends = ['1', '2'].map(name =>
      once(spawn(process.execPath, [script, file, name], { stdio: 'inherit' }), 'exit'),
    )
    const others = [ledger, await open(file), await open(file, 'globex')]
    for (const [no, one] of others.entries()) {
      const workspace = no === 2 ? 'globex' : 'acme'
      await one.startRun(started({ workspace, id: `run-${no}`, flow: `flow-${no}` }))
      for (let page = 0; page < 20; page++) {
        const events = [event(`V${page}`, { runId: `run-${no}` }), event(`W${page}`, { runId: `run-${no}` })]
        await one.settle(settlement({ workspace, runId: `run-${no}`, flow: `flow-${no}`, events, at: AT }))
      }
    }
    expect((await Promise.all(ends)).map(([code]) => code)).to.deep.equal([0, 0])
    const reports = await Promise.all([ledger.verifyAudit(), others[2]?.verifyAudit()])
    const found = reports.flatMap(it => it?.[0] ?? [])
    expect(found.map(it => [it.rows, it.head.no, it.breakCount])).to.deep.equal([
      [160, 160, 0],
      [40, 40, 0],
    ])
    for (const one of others) await one.close()
  }).timeout(60_000)

  it('goes on where a transaction that failed has left it', async () => {
    const file = join(folder, 'failed.db')
    const ledger = await open(file)
    await ledger.startRun(started())
    await ledger.settle(settlement({ events: [event('V1')] }))
    const database = new DatabaseSync(file)
    database.exec(`create trigger refused before insert on tracked begin select raise(abort, 'no'); end`)
    const refused = settlement({
      events: [event('V2')],
      tracked: [{ entity: 'VENDOR', key: 'V2', sourceHash: 'h' }],
    })
    const thrown = await ledger.settle(refused).then(
      () => 'nothing',
      error => error.code,
    )
    expect(thrown).to.equal('LEDGER_STATEMENT')
    database.exec('drop trigger refused')
    database.close()
    await ledger.settle(refused)
    const [report] = await ledger.verifyAudit()
    expect([report?.rows, report?.head.no, report?.breakCount]).to.deep.equal([2, 2, 0])
    await ledger.close()
  })
})

describe('pruning a trail that somebody has edited', () => {
  it('stops before the first event that is not as it was written', async () => {
    const copy = join(folder, 'edited.db')
    copyFileSync(join(folder, 'original.db'), copy)
    const database = new DatabaseSync(copy)
    database.exec(`update record_events set did = 'x' where id = 4`)
    database.close()
    const ledger = await open(copy)
    expect(await codeOf(ledger.pruneAudit(later(99), { actor: 'eve', at: AT }))).to.equal('LEDGER_CHAIN_BROKEN')
    expect(await ledger.events({ limit: 99 })).to.have.length(10)
    expect((await ledger.pruneAudit(later(2), { actor: 'ada', at: AT })).events).to.equal(2)
    await ledger.close()
  })
})

describe('the file after a record was erased', () => {
  it('holds its key nowhere any more, not in what is free of it either', async () => {
    const file = join(folder, 'erased.db')
    const ledger = await open(file)
    await ledger.startRun(started())
    const keys = Array.from({ length: 300 }, (_, no) => `Q7-${no}-PERSON`)
    await ledger.settle(settlement({ events: keys.map(key => event(key)), dead: keys.map(key => dead(key)) }))
    const content = () => [file, `${file}-wal`].map(it => readFileSync(it).toString('latin1')).join('')
    expect(content()).to.include('Q7-142-PERSON')
    await ledger.eraseSubject(
      { connection: 'intacct', entity: 'VENDOR', key: 'Q7-142-PERSON', forget: true },
      { actor: 'ada', at: AT },
    )
    expect(content()).to.not.include('Q7-142-PERSON')
    expect(content()).to.include('Q7-143-PERSON')
    expect((await ledger.verifyAudit()).map(it => it.breakCount)).to.deep.equal([0, 0])
    await ledger.close()
  })
})

describe('a salt', () => {
  it('is of one row alone', () => {
    const database = new DatabaseSync(join(folder, 'original.db'))
    const salts = database.prepare('select salt from record_events').all()
    database.close()
    expect(new Set(salts.map(it => it['salt'])).size).to.equal(11)
  })
})
