import { expect } from 'chai'
import { EngineError } from '../../engine/sdk/index.ts'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const FLOW = `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
steps:
  - name: account
    when: NAME != "none"
    map: { Name: NAME, ERP_ID: ID }
    sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
  - name: lines
    each: LINES
    map: { ERP_ID: '$key & "-" & $item.CODE', Quantity: $item.QTY, Parent: '$sinkId("account")' }
    sink: { connector: toy-crm, entity: Lines, operation: upsert, match: ERP_ID }
onDelete: delete
`
const line = (CODE: string, QTY: number) => ({ CODE, QTY })

describe('a flow of several steps', () => {
  let world: ToyWorld
  beforeEach(async () => {
    world = await createToyWorld(FLOW)
  })
  afterEach(() => world.close())
  const lines = () =>
    world.crm.rows('Lines').map(({ fields }) => `${fields['ERP_ID']} ${fields['Quantity']} ${fields['Parent']}`)

  it('removes what an element became when the element is gone, and says so', async () => {
    world.erp.put({ ID: 'A', NAME: 'A', LINES: [line('x', 1), line('y', 2)] })
    await world.run()
    world.erp.put({ ID: 'A', LINES: [line('y', 2)] })
    const report = await world.run()
    expect(report.counts).to.include({ written: 1, unchanged: 0, dead: 0 })
    expect(lines()).to.deep.equal(['A-y 2 c1'])
    const [event] = await world.ledger.events({ sourceKey: 'A', limit: 1 })
    expect(event).to.include({ outcome: 'deleted', did: 'deleted', step: 'lines', sinkEntity: 'Lines', sinkKey: 'c2' })
    world.erp.put({ ID: 'A', LINES: [line('x', 3), line('y', 2)] })
    await world.run()
    expect(lines()).to.deep.equal(['A-y 2 c1', 'A-x 3 c1'])
  })

  it('removes it also when the run was cut off between the last write and the removal', async () => {
    world.erp.put({ ID: 'A', NAME: 'A', LINES: [line('x', 1), line('y', 2)] })
    await world.run()
    world.erp.put({ ID: 'A', LINES: [line('x', 9)] })
    world.crm.interfere = (_entity, batch) => {
      if (batch.operation === 'delete') throw new EngineError({ kind: 'transient', code: 'TOY', message: 'gone' })
    }
    expect((await world.run()).state).to.equal('failed')
    world.crm.interfere = undefined
    await world.run()
    expect(lines()).to.deep.equal(['A-x 9 c1'])
  })

  it('removes the last element too', async () => {
    world.erp.put({ ID: 'A', NAME: 'A', LINES: [line('x', 1)] })
    await world.run()
    world.erp.put({ ID: 'A', LINES: [] })
    await world.run()
    expect(lines()).to.deep.equal([])
  })

  it('leaves the elements alone where the flow does not delete', async () => {
    world.rewrite(FLOW.replace('onDelete: delete', ''))
    world.erp.put({ ID: 'A', NAME: 'A', LINES: [line('x', 1)] })
    await world.run()
    world.erp.put({ ID: 'A', LINES: [] })
    await world.run()
    expect(lines()).to.deep.equal(['A-x 1 c1'])
  })

  it('refuses a record of which two elements claim the same target, and the others go on', async () => {
    world.erp.put({ ID: 'A', NAME: 'A', LINES: [line('x', 1), line('x', 2)] })
    world.erp.put({ ID: 'B', NAME: 'B', LINES: [line('x', 1)] })
    const report = await world.run()
    expect([report.counts.written, report.deadByCode]).to.deep.equal([1, { RUN_MATCH_TAKEN: 1 }])
    expect(lines()).to.deep.equal(['B-x 1 c2'])
  })

  it('gives $sinkId nothing for a step that was not taken', async () => {
    world.erp.put({ ID: 'A', NAME: 'none', LINES: [line('x', 1)] })
    expect((await world.run()).counts).to.include({ written: 1 })
    expect(lines()).to.deep.equal(['A-x 1 null'])
  })

  it('stops a record at the step that refused it; a replay does the rest and nothing twice', async () => {
    world.crm.refuses = (entity, _operation, fields) =>
      entity === 'Lines' && fields['Quantity'] === 1 ? 'no' : undefined
    world.erp.put({ ID: 'A', NAME: 'A', LINES: [line('x', 1), line('y', 2)] })
    const report = await world.run()
    expect([report.state, report.counts.dead, report.counts.written]).to.deep.equal(['partial', 1, 0])
    expect([world.crm.rows('Accounts').length, lines()]).to.deep.equal([1, ['A-y 2 c1']])
    world.crm.refuses = () => undefined
    world.crm.writes.length = 0
    expect((await world.replay()).counts).to.include({ read: 1, written: 1, dead: 0 })
    expect(world.crm.writes.map(it => [it.entity, it.batch.records.length])).to.deep.equal([['Lines', 1]])
    expect([lines().sort(), await world.letters()]).to.deep.equal([['A-x 1 c1', 'A-y 2 c1'], []])
  })

  it('does not go on with a record whose first step was refused', async () => {
    world.crm.refuses = entity => (entity === 'Accounts' ? 'no' : undefined)
    world.erp.put({ ID: 'A', NAME: 'A', LINES: [line('x', 1)] })
    expect((await world.run()).counts).to.include({ dead: 1 })
    expect(lines()).to.deep.equal([])
  })

  it('writes to two connections, and keeps their ids apart', async () => {
    const text = FLOW.replace('sink: { connector: toy-crm, entity: Lines', 'sink: { connector: other, entity: Lines')
    world.rewrite(text)
    world.erp.put({ ID: 'A', NAME: 'A', LINES: [line('x', 1)] })
    await world.run()
    world.erp.remove('A')
    expect((await world.run()).counts).to.include({ deleted: 1 })
    expect([world.crm.rows('Accounts'), world.other.rows('Lines')]).to.deep.equal([[], []])
  })

  it('writes in full to another system when the connection is swapped, and touches nothing there that is not its own', async () => {
    world.erp.put({ ID: 'A', NAME: 'A', LINES: [] })
    await world.run()
    const strange = world.other.put('Accounts', { Name: 'not ours' })
    world.rewrite(FLOW.replaceAll('connector: toy-crm', 'connector: other'))
    expect((await world.run({ options: { mode: 'backfill' } })).counts).to.include({ written: 1 })
    world.erp.remove('A')
    await world.run()
    expect(world.other.rows('Accounts').map(row => row.id)).to.deep.equal([strange])
  })

  it('deletes nothing under an id that another system gave', async () => {
    world.erp.put({ ID: 'A', NAME: 'A', LINES: [] })
    await world.run()
    world.rewrite(FLOW.replaceAll('connector: toy-crm', 'connector: other'))
    world.erp.remove('A')
    const report = await world.run()
    expect([report.state, report.counts.deleted]).to.deep.equal(['succeeded', 0])
    expect(world.other.writes).to.deep.equal([])
  })
})

describe('a step that deletes', () => {
  it('says it once and leaves nothing that could be referred to', async () => {
    const world = await createToyWorld(`
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
map: { ERP_ID: ID }
sink: { connector: toy-crm, entity: Accounts, operation: delete, match: ERP_ID }
`)
    world.crm.put('Accounts', { ERP_ID: 'A' })
    world.erp.put({ ID: 'A', NAME: 'A' })
    expect((await world.run()).counts).to.include({ written: 1 })
    expect(world.crm.rows('Accounts')).to.deep.equal([])
    expect(await world.ledger.known('customers', 'erp', 'CUSTOMER', ['A'])).to.deep.equal([])
    world.crm.writes.length = 0
    await world.run({ options: { mode: 'backfill' } })
    expect(world.crm.writes).to.deep.equal([])
    await world.close()
  })
})
