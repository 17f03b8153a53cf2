import { expect } from 'chai'
import { createPair, type Pair } from '../support/pair.ts'

const flow = (more: string) => `
flow: customers
source: { connector: sage-intacct, entity: CUSTOMER }
map:
  Account_Name: NAME
  ERP_ID: CUSTOMERID
  Parent_Account: '$exists(PARENTID) ? { "id": $link("zoho-crm", "Accounts", PARENTID) }'
${more}
sink:
  connector: zoho-crm
  entity: Accounts
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true, length: 200 }, Tax_ID: { type: text, length: 40 } }
`

/** A stored body holds what the flow of its time read: through a flow that maps more, what it lacks would empty the target. */
describe('a record that was kept by an earlier version of the flow', () => {
  let pair: Pair
  beforeEach(async () => {
    pair = await createPair({
      use: [],
      flows: { 'flows/customers.yaml': flow('') },
      intacct: { customers: '0', vendors: '0' },
    })
  })
  afterEach(() => pair.close())
  const customer = (id: string, more: Record<string, string>) =>
    pair.intacct.put('CUSTOMER', { CUSTOMERID: id, NAME: id, STATUS: 'active', TAXID: `tax ${id}`, ...more })
  const taxAtTarget = async (id: string) =>
    (await pair.zoho.records('Accounts')).find(it => it['ERP_ID'] === id)?.['Tax_ID']

  it('is read again when its reference comes and the flow has changed', async () => {
    await customer('B', { PARENTID: 'A' })
    expect((await pair.run('customers')).counts).to.include({ parked: 1 })
    pair.rewrite({ 'flows/customers.yaml': flow('  Tax_ID: TAXID') })
    await customer('A', {})
    // beyond the overlap: only the ledger still knows of the child
    await pair.intacct.clock({ advanceMs: 3 * 3_600_000 })
    pair.clock.advance(3 * 3_600_000)
    const report = await pair.run('customers')
    expect(report.counts).to.include({ written: 2, parked: 0 })
    expect(await taxAtTarget('B')).to.equal('tax B')
  })

  it('is dropped when its source is gone by then', async () => {
    await customer('B', { PARENTID: 'A' })
    await pair.run('customers')
    pair.rewrite({ 'flows/customers.yaml': flow('  Tax_ID: TAXID') })
    await pair.intacct.remove('CUSTOMER', 'B')
    await customer('A', {})
    await pair.run('customers')
    expect(await pair.ledger.parkedCount('customers')).to.equal(0)
    expect((await pair.zoho.records('Accounts')).map(it => it['ERP_ID'])).to.deep.equal(['A'])
  })

  it('keeps telling by which version it was read, however often it dies', async () => {
    pair.rewrite({ 'flows/customers.yaml': flow('  Tax_ID: \'$error("no")\'') })
    await customer('A', {})
    await pair.run('customers')
    const [first] = await pair.ledger.deadLetters({ flow: 'customers', state: 'open', limit: 1 })
    pair.rewrite({ 'flows/customers.yaml': flow('  Tax_ID: \'$error("still no")\'') })
    await pair.replay('customers', { from: 'stored' })
    const [again] = await pair.ledger.deadLetters({ flow: 'customers', state: 'open', limit: 1 })
    expect([again?.attempts, again?.readBy]).to.deep.equal([2, first?.readBy])
  })
})
