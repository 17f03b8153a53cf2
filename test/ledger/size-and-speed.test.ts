import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import { awaited, countingSealer, event, known, parked, settlement, started } from './records.ts'

const folder = mkdtempSync(join(tmpdir(), 'ledger-size-'))
const FIELDS = Array.from({ length: 20 }, (_, no) => `Field_Name_${no}`)
const RUN_ID = '0199a3f0-5c2e-7d51-b7a4-000000000001'

const keysOf = (page: number) =>
  Array.from({ length: 1_000 }, (_, no) => `V${String(page * 1_000 + no).padStart(8, '0')}`)
const eventOf = (key: string) =>
  event(key, {
    runId: RUN_ID,
    sinkKey: `572576700000${key.slice(2)}`,
    changed: FIELDS,
    sourceVersion: '2026-02-28T23:00:00Z',
  })
const fieldHashes = Object.fromEntries(FIELDS.map(field => [field, 'abcdef01']))

function page(no: number) {
  const keys = keysOf(no)
  return settlement({
    runId: RUN_ID,
    events: keys.map(eventOf),
    known: keys.map(key => known(key, { sinkKey: `572576700000${key.slice(2)}`, fieldHashes })),
    tracked: keys.map(key => ({ entity: 'VENDOR', key, sourceHash: '0123456789abcdef0123456789abcdef' })),
    healed: keys.map(key => ({ entity: 'VENDOR', key })),
    counts: { read: 1_000 },
    checkpoint: { entity: 'VENDOR', cursor: { no } },
  })
}

/** The best of several: what the ledger needs, not what else the machine does. */
async function bestMs(times: number, work: (turn: number) => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < times; turn++) {
    const began = performance.now()
    await work(turn)
    best = Math.min(best, performance.now() - began)
  }
  return best
}

describe('an event', () => {
  it('takes at most 400 bytes of the file, indexes included', async () => {
    const file = join(folder, 'events.db')
    const ledger = await openSqliteLedger({ file, workspace: 'acme', sealer: countingSealer() })
    await ledger.startRun(started({ id: RUN_ID }))
    const size = () => {
      const database = new DatabaseSync(file)
      database.exec('pragma wal_checkpoint(truncate)')
      database.close()
      return statSync(file).size
    }
    const before = size()
    for (let no = 0; no < 20; no++) {
      await ledger.settle(settlement({ runId: RUN_ID, events: keysOf(no).map(eventOf) }))
    }
    const bytes = (size() - before) / 20_000
    await ledger.close()
    expect(bytes).to.be.below(400)
  })
})

describe('a ledger of 50,000 records', () => {
  const keys = Array.from({ length: 1_000 }, (_, no) => keysOf(no % 50)[no] ?? '')
  let ledger: Awaited<ReturnType<typeof openSqliteLedger>>
  let settleMs = 0
  before(async () => {
    ledger = await openSqliteLedger({ file: join(folder, 'speed.db'), workspace: 'acme', sealer: countingSealer() })
    await ledger.startRun(started({ id: RUN_ID }))
    settleMs = await bestMs(50, no => ledger.settle(page(no)))
  })
  after(() => ledger.close())

  it('settles a page of 1,000 events, known and tracked records in under 30 ms', () => {
    expect(settleMs).to.be.below(30)
  })

  it('finds out in milliseconds that none of 1,000 parked records is ready', async () => {
    const waiting = keys.map(key => parked(key, { awaits: [awaited(key), awaited(`${key}-unknown`)] }))
    await ledger.settle(settlement({ runId: RUN_ID, parked: waiting }))
    expect(await ledger.parkedReady('vendors', 1_000)).to.deep.equal([])
    // a scan of the known records, once per reference, takes seconds
    expect(await bestMs(3, () => ledger.parkedReady('vendors', 1_000))).to.be.below(50)
  })

  const lookups = [
    { name: 'known', look: () => ledger.known('vendors', 'intacct', 'VENDOR', keys) },
    { name: 'tracked', look: () => ledger.tracked('vendors', 'VENDOR', keys) },
    { name: 'resolveLinks', look: () => ledger.resolveLinks(keys.map(key => awaited(key))) },
  ]
  for (const { name, look } of lookups) {
    it(`answers ${name} of 1,000 keys in under 10 ms`, async () => {
      const found = await look()
      expect('size' in found ? found.size : found.length).to.equal(1_000)
      // twice the promise: other suites may run beside this one
      expect(await bestMs(10, look)).to.be.below(20)
    })
  }
})

describe('a query of the ledger', () => {
  const plan = (text: string) => {
    const database = new DatabaseSync(join(folder, 'events.db'))
    const rows = database.prepare(`explain query plan ${text}`).all()
    database.close()
    return rows.map(row => String(row['detail'])).join('\n')
  }
  const cases = [
    { of: 'a flow', where: 'workspace = 1 and flow = 2 and at > 5', index: 'events_flow' },
    { of: 'a run', where: 'run = 1', index: 'events_run' },
    { of: 'the whole workspace', where: 'workspace = 1', index: 'events_at' },
    {
      of: 'a source record',
      where: `workspace = 1 and source_key = 'V1' and source_entity = 2`,
      index: 'events_source',
    },
    { of: 'a target record', where: `workspace = 1 and sink_key = 'V1' and sink_entity = 2`, index: 'events_sink' },
    { of: 'an outcome', where: 'workspace = 1 and outcome = 2', index: 'events_outcome' },
    { of: 'an outcome of a flow', where: 'workspace = 1 and flow = 2 and +outcome = 2', index: 'events_flow' },
  ]
  for (const { of, where, index } of cases) {
    it(`for the newest events of ${of} reads one index in order`, () => {
      const found = plan(`select * from record_events where ${where} order by at desc, id desc limit 9`)
      expect(found).to.include(index)
      expect(found).to.not.include('TEMP B-TREE')
    })
  }
})

after(() => rmSync(folder, { recursive: true }))
