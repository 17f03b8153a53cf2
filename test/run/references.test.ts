import { expect } from 'chai'
import { accountsOf, createPair, customersOf, flowName, type Pair } from '../support/pair.ts'

const CUSTOMERS = flowName('customers')

describe('a reference that is not known yet', () => {
  let pair: Pair
  beforeEach(async () => {
    pair = await createPair({ use: ['customers'], intacct: { customers: '0', vendors: '0' } })
  })
  afterEach(() => pair.close())

  const customer = (id: string, parent = '') =>
    pair.intacct.put('CUSTOMER', {
      CUSTOMERID: id,
      NAME: `Customer ${id}`,
      STATUS: 'active',
      ...(parent ? { PARENTID: parent } : {}),
    })

  it('is resolved in the same run, however deep and in whatever order they come', async () => {
    await customer('D', 'C')
    await customer('C', 'B')
    await customer('B', 'A')
    await customer('A')
    const report = await pair.run(CUSTOMERS)
    expect(report.counts).to.include({ read: 4, written: 4, parked: 0 })
    expect(await accountsOf(pair)).to.deep.equal(await customersOf(pair))
  })

  it('parks its record until a later run brings the parent, and never writes it without', async () => {
    await customer('B', 'A')
    expect((await pair.run(CUSTOMERS)).counts).to.include({ read: 1, written: 0, parked: 1 })
    expect((await pair.run(CUSTOMERS)).counts).to.include({ written: 0, parked: 1 })
    expect(await accountsOf(pair)).to.deep.equal([])
    await customer('A')
    const report = await pair.run(CUSTOMERS)
    expect(report.counts).to.include({ written: 2, parked: 0 })
    expect(await accountsOf(pair)).to.deep.equal(await customersOf(pair))
    expect(await pair.ledger.parkedCount(CUSTOMERS)).to.equal(0)
  })

  it('keeps the newest version of what waits', async () => {
    await customer('B', 'A')
    await pair.run(CUSTOMERS)
    await pair.intacct.put('CUSTOMER', { CUSTOMERID: 'B', NAME: 'Renamed' })
    await pair.run(CUSTOMERS)
    await customer('A')
    await pair.run(CUSTOMERS)
    expect(await accountsOf(pair)).to.deep.include(['B', 'Renamed', 'A'])
  })

  it('is dropped when the record stops referring', async () => {
    await customer('B', 'A')
    await pair.run(CUSTOMERS)
    await pair.intacct.put('CUSTOMER', { CUSTOMERID: 'B', PARENTID: '' })
    await pair.run(CUSTOMERS)
    expect(await accountsOf(pair)).to.deep.equal([['B', 'Customer B', '']])
    expect(await pair.ledger.parkedCount(CUSTOMERS)).to.equal(0)
  })

  it('of two records to each other parks both, and says for what they wait', async () => {
    await customer('A', 'B')
    await customer('B', 'A')
    expect((await pair.run(CUSTOMERS)).counts).to.include({ written: 0, parked: 2 })
    const events = await pair.ledger.events({ flow: CUSTOMERS, outcome: 'parked', limit: 10 })
    expect(events.map(it => it.did).sort()).to.deep.equal(['waits for Accounts of A', 'waits for Accounts of B'])
  })
})
