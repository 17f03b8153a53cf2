import { expect } from 'chai'
import { EngineError } from '../../engine/sdk/index.ts'
import { lost } from './support/toy-crm.ts'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const flow = (onDelete: string) => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
map:
  Name: NAME
  ERP_ID: ID
  Status: '"active"'
  Parent: '$exists(PARENT) ? $link("toy-crm", "Accounts", PARENT, "CUSTOMER")'
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
${onDelete}
`
const DELETE = flow('onDelete: delete')
const MARK = flow('onDelete: { map: { Status: \'"gone"\' } }')

describe('a deletion at the source', () => {
  let world: ToyWorld
  afterEach(() => world?.close())
  const open = async (text: string, keys: readonly string[] = ['A', 'B', 'C', 'D']) => {
    world = await createToyWorld(text)
    for (const id of keys) world.erp.put({ ID: id, NAME: id })
    await world.run()
    world.crm.writes.length = 0
  }
  const atTarget = () => world.crm.rows('Accounts').map(({ fields }) => `${fields['ERP_ID']} ${fields['Status']}`)
  const parked = () => world.ledger.parkedCount('customers')

  it('is acted upon once, with the id of what it removed, and costs nothing when it is read again', async () => {
    await open(DELETE)
    world.erp.remove('A')
    expect((await world.run()).counts).to.include({ deleted: 1 })
    expect(atTarget()).to.deep.equal(['B active', 'C active', 'D active'])
    const [event] = await world.ledger.events({ sourceKey: 'A', limit: 1 })
    expect(event).to.include({ outcome: 'deleted', sinkConnection: 'crm', sinkEntity: 'Accounts', sinkKey: 'c1' })
    world.erp.reads.length = 0
    expect((await world.run()).counts).to.include({ deleted: 0, written: 0 })
    expect(world.erp.reads.filter(it => it.where)).to.deep.equal([])
    expect(await world.ledger.events({ sourceKey: 'A', limit: 10 })).to.have.length(2)
  })

  for (const pageSize of [1, 50])
    it(`of a key that was made anew leaves the new one, ${pageSize} a page`, async () => {
      await open(DELETE)
      world.erp.pageSize = pageSize
      world.erp.remove('A')
      world.erp.put({ ID: 'A', NAME: 'anew' })
      expect((await world.run()).counts).to.include({ written: 1, deleted: 0 })
      expect(world.crm.rows('Accounts').map(row => row.fields['Name'])).to.include('anew')
    })

  it('of a key made anew, never written and waiting for its parent, forgets neither', async () => {
    await open(DELETE, [])
    world.erp.put({ ID: 'X', NAME: 'X' })
    world.erp.remove('X')
    world.erp.put({ ID: 'X', NAME: 'X', PARENT: 'P' })
    expect((await world.run()).counts).to.include({ parked: 1 })
    await world.run()
    expect(await parked()).to.equal(1)
    world.erp.put({ ID: 'P', NAME: 'P' })
    await world.run()
    expect(atTarget().sort()).to.deep.equal(['P active', 'X active'])
  })

  it('closes what waited or had died', async () => {
    await open(DELETE, [])
    world.erp.put({ ID: 'P', NAME: 'waits', PARENT: 'none' })
    world.erp.put({ ID: 'D', NAME: 'x'.repeat(30) })
    expect((await world.run()).counts).to.include({ dead: 1, parked: 1 })
    world.erp.remove('P')
    world.erp.remove('D')
    expect((await world.run()).counts).to.include({ deleted: 0, dead: 0, unchanged: 2 })
    expect([await parked(), await world.letters()]).to.deep.equal([0, []])
  })

  it('is carried on with after it was cut off, and removes nothing twice', async () => {
    await open(DELETE)
    for (const id of ['A', 'B', 'C', 'D']) world.erp.remove(id)
    let batches = 0
    world.crm.interfere = (_entity, _batch, when) => {
      if (when === 'before') batches += 1
      if (batches === 2) throw new EngineError({ kind: 'transient', code: 'TOY', message: 'gone' })
    }
    expect((await world.run()).state).to.equal('failed')
    world.crm.interfere = undefined
    world.crm.writes.length = 0
    expect((await world.run()).state).to.equal('succeeded')
    expect(world.crm.writes.flatMap(it => it.batch.records.map(record => record.sinkKey))).to.deep.equal(['c4'])
    expect(atTarget()).to.deep.equal([])
  })

  it('is said again when its answer is lost', async () => {
    await open(MARK)
    world.erp.remove('A')
    let turn = 0
    world.crm.interfere = (_entity, _batch, when) => {
      if (when === 'after' && turn++ === 0) throw lost('cut')
    }
    expect((await world.run()).counts).to.include({ deleted: 1, dead: 0 })
    expect(atTarget()).to.include('A gone')
  })

  it('that is refused becomes a dead letter, and the others of its batch go on', async () => {
    await open(DELETE)
    world.crm.isAllOrNothing = true
    world.crm.refuses = (_entity, operation, _fields, id) => (operation === 'delete' && id === 'c1' ? 'no' : undefined)
    for (const id of ['A', 'B']) world.erp.remove(id)
    const report = await world.run()
    expect([report.state, report.counts.deleted, report.counts.dead]).to.deep.equal(['partial', 1, 1])
    world.crm.refuses = () => undefined
    expect((await world.replay()).counts).to.include({ deleted: 1, dead: 0 })
    expect([atTarget(), await world.letters()]).to.deep.equal([['C active', 'D active'], []])
  })

  it('of what a person removed at the target already is done', async () => {
    await open(DELETE)
    world.crm.remove('Accounts', 'c1')
    world.erp.remove('A')
    expect((await world.run()).counts).to.include({ deleted: 1, dead: 0 })
  })

  it('marks the record where the flow maps, and the same key made anew is written in full', async () => {
    await open(MARK)
    world.erp.remove('A')
    await world.run()
    expect(atTarget()).to.include('A gone')
    world.erp.put({ ID: 'A', NAME: 'A' })
    expect((await world.run()).counts).to.include({ written: 1 })
    expect(atTarget().sort()).to.deep.equal(['A active', 'B active', 'C active', 'D active'])
  })

  it('that tombstones do not tell is found by a sweep, once, and nothing else is asked for again', async () => {
    await open(DELETE)
    world.erp.remove('A')
    for (const name of ['E', 'E2']) world.erp.put({ ID: 'E', NAME: name })
    await world.ledger.setCheckpoint('customers', 'CUSTOMER', null, new Date().toISOString())
    expect((await world.run()).counts).to.include({ deleted: 0 })
    expect((await world.run({ options: { mode: 'sweep' } })).counts).to.include({ deleted: 1 })
    world.erp.reads.length = 0
    await world.run({ options: { mode: 'sweep' } })
    expect(world.erp.reads.filter(it => it.where)).to.deep.equal([])
  })

  it('is ignored where the flow says so, and a sweep asks for it no second time', async () => {
    await open(flow(''))
    world.erp.remove('A')
    const report = await world.run({ options: { mode: 'sweep' } })
    expect(report.counts).to.include({ deleted: 0, unchanged: 4 })
    world.erp.reads.length = 0
    await world.run({ options: { mode: 'sweep' } })
    expect(world.erp.reads.filter(it => it.where)).to.deep.equal([])
    expect(atTarget()).to.include('A active')
  })

  it('is not concluded from a walk that did not cover everything', async () => {
    await open(DELETE)
    const report = await world.run({ mishap: { at: 12, kind: 'fail' }, options: { mode: 'sweep' } })
    expect([report.state, report.counts.deleted]).to.deep.equal(['failed', 0])
    expect(atTarget()).to.have.length(4)
  })
})

describe('keys that are asked for', () => {
  it('are treated as deleted where the source holds them no more, told where it never did, and move no checkpoint', async () => {
    const world = await createToyWorld(DELETE)
    for (const id of ['A', 'B']) world.erp.put({ ID: id, NAME: id })
    await world.run()
    const before = await world.ledger.checkpoint('customers', 'CUSTOMER')
    world.erp.remove('A')
    world.erp.put({ ID: 'B', NAME: 'B2' })
    const report = await world.run({ options: { keys: ['A', 'B', 'nobody', 'A'] } })
    expect(report.counts).to.include({ read: 2, written: 1, deleted: 1 })
    expect(world.logged.join('\n')).to.contain('"keys":["nobody"]')
    expect(await world.ledger.checkpoint('customers', 'CUSTOMER')).to.deep.equal(before)
    await world.close()
  })
})
