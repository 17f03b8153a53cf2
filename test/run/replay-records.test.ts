import { expect } from 'chai'
import { NOTHING_SETTLED } from '../../engine/core/settlement.ts'
import {
  type PreviewedKeys,
  previewRecords,
  type RecordChoice,
  type ReplayRecordsOptions,
  type RunPorts,
  replayRecords,
} from '../../engine/run/index.ts'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const flow = (name = 'NAME', more = '') => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
filter: '$not(TAXID = "none")'
map: { Name: '${name}', ERP_ID: ID, Parent: '$exists(PARENT) ? $link("toy-crm", "Accounts", PARENT, "CUSTOMER")' }
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
${more}
`

describe('a replay of all records of a time', () => {
  let world: ToyWorld
  beforeEach(async () => {
    world = await createToyWorld(flow())
  })
  afterEach(() => world.close())
  const put = (ID: string, more: object = { NAME: ID }) => world.erp.put({ ID, ...more })
  const names = () =>
    world.crm
      .rows('Accounts')
      .map(row => `${row.fields['ERP_ID']} ${row.fields['Name']}`)
      .sort()
  const now = () => world.clock.now().toISOString()

  /** A run an hour later; answers when it was. */
  async function runLater(...ids: readonly string[]): Promise<string> {
    world.clock.advance(3_600_000)
    for (const id of ids) put(id)
    const at = now()
    await world.run()
    return at
  }
  const replayed = (
    choice: Partial<RecordChoice> = {},
    more: Partial<ReplayRecordsOptions> = {},
    ports: Partial<RunPorts> = {},
  ) =>
    world.within(given => {
      const wish = { actor: 'test', choice: { until: now(), ...choice }, ...more }
      return replayRecords(world.flow(), { ...given, ...ports }, wish)
    })
  const looked = (choice: Partial<RecordChoice> = {}, force?: boolean, ports: Partial<RunPorts> = {}) =>
    world.within(async given => {
      const all: PreviewedKeys[] = []
      const wish = { choice: { until: now(), ...choice }, ...(force ? { force } : {}) }
      for await (const part of previewRecords(world.flow(), { ...given, ...ports }, wish)) all.push(part)
      return Object.fromEntries(all.flatMap(it => it.records.map(record => [record.key, record.would])))
    })

  it('takes those of that time only, through the flow as it is now', async () => {
    await runLater('A', 'B')
    const second = await runLater('C', 'D')
    const third = await runLater('E')
    world.rewrite(flow('NAME & "!"'))
    world.clock.advance(60_000)
    expect(await looked({ since: second, until: third })).to.deep.equal({ C: 'update', D: 'update' })
    const report = await replayed({ since: second, until: third })
    expect(report.counts).to.include({ read: 2, written: 2 })
    expect(names()).to.deep.equal(['A A', 'B B', 'C C!', 'D D!', 'E E'])
    expect((await world.ledger.runs({ limit: 1, flow: 'customers' }))[0]?.trigger).to.equal('replay')
    expect((await replayed({ until: second })).counts).to.include({ read: 2, written: 2 })
    expect((await replayed({ since: third, keys: ['E'] })).counts).to.include({ read: 1, written: 1 })
  })

  it('takes each record once, however often it ended in that time, and any number of them', async () => {
    const ids = Array.from({ length: 30 }, (_, n) => `K${n}`)
    const since = await runLater(...ids)
    for (let n = 0; n < 3; n++) {
      for (const ID of ids) put(ID, { NAME: `${ID} ${n}` })
      await runLater()
    }
    world.rewrite(flow('NAME & "!"'))
    // a page is four records; what is taken ends anew in the same time
    expect((await replayed({ since })).counts).to.include({ read: 30, written: 30 })
  })

  it('takes those that ended so, that died of this error, and of these keys', async () => {
    const since = await runLater('A', 'B')
    put('F', { NAME: 'f', TAXID: 'none' })
    put('L', { NAME: 'x'.repeat(30) })
    await runLater()
    world.rewrite(flow('$substring(NAME, 0, 3)'))
    expect(await looked({ since, outcome: 'written' })).to.deep.equal({ A: 'same', B: 'same' })
    expect(await looked({ since, outcome: 'filtered' })).to.deep.equal({ F: 'filter' })
    expect(await looked({ since, code: 'RUN_FIELD_LENGTH' })).to.deep.equal({ L: 'create' })
    expect(await looked({ since, keys: ['B', 'L', 'Z'] })).to.deep.equal({ B: 'same', L: 'create' })
    const report = await replayed({ since, outcome: 'dead' })
    expect([report.counts.read, report.counts.written, await world.letters()]).to.deep.equal([1, 1, []])
  })

  it('writes nothing that is as it was written, unless it is forced to', async () => {
    await runLater('A', 'B')
    const writes = world.crm.writes.length
    expect((await replayed()).counts).to.include({ read: 2, written: 0, unchanged: 2 })
    expect(world.crm.writes.length).to.equal(writes)
    expect(await looked({}, true)).to.deep.equal({ A: 'update', B: 'update' })
    expect((await replayed({}, { force: true })).counts).to.include({ read: 2, written: 2 })
  })

  it('takes what the target refused once more, although neither it nor the flow has changed', async () => {
    world.crm.refuses = () => 'no'
    await runLater('A')
    world.crm.refuses = () => undefined
    expect((await replayed({ outcome: 'dead' })).counts).to.include({ read: 1, written: 1, dead: 0 })
    expect(await world.letters()).to.deep.equal([])
  })

  it('leaves what was given up, until it changes at the source', async () => {
    put('L', { NAME: 'x'.repeat(30) })
    await runLater('A')
    const [letter] = await world.letters()
    await world.ledger.discardDead([letter?.id ?? ''], now(), 'never mind')
    world.rewrite(flow('$substring(NAME, 0, 3)'))
    const left: string[] = []
    const onGivenUp = (keys: readonly string[]) => void left.push(...keys)
    expect(await looked()).to.deep.equal({ A: 'same' })
    expect((await replayed({}, { onGivenUp })).counts).to.include({ read: 1, written: 0 })
    expect([left, names()]).to.deep.equal([['L'], ['A A']])
    put('L', { NAME: 'short' })
    await world.run()
    expect((await replayed({}, { onGivenUp })).counts).to.include({ read: 2 })
    expect([left, names()]).to.deep.equal([['L'], ['A A', 'L sho']])
  })

  it('takes what died again after it was given up', async () => {
    put('L', { NAME: 'x'.repeat(30) })
    await runLater()
    const [letter] = await world.letters()
    await world.ledger.discardDead([letter?.id ?? ''], now(), 'never mind')
    put('L', { NAME: 'y'.repeat(30) })
    await runLater()
    world.rewrite(flow('$substring(NAME, 0, 3)'))
    expect((await replayed()).counts).to.include({ read: 1, written: 1 })
  })

  it('does not send back what this engine wrote into the source itself', async () => {
    await runLater('A', 'B')
    const { ledger } = world
    const written = {
      ...{ flow: 'back', step: 'main', item: '', sourceConnection: 'crm', sourceEntity: 'Accounts', sourceKey: 'c1' },
      ...{ sinkConnection: 'erp', sinkEntity: 'CUSTOMER', sinkKey: 'A', matchValue: null, fingerprint: 'f' },
      ...{ fieldHashes: {}, sinkVersion: '1', sourceVersion: null, runId: 'back', writtenAt: now() },
    }
    const started = { id: 'back', flow: 'back', workspace: 'world', flowHash: 'h', actor: 'test', replayOf: null }
    await ledger.startRun({ ...started, trigger: 'manual', startedAt: now() })
    await ledger.settle({
      ...{ ...NOTHING_SETTLED, workspace: 'world', runId: 'back', flow: 'back', at: now() },
      known: [written],
    })
    world.rewrite(flow('NAME & "!"'))
    const ports = { sinkEntities: new Set(['crm/Accounts', 'erp/CUSTOMER']) }
    expect(await looked({}, false, ports)).to.deep.equal({ A: 'same', B: 'update' })
    expect((await replayed({}, {}, ports)).counts).to.include({ read: 2, written: 1, unchanged: 1 })
    expect(names()).to.deep.equal(['A A', 'B B!'])
  })

  it('deletes what is gone from the source where the flow does', async () => {
    world.rewrite(flow('NAME', 'onDelete: delete'))
    await runLater('A', 'B')
    world.erp.remove('A')
    expect(await looked()).to.deep.equal({ A: 'delete', B: 'same' })
    expect((await replayed()).counts).to.include({ read: 2, deleted: 1, unchanged: 1 })
    expect(names()).to.deep.equal(['B B'])
  })

  it('takes up what waited for a record that comes after it', async () => {
    world.rewrite(flow('$error("not yet")'))
    put('B', { NAME: 'b', PARENT: 'A' })
    for (const id of ['K1', 'K2', 'K3', 'K4', 'A']) put(id)
    await world.run()
    world.rewrite(flow())
    const wanted = Object.fromEntries(['B', 'K1', 'K2', 'K3', 'K4', 'A'].map(id => [id, 'create']))
    expect(await looked()).to.deep.equal(wanted)
    expect((await replayed()).counts).to.include({ read: 6, written: 6, parked: 0 })
  })

  it('ends when more records die than the flow bears', async () => {
    const at = await runLater('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H')
    world.rewrite(flow('NAME & "!"', 'errors: { stopAfter: 2 }'))
    world.crm.refuses = () => 'no'
    const { failure, counts } = await replayed({ since: at })
    expect([failure?.code, counts.dead]).to.deep.equal(['RUN_TOO_MANY_DEAD', 4])
  })

  it('moves no checkpoint, and is refused while the flow runs', async () => {
    await runLater('A')
    const before = await world.ledger.checkpoints()
    await replayed()
    expect(await world.ledger.checkpoints()).to.deep.equal(before)
    await world.ledger.acquireLease('customers', 'elsewhere:1:1', world.clock.now(), 60_000)
    const refused = await replayed({}, {}, { isAlive: () => true }).catch((thrown: Error) => thrown.message)
    expect(refused).to.contain('running already')
  })
})
