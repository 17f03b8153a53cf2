import { expect } from 'chai'
import { NOTHING_SETTLED } from '../../engine/core/settlement.ts'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const flow = (name = 'lines') => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
steps:
  - name: account
    map: { Name: NAME, ERP_ID: ID, Parent: '$exists(PARENT) ? $link("toy-crm", "Accounts", PARENT, "CUSTOMER")' }
    sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
  - name: ${name}
    map: { ERP_ID: 'ID & "!"', Status: NAME, Parent: '$sinkId("account")' }
    sink: { connector: toy-crm, entity: Lines, operation: upsert, match: ERP_ID }
`

describe('a replay', () => {
  let world: ToyWorld
  beforeEach(async () => {
    world = await createToyWorld(flow())
  })
  afterEach(() => world.close())
  const refuse = (...entities: string[]) => {
    world.crm.refuses = (entity, _operation, fields) =>
      entities.includes(entity) && String(fields['ERP_ID']).startsWith('A') ? 'no' : undefined
  }
  const names = () => world.crm.rows('Accounts').map(row => `${row.fields['ERP_ID']} ${row.fields['Name']}`)
  const lines = () => world.crm.rows('Lines').map(row => `${row.fields['ERP_ID']} ${row.fields['Status']}`)

  /** A run wrote a part of a third version and was stopped. */
  async function cutOff(key: string) {
    const { ledger, clock } = world
    const [at, { name: flow, workspace, hash: flowHash }] = [clock.now().toISOString(), world.flow()]
    const started = { id: 'cut', flow, workspace, flowHash, trigger: 'manual', actor: 'test' } as const
    await ledger.startRun({ ...started, startedAt: at, replayOf: null })
    const tracked = [{ entity: 'CUSTOMER', key, sourceHash: 'n:third' }]
    await ledger.settle({ ...NOTHING_SETTLED, workspace, runId: 'cut', flow, at, tracked })
  }

  it('of letters from several steps takes the newest version of the key', async () => {
    refuse('Accounts')
    world.erp.put({ ID: 'A', NAME: 'old' })
    await world.run()
    refuse('Lines')
    world.erp.put({ ID: 'A', NAME: 'new' })
    await world.run()
    expect(await world.letters()).to.have.length(2)
    refuse()
    await world.replay()
    expect([names(), lines(), await world.letters()]).to.deep.equal([['A new'], ['A! new'], []])
  })

  it('of an old letter alone does not write over a newer version that has died of something else', async () => {
    refuse('Accounts')
    world.erp.put({ ID: 'A', NAME: 'old' })
    await world.run()
    refuse('Lines')
    world.erp.put({ ID: 'A', NAME: 'new' })
    await world.run()
    const old = (await world.letters()).filter(it => it.step === 'account')
    refuse()
    expect((await world.replay(old)).counts).to.include({ read: 1, unchanged: 1, written: 0 })
    expect([names(), lines()]).to.deep.equal([['A new'], []])
    await world.replay()
    expect([lines(), await world.letters()]).to.deep.equal([['A! new'], []])
  })

  it('takes the version that died last, also where a later one was cut off half-way', async () => {
    refuse('Accounts')
    world.erp.put({ ID: 'A', NAME: 'old' })
    await world.run()
    world.clock.advance(1_000)
    refuse('Lines')
    world.erp.put({ ID: 'A', NAME: 'new' })
    await world.run()
    await cutOff('A')
    refuse()
    await world.replay()
    expect([names(), lines()]).to.deep.equal([['A new'], ['A! new']])
  })

  it('of letters that were listed before does not close what died since', async () => {
    refuse('Lines')
    world.erp.put({ ID: 'A', NAME: 'old' })
    await world.run()
    const listed = await world.letters()
    world.erp.put({ ID: 'A', NAME: 'new' })
    world.clock.advance(1_000)
    await world.run()
    refuse()
    expect((await world.replay(listed)).counts).to.include({ written: 1 })
    expect([names(), lines(), await world.letters()]).to.deep.equal([['A new'], ['A! new'], []])
  })

  it('does not write an old version over one that waits for a reference, nor forget what waits', async () => {
    refuse('Accounts')
    world.erp.put({ ID: 'A', NAME: 'old' })
    await world.run()
    const listed = await world.letters()
    refuse()
    world.erp.put({ ID: 'A', NAME: 'new', PARENT: 'P' })
    expect((await world.run()).counts).to.include({ parked: 1 })
    expect(await world.letters()).to.deep.equal([])
    await world.replay(listed)
    expect([names(), await world.ledger.parkedCount('customers')]).to.deep.equal([[], 1])
    world.erp.put({ ID: 'P', NAME: 'parent' })
    await world.run()
    expect(names().sort()).to.deep.equal(['A new', 'P parent'])
  })

  it('does not bring back what was deleted since', async () => {
    world.rewrite(`${flow()}onDelete: delete\n`)
    refuse('Lines')
    world.erp.put({ ID: 'A', NAME: 'old' })
    await world.run()
    const listed = await world.letters()
    refuse()
    world.erp.remove('A')
    await world.run()
    expect((await world.replay(listed)).counts).to.include({ written: 0 })
    expect([names(), lines()]).to.deep.equal([[], []])
  })

  it('goes through the flow as it is now, also where the step has another name', async () => {
    refuse('Lines')
    world.erp.put({ ID: 'A', NAME: 'one' })
    await world.run()
    refuse()
    world.rewrite(flow('details'))
    expect((await world.replay()).counts).to.include({ written: 1, dead: 0 })
    expect([lines(), await world.letters()]).to.deep.equal([['A! one'], []])
  })

  it('takes any number of letters', async () => {
    world.crm.refuses = entity => (entity === 'Lines' ? 'no' : undefined)
    for (let n = 0; n < 600; n++) world.erp.put({ ID: `K${n}`, NAME: 'one' })
    await world.run({ ports: { unitSize: 1_000 } })
    world.crm.refuses = () => undefined
    expect((await world.replay()).counts).to.include({ read: 600, written: 600, dead: 0 })
    expect(await world.letters()).to.deep.equal([])
  })

  it('takes each record once, however far apart its letters are', async () => {
    refuse('Accounts')
    world.erp.put({ ID: 'A', NAME: 'one' })
    await world.run()
    world.crm.refuses = entity => (entity === 'Lines' ? 'no' : undefined)
    for (let n = 0; n < 600; n++) world.erp.put({ ID: `K${n}`, NAME: 'one' })
    await world.run({ ports: { unitSize: 1_000 } })
    world.erp.put({ ID: 'A', NAME: 'two' })
    await world.run()
    refuse()
    expect((await world.letters()).length).to.equal(602)
    expect((await world.replay(undefined, 'source')).counts).to.include({ read: 601, written: 601 })
  })

  it('takes up a record that waited for another of the letters', async () => {
    world.rewrite(flow().replace('Name: NAME', 'Name: \'$error("not yet")\''))
    world.erp.put({ ID: 'P', NAME: 'parent' })
    world.erp.put({ ID: 'C', NAME: 'child', PARENT: 'P' })
    await world.run()
    world.rewrite(flow())
    expect((await world.replay()).counts).to.include({ read: 2, written: 2, parked: 0 })
    expect(names().sort()).to.deep.equal(['C child', 'P parent'])
  })

  it('from the source treats what is gone there as deleted', async () => {
    world.rewrite(`${flow()}onDelete: delete\n`)
    refuse('Lines')
    world.erp.put({ ID: 'A', NAME: 'one' })
    await world.run()
    world.erp.remove('A')
    refuse()
    expect((await world.replay(undefined, 'source')).counts).to.include({ read: 1, deleted: 1 })
    expect([names(), await world.letters()]).to.deep.equal([[], []])
  })

  it('is refused while the flow runs', async () => {
    world.erp.put({ ID: 'A', NAME: 'one' })
    await world.ledger.acquireLease('customers', 'elsewhere:1:1', world.clock.now(), 60_000)
    const ended = await world.run({ ports: { isAlive: () => true } }).catch((thrown: Error) => thrown.message)
    expect(ended).to.contain('running already')
  })
})

describe('a record that stays dead', () => {
  it('does not stop later runs: only what dies anew counts against the flow', async () => {
    const world = await createToyWorld(`${flow()}errors: { stopAfter: 5 }\n`)
    world.crm.refuses = (_entity, _operation, fields) => (String(fields['ERP_ID']).startsWith('K') ? 'no' : undefined)
    for (let n = 0; n < 8; n++) world.erp.put({ ID: `K${n}`, NAME: 'one' })
    expect((await world.run()).failure?.code).to.equal('RUN_TOO_MANY_DEAD')
    await world.run()
    world.erp.put({ ID: 'Z', NAME: 'last' })
    const report = await world.run({ options: { mode: 'sweep' } })
    expect([report.failure, report.state, report.counts.dead, report.counts.written]).to.deep.equal([
      null,
      'succeeded',
      8,
      1,
    ])
    await world.close()
  })
})
