import { expect } from 'chai'
import { accountsOf, createPair, customersOf, flowName, type Pair } from '../support/pair.ts'

describe('the flows of Sage Intacct and Zoho CRM', () => {
  let pair: Pair
  before(async () => {
    pair = await createPair()
  })
  after(() => pair.close())

  it('bring everything over in the first run', async () => {
    const reports = await pair.runAll()
    expect(reports.map(it => [it.flow, it.state, it.failure])).to.deep.equal(
      ['classification', 'gl-accounts', 'vendors', 'customers', 'contacts'].map(it => [
        flowName(it),
        'succeeded',
        null,
      ]),
    )
    expect(await accountsOf(pair)).to.deep.equal(await customersOf(pair))
  })

  it('account for every record that was read', async () => {
    for (const run of await pair.ledger.runs({ limit: 10 })) {
      const { read, written, unchanged, filtered, dead, parked, deleted } = run.counts
      expect([run.flow, written + unchanged + filtered + dead + parked + deleted]).to.deep.equal([run.flow, read])
    }
  })

  it('write nothing and make at most two calls an entity when nothing has changed', async () => {
    const reports = await pair.runAll()
    const entities = (flow: string) => pair.flow(flow).source.entities.length
    expect(
      reports.map(it => [it.flow, it.counts.written, it.counts.calls <= 2 * entities(it.flow), it.counts.signIns]),
    ).to.deep.equal(reports.map(it => [it.flow, 0, true, 0]))
  })

  it('write exactly what has changed', async () => {
    await pair.intacct.put('VENDOR', { VENDORID: await anyKey('VENDOR', 'VENDORID'), NAME: 'Bolt & <Sons> 🚀' })
    await pair.intacct.put('CUSTOMER', { CUSTOMERID: '0000777', NAME: 'Leading Zeros', STATUS: 'active' })
    const reports = await pair.runAll()
    const written = Object.fromEntries(reports.map(it => [it.flow, it.counts.written]))
    expect([written[flowName('vendors')], written[flowName('customers')]]).to.deep.equal([1, 1])
    const vendors = await pair.zoho.records('Vendors')
    expect(vendors.filter(it => it['Vendor_Name'] === 'Bolt & <Sons> 🚀')).to.have.length(1)
    expect(await accountsOf(pair)).to.deep.equal(await customersOf(pair))
  })

  it('clear at the target what was cleared at the source', async () => {
    const vendor = (await pair.intacct.records('VENDOR')).find(it => it['ONETIME'] !== 'true' && it['TAXID'])
    const id = String(vendor?.['VENDORID'])
    await pair.intacct.put('VENDOR', { VENDORID: id, TAXID: '' })
    await pair.run(flowName('vendors'))
    const target = (await pair.zoho.records('Vendors')).find(it => it['ERP_ID'] === id)
    expect(target?.['Tax_ID'] ?? null).to.equal(null)
  })

  it('mark what was deleted, and do not take what lives again for deleted', async () => {
    const [first, second] = (await pair.intacct.records('GLACCOUNT')).map(it => String(it['ACCOUNTNO']))
    await pair.intacct.remove('GLACCOUNT', first ?? '')
    await pair.intacct.remove('GLACCOUNT', second ?? '')
    await pair.intacct.put('GLACCOUNT', { ACCOUNTNO: second ?? '', TITLE: 'Made anew', STATUS: 'active' })
    const report = await pair.run(flowName('gl-accounts'))
    expect([report.state, report.counts.deleted]).to.deep.equal(['succeeded', 1])
    const accounts = await pair.zoho.records('GL_Accounts')
    const statusOf = (key: string | undefined) =>
      accounts.filter(it => it['ERP_ID'] === key).map(it => it['ERP_Status'])
    expect([statusOf(first), statusOf(second)]).to.deep.equal([['inactive'], ['active']])
  })

  it('explain where a value came from', async () => {
    const [event] = await pair.ledger.events({ flow: flowName('customers'), sourceKey: '0000777', limit: 1 })
    expect(event).to.include({ outcome: 'written', did: 'created', sourceEntity: 'CUSTOMER', sinkEntity: 'Accounts' })
    expect(event?.changed).to.include('Account_Name')
  })

  const anyKey = async (entity: string, field: string) =>
    String(
      (await pair.intacct.records(entity)).find(it => it['STATUS'] === 'active' && it['ONETIME'] !== 'true')?.[field],
    )
})

describe('a Zoho CRM edition without vendors', () => {
  it('skips the vendors flow, says what to do, and runs the others without the lookup', async () => {
    const pair = await createPair({ zoho: { edition: 'standard' } })
    const reports = await pair.runAll()
    expect(reports.map(it => [it.flow, it.state])).to.deep.equal([
      [flowName('classification'), 'succeeded'],
      [flowName('gl-accounts'), 'succeeded'],
      [flowName('vendors'), 'unavailable'],
      [flowName('customers'), 'succeeded'],
      [flowName('contacts'), 'succeeded'],
    ])
    const failure = reports[2]?.failure
    expect(failure?.message).to.match(/Vendors/)
    expect(failure?.remedy).to.match(/Professional/)
    expect(reports[4]?.counts.parked).to.equal(0)
    await pair.close()
  })
})
