import { expect } from 'chai'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const OWNED = `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
map:
  ERP_ID: ID
  Name: 'PARENT = "crm" ? $omit() : NAME'
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
`
const STEPS = `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
steps:
  - name: account
    map: { Name: NAME, ERP_ID: ID }
    sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
  - name: line
    map: { ERP_ID: ID, Quantity: "1", Parent: '$sinkId("account")' }
    sink: { connector: toy-crm, entity: Lines, operation: upsert, match: ERP_ID }
`

describe('a field that is left out on purpose', () => {
  let world: ToyWorld
  beforeEach(async () => {
    world = await createToyWorld(OWNED)
    world.erp.put({ ID: 'A', NAME: 'Acme', PARENT: '' })
    await world.run()
  })
  afterEach(() => world.close())
  const name = () => world.crm.rows('Accounts')[0]?.fields['Name']

  it('costs no write when nothing else has changed, and the target keeps it', async () => {
    world.erp.put({ ID: 'A', NAME: 'Acme Ltd', PARENT: 'crm' })
    const report = await world.run()
    expect(report.counts).to.include({ written: 0, unchanged: 1 })
    expect(name()).to.equal('Acme')
  })

  it('is written again when it is no longer left out and has changed', async () => {
    world.erp.put({ ID: 'A', NAME: 'Acme Ltd', PARENT: 'crm' })
    await world.run()
    world.erp.put({ ID: 'A', NAME: 'Acme Ltd', PARENT: '' })
    const report = await world.run()
    expect(report.counts).to.include({ written: 1 })
    expect(name()).to.equal('Acme Ltd')
  })
})

describe('a preview of several steps', () => {
  it('knows the id of a parent that is there: a child that has not changed is the same', async () => {
    const world = await createToyWorld(STEPS)
    world.erp.put({ ID: 'A', NAME: 'Acme' })
    await world.run()
    const { records } = await world.preview({ all: true, limit: 10 })
    expect(records.map(it => [it.step, it.would])).to.deep.equal([
      ['account', 'same'],
      ['line', 'same'],
    ])
    await world.close()
  })

  it('knows it also where another flow brought the parent: the target is asked', async () => {
    const world = await createToyWorld(STEPS)
    world.erp.put({ ID: 'A', NAME: 'Acme' })
    await world.run()
    world.rewrite(STEPS.replace('flow: customers', 'flow: again'))
    const { records } = await world.preview({ all: true, limit: 10 })
    expect(records.map(it => [it.step, it.differences])).to.deep.equal([
      ['account', []],
      ['line', []],
    ])
    await world.close()
  })
})
