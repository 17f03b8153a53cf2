import { expect } from 'chai'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const FLOW = `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
map: { Name: NAME, ERP_ID: PARENT }
sink: { connector: toy-crm, entity: Accounts, operation: update, match: ERP_ID, shared: true }
`

describe('a target record that several source records share', () => {
  let world: ToyWorld
  beforeEach(async () => {
    world = await createToyWorld(FLOW)
    world.crm.put('Accounts', { ERP_ID: 'home', Name: 'before' })
    for (const ID of ['A', 'B', 'C']) world.erp.put({ ID, NAME: `from ${ID}`, PARENT: 'home' })
  })
  afterEach(() => world.close())
  const names = () => world.crm.rows('Accounts').map(it => it.fields['Name'])
  const counts = async (options = {}) => {
    const { read, written, unchanged, dead } = (await world.run({ options })).counts
    return { read, written, unchanged, dead }
  }

  it('is written once for all that are read together, with the last one', async () => {
    expect(await counts()).to.deep.equal({ read: 3, written: 1, unchanged: 2, dead: 0 })
    expect([names(), world.crm.writes.length]).to.deep.equal([['from C'], 1])
  })

  it('follows whichever changes next', async () => {
    await counts()
    world.erp.put({ ID: 'A', NAME: 'A again', PARENT: 'home' })
    expect(await counts()).to.include({ written: 1, dead: 0 })
    expect(names()).to.deep.equal(['A again'])
  })

  it('is not taken back to one that was overtaken, when all are read again, together or one by one', async () => {
    await counts()
    for (const unitSize of [4_000, 1]) {
      world.erp.pageSize = unitSize
      const { counts: again } = await world.run({ options: { mode: 'backfill' }, ports: { unitSize } })
      expect(again).to.include({ read: 3, written: 0, dead: 0 })
    }
    expect(names()).to.deep.equal(['from C'])
  })

  it('is claimed by one source record only, unless the flow says otherwise', async () => {
    world.rewrite(FLOW.replace(', shared: true', ''))
    expect(await counts()).to.deep.equal({ read: 3, written: 1, unchanged: 0, dead: 2 })
    expect((await world.letters()).map(it => it.failure.code)).to.deep.equal(['RUN_MATCH_TAKEN', 'RUN_MATCH_TAKEN'])
  })
})
