import { expect } from 'chai'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const FLOW = `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
filter: NAME != "hidden"
map: { Name: NAME, ERP_ID: ID, Parent: '$exists(PARENT) ? $link("toy-crm", "Accounts", PARENT, "CUSTOMER")' }
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
`
const BATCH = 100

describe('the calls of a run', function () {
  this.timeout(120_000)
  let world: ToyWorld
  afterEach(() => world.close())
  const open = async (text = FLOW) => {
    world = await createToyWorld(text, { maxBatch: BATCH })
    world.erp.pageSize = 1_000
  }
  const run = (options = {}) => world.run({ ports: { unitSize: 4_000 }, options })

  it('are at most 1.05 of what the records need, with 7 % filtered and 10 % waiting for a parent', async () => {
    await open()
    const COUNT = 20_000
    for (let n = 0; n < COUNT; n++) {
      // a parent comes later in the walk than its child
      const PARENT = n % 10 === 3 ? `K${COUNT - 1 - (n % 50)}` : ''
      world.erp.put({ ID: `K${n}`, NAME: n % 15 === 1 && n < COUNT - 100 ? 'hidden' : `n${n}`, PARENT })
    }
    const report = await run()
    expect(report.counts).to.include({ read: COUNT, parked: 0, dead: 0 })
    const least = Math.ceil(report.counts.written / BATCH)
    expect(world.crm.writes.length, `${world.crm.writes.length} of ${least}`).to.be.at.most(least * 1.05)
  })

  it('are not more in number where a filter drops nine of ten, and memory holds no more than the units in flight', async () => {
    await open()
    for (let n = 0; n < 8_000; n++) world.erp.put({ ID: `K${n}`, NAME: n % 10 === 0 ? `n${n}` : 'hidden' })
    const report = await run()
    expect(report.counts).to.include({ read: 8_000, written: 800, filtered: 7_200 })
    expect(world.crm.writes).to.have.length(8)
  })

  it('are those of what differs, when a backfill follows a new mapping', async () => {
    await open()
    for (let n = 0; n < 500; n++) world.erp.put({ ID: `K${n}`, NAME: n < 300 ? `n${n}` : 'same' })
    await run()
    world.crm.writes.length = 0
    world.rewrite(FLOW.replace('Name: NAME', `Name: 'NAME = "same" ? "other" : NAME'`))
    const report = await run({ mode: 'backfill' })
    expect(report.counts).to.include({ read: 500, written: 200, unchanged: 300 })
    expect(world.crm.writes).to.have.length(2)
  })

  it('are made for all of them when a person forces it, and none is doubled', async () => {
    await open()
    for (let n = 0; n < 250; n++) world.erp.put({ ID: `K${n}`, NAME: `n${n}` })
    await run()
    const report = await run({ mode: 'backfill', force: true })
    expect(report.counts).to.include({ read: 250, written: 250 })
    expect(world.crm.rows('Accounts')).to.have.length(250)
  })
})
