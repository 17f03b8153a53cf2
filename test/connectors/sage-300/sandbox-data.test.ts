import { expect } from 'chai'
import { sage300Sandbox } from '../../../connectors/sage-300/sandbox/index.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import { openRig, type Rig, withRig } from './sandbox.support.ts'

const ENTITIES = ['AP/APVendors', 'AR/ARCustomers', 'IC/ICItems', 'GL/GLAccounts', 'OE/OEOrders', 'OE/OEInvoices']

describe('Sage 300 sandbox: data', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({ orders: '6' }, 20)
  })
  afterEach(() => rig.close())

  const refused = (work: () => Promise<unknown>) =>
    work().then(
      () => 'not refused',
      (thrown: unknown) => String(thrown),
    )

  it('is as much as was asked for, with keys in their order', async () => {
    const counts = Object.fromEntries(
      await Promise.all(ENTITIES.map(async it => [it, (await rig.at.records(it)).length])),
    )
    expect(counts).to.deep.equal({
      'AP/APVendors': 20,
      'AR/ARCustomers': 20,
      'IC/ICItems': 20,
      'GL/GLAccounts': 40,
      'OE/OEOrders': 6,
      'OE/OEInvoices': 3,
    })
    for (const [entity, key] of [
      ['AP/APVendors', 'VendorNumber'],
      ['GL/GLAccounts', 'UnformattedAccount'],
    ] as const) {
      const keys = (await rig.at.records(entity)).map(it => String(it[key]))
      expect(keys).to.deep.equal([...new Set(keys)].sort())
    }
  })

  it('has leading zeros, apostrophes, inactive records and several maintained on one day', async () => {
    const vendors = await rig.at.records('AP/APVendors')
    const keys = vendors.map(it => it['VendorNumber'])
    expect(keys).to.include.members(['0001200', "O'NEIL", '1E5', 'A&B-01', 'NULL', '100.00'])
    expect(vendors.filter(it => it['Status'] === 'Inactive').length).to.be.greaterThan(0)
    const days = vendors.map(it => String(it['DateLastMaintained']))
    expect(new Set(days).size).to.be.lessThan(days.length)
    expect(days.filter(it => it.slice(0, 10) > new Date().toISOString().slice(0, 10))).to.deep.equal([])
    const accounts = await rig.at.records('GL/GLAccounts')
    expect(accounts.some(it => it['AccountNumber'] === '1000-100' && it['UnformattedAccount'] === '1000100')).to.equal(
      true,
    )
  })

  it('hangs together: orders and invoices name customers, items and each other', async () => {
    const keys = async (entity: string, field: string) =>
      new Set((await rig.at.records(entity)).map(it => String(it[field])))
    const [customers, items] = [await keys('AR/ARCustomers', 'CustomerNumber'), await keys('IC/ICItems', 'ItemNumber')]
    const orders = await rig.at.records('OE/OEOrders')
    for (const it of orders) {
      expect(customers).to.include(String(it['CustomerNumber']))
      for (const line of it['OrderDetails'] as JsonObject[]) expect(items).to.include(String(line['Item']))
    }
    const invoiced = orders.filter(it => it['LastInvoiceNumber'] !== '')
    const invoices = await rig.at.records('OE/OEInvoices')
    expect(invoices.map(it => [it['InvoiceNumber'], it['OrderNumber'], it['InvoiceTotalWithTax']])).to.deep.equal(
      invoiced.map(it => [it['LastInvoiceNumber'], it['OrderNumber'], it['OrderTotal']]),
    )
  })

  it('is the same for the same seed', async () => {
    const start = (seed: number) =>
      sage300Sandbox.start({ port: 0, host: '127.0.0.1', records: 20, seed, options: { orders: '6' } })
    const [same, other] = [await start(1), await start(2)]
    const all = async (url: string) =>
      Promise.all(ENTITIES.map(async it => (await fetch(`${url}/_sandbox/records/${encodeURIComponent(it)}`)).json()))
    try {
      const own = await all(rig.sandbox.url)
      expect(await all(same.url)).to.deep.equal(own)
      expect(await all(other.url)).to.not.deep.equal(own)
    } finally {
      await Promise.all([same.close(), other.close()])
    }
  })

  it('is changed by people: made, edited, put back as read, removed once', async () => {
    await rig.at.clock({ now: '2026-04-01T10:00:00Z' })
    const made = (await rig.at.put('AP/APVendors', { VendorNumber: 'P1', GroupCode: 'INV' })) as JsonObject
    expect(made).to.include({ VendorNumber: 'P1', DateLastMaintained: '2026-04-01T00:00:00Z', Terms: 'N30' })
    await rig.at.clock({ now: '2026-04-02T10:00:00Z' })
    const edited = await rig.at.put('AP/APVendors', { VendorNumber: 'P1', City: 'Nelson' })
    expect(edited).to.deep.equal({ ...made, City: 'Nelson', DateLastMaintained: '2026-04-02T00:00:00Z' })
    for (const entity of ENTITIES) {
      const [first = {}] = await rig.at.records(entity)
      const { DateLastMaintained: _then, ...kept } = first
      const { DateLastMaintained: _now, ...put } = (await rig.at.put(entity, first)) as JsonObject
      expect([entity, put]).to.deep.equal([entity, kept])
    }
    expect([await rig.at.remove('AP/APVendors', 'P1'), await rig.at.remove('AP/APVendors', 'P1')]).to.deep.equal([
      { removed: true },
      { removed: false },
    ])
    expect(await rig.at.remove('AR/ARShipToLocations', '1200,WAREHS')).to.deep.equal({ removed: true })
    expect(await refused(() => rig.at.put('AP/APVendors', { VendorNumber: 'P2' }))).to.match(/GroupCode|Group code/)
    expect(await refused(() => rig.at.records('AP/Nothing'))).to.match(/AP\/Nothing/)
  })

  it('lets people do to orders and invoices what the API cannot', async () => {
    const edited = await rig.at.put('OE/OEOrders', { OrderUniquifier: 2417002, OrderCompleted: 'CompleteNotIncluded' })
    expect(edited).to.include({ OrderCompleted: 'CompleteNotIncluded', OrderNumber: 'ORD000000000002' })
    const invoice = (await rig.at.put('OE/OEInvoices', {
      OrderNumber: 'ORD000000000002',
      Reference: 'ZCRM-1',
    })) as JsonObject
    expect(invoice).to.include({ InvoiceUniquifier: 2417004, Reference: 'ZCRM-1' })
    const [order] = await rig.at.records('OE/OEOrders').then(all => all.filter(it => it['OrderUniquifier'] === 2417002))
    expect([invoice['CustomerNumber'], invoice['InvoiceTotalWithTax']]).to.deep.equal([
      order?.['CustomerNumber'],
      order?.['OrderTotal'],
    ])
    expect(await rig.at.remove('OE/OEOrders', '2417002')).to.deep.equal({ removed: true })
    expect((await rig.call('GET', 'OE/OEOrders(2417002)')).status).to.equal(404)
  })

  it('refuses options and knobs that it has not, and values that they cannot have', async () => {
    for (const options of [
      { noSuchOption: '1' },
      { vendors: 'many' },
      { pageSize: 'x' },
      { timeZone: 'Mars/Olympus' },
      { tls: 'maybe' },
      { firstUniquifier: 'x' },
    ])
      expect(await refused(() => withRig(options, 1, async () => {}))).to.include(Object.keys(options)[0])
    expect(await refused(() => rig.at.knobs({ noSuchKnob: 1 }))).to.match(/400.*noSuchKnob/)
    expect(await refused(() => rig.at.knobs({ appPool: 'sleepy' }))).to.match(/appPool/)
    expect(await refused(() => withRig({ latencyMs: '0', missingResources: '' }, 1, async () => {}))).to.equal(
      'not refused',
    )
  })

  it('names in its settings what a connection needs', () => {
    const { baseUrl, ...rest } = rig.sandbox.settings
    expect(baseUrl).to.match(/^http:\/\/127\.0\.0\.1:\d+\/Sage300WebApi$/)
    expect(rest).to.deep.equal({ company: 'SAMINC', userId: 'SYNC', timeZone: 'UTC', allowPlainHttp: true })
    expect(Object.keys(rig.sandbox.secrets)).to.deep.equal(['password'])
  })

  it('of three hundred thousand records starts at once, and answers a far page as fast as the first', async () => {
    const startedAt = performance.now()
    await withRig({ orders: '0', items: '0', customers: '0' }, 300_000, async big => {
      for (const query of ['$top=2', '$skip=299990', "$filter=VendorNumber gt '1500000'", '$top=1&$count=true'])
        expect((await big.call('GET', `AP/APVendors?$select=VendorNumber&${query}`)).status).to.equal(200)
      const [last] = await big.column('AP/APVendors?$select=VendorNumber&$skip=299999', 'VendorNumber')
      expect(last).to.equal('TRUE')
    })
    expect(performance.now() - startedAt).to.be.lessThan(6_000)
  }).timeout(10_000)
})
