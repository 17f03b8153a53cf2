import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import { createSage100Pair, putProducts, SAGE_100_FLOWS, type Sage100Pair } from '../support/sage-100-pair.ts'

const { customers: CUSTOMERS, contacts: CONTACTS, vendors: VENDORS, orders: ORDERS } = SAGE_100_FLOWS

const one = async ({ crm }: Sage100Pair, module: string, key: string): Promise<JsonObject> =>
  (await crm.records(module)).find(it => it['ERP_ID'] === key) ?? {}

describe('Sage 100 without an agent', () => {
  let pair: Sage100Pair
  before(async () => {
    pair = await createSage100Pair({ sage: { paths: 'soap' } })
  })
  after(() => pair.close())

  it('is told honestly: known keys only, for each flow, and nothing is called', async () => {
    const reports = await pair.runAll()
    expect(reports.map(it => [it.state, it.failure?.code, it.counts.read, it.counts.calls])).to.deep.equal(
      reports.map(() => ['unavailable', 'SAGE100_KNOWN_KEYS_ONLY', 0, 0]),
    )
    expect(reports[0]?.failure?.message).to.include('known keys only')
    expect(reports[0]?.failure?.remedy).to.include('--key')
  })

  it('brings customers, contacts and orders over whose keys are known', async () => {
    await putProducts(pair, ['1001-HON-H252'])
    const [order] = (await pair.erp.records('SO_SalesOrder')).filter(it => it['OrderType'] === 'S')
    const owner = `${order?.['ARDivisionNo']}-${order?.['CustomerNo']}`
    const keys = [...new Set(['01-ABF', '02-0000010', owner])]
    expect((await pair.run(CUSTOMERS, { keys })).counts).to.include({ written: keys.length, dead: 0 })
    expect((await pair.run(CONTACTS, { keys: ['01-ABF~ART J'] })).counts).to.include({ written: 1, parked: 0 })
    const orders = await pair.run(ORDERS, { keys: [String(order?.['SalesOrderNo'])] })
    expect(orders.counts).to.include({ written: 1, parked: 0 })
    expect(await one(pair, 'Accounts', '01-ABF')).to.include({ Account_Name: 'American Business Futures' })
    expect(await one(pair, 'Contacts', '01-ABF~ART J')).to.include({ First_Name: 'Artie', Last_Name: 'Johnson' })
    expect((await pair.crm.records('Sales_Orders')).map(it => it['ERP_ID'])).to.deep.equal([order?.['SalesOrderNo']])
  })

  it('refreshes them: what changed is written, what did not is not, what is gone is marked', async () => {
    const keys = ['01-ABF', '02-0000010']
    expect((await pair.run(CUSTOMERS, { keys })).counts).to.include({ written: 0, unchanged: 2 })
    await pair.erp.put('AR_Customer', { key: '01-ABF', City: 'Boston' })
    expect((await pair.run(CUSTOMERS, { keys })).counts).to.include({ written: 1, unchanged: 1 })
    expect(await one(pair, 'Accounts', '01-ABF')).to.include({ Billing_City: 'Boston' })
    await pair.erp.remove('AR_Customer', '02-0000010')
    expect((await pair.run(CUSTOMERS, { keys })).counts).to.include({ deleted: 1, unchanged: 1 })
    expect(await one(pair, 'Accounts', '02-0000010')).to.include({ ERP_Status: 'inactive' })
  })

  it('has no way to a vendor, known or not', async () => {
    const report = await pair.run(VENDORS, { keys: ['00-ACME'] })
    expect([report.state, report.failure?.code]).to.deep.equal(['unavailable', 'SAGE100_KNOWN_KEYS_ONLY'])
  })
})

describe('while the agent of Sage 100 is down', () => {
  let pair: Sage100Pair
  before(async () => {
    pair = await createSage100Pair({ records: 6 })
    await pair.runAll([CUSTOMERS])
    await pair.later()
    await pair.erp.put('AR_Customer', { key: '01-ABF', City: 'Boston' })
    await pair.erp.put('AR_Customer', { key: '02-ABF', City: 'Chicago' })
    await pair.erp.knobs({ agentService: 'stopped' })
  })
  after(() => pair.close())

  it('a run fails and says so', async () => {
    const report = await pair.run(CUSTOMERS)
    expect([report.state, report.failure?.code, report.counts.read]).to.deep.equal(['failed', 'SAGE100_AGENT_DOWN', 0])
  })

  it('known keys are refreshed over the web services, also when nothing is remembered of the agent', async () => {
    await pair.later(25 * 60 * 60_000)
    expect((await pair.run(CUSTOMERS, { keys: ['01-ABF'] })).counts).to.include({ written: 1, dead: 0 })
    expect(await one(pair, 'Accounts', '01-ABF')).to.include({ Billing_City: 'Boston' })
  })

  it('nothing is lost: once it is back, the next run brings the rest', async () => {
    await pair.erp.knobs({ agentService: 'running' })
    expect((await pair.run(CUSTOMERS)).counts).to.include({ written: 1, dead: 0 })
    expect(await one(pair, 'Accounts', '02-ABF')).to.include({ Billing_City: 'Chicago' })
  })
})
