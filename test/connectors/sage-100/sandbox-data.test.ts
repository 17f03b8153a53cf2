import { expect } from 'chai'
import { sage100Sandbox } from '../../../connectors/sage-100/sandbox/index.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import { CUSTOMER, keys, openRig, type Rig, resultOf, withRig } from './sandbox.support.ts'

const ENTITIES = ['AR_Customer', 'AR_CustomerContact', 'AP_Vendor', 'GL_Account', 'GL_MainAccount', 'SO_SalesOrder']

describe('Sage 100 sandbox: data', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({}, 40)
  })
  afterEach(() => rig.close())

  const refused = (work: () => Promise<unknown>) =>
    work().then(
      () => 'not refused',
      (thrown: unknown) => String(thrown),
    )
  const values = async (entity: string, field: string) => (await rig.at.records(entity)).map(it => String(it[field]))

  it('is as much as was asked for', async () => {
    const counts = await Promise.all(ENTITIES.map(async it => (await rig.at.records(it)).length))
    expect(counts).to.deep.equal([40, 60, 30, 60, 8, 30])
    const options = { customers: '3', contacts: '2', vendors: '0', orders: '1', accounts: '5' }
    await withRig(options, 40, async other => {
      const few = await Promise.all(ENTITIES.map(async it => (await other.at.records(it)).length))
      expect(few).to.deep.equal([3, 2, 0, 5, 8, 1])
    })
    await withRig({ accounts: '0' }, 0, async empty => {
      for (const it of ENTITIES.filter(entity => entity !== 'GL_MainAccount'))
        expect([it, await empty.at.records(it)]).to.deep.equal([it, []])
    })
  })

  it('has the keys, names and stamps that broke somebody’s integration', async () => {
    const customers = await rig.at.records('AR_Customer')
    expect(customers.map(it => it['key'])).to.include.members([
      '01-ABF',
      '02-ABF',
      '01-0000010',
      '02-0000010',
      '01-1E5',
      '01-A-B-C',
      '01-R&D CO',
      '01-N/A',
      "03-O'NEIL",
      '03-00 12',
    ])
    const names = customers.map(it => String(it['CustomerName']))
    expect(names.some(it => /Š.*<.*"/.test(it))).to.equal(true)
    expect(Math.max(...names.map(it => it.length))).to.equal(50)
    const stamps = customers.map(it => `${String(it['DateUpdated'])} ${Number(it['TimeUpdated'])}`)
    expect(stamps.filter(it => it === '20251102 1.5').length).to.be.above(1)
    expect(new Set(stamps).size).to.be.below(stamps.length)
    const emails = await values('AR_CustomerContact', 'EmailAddress')
    expect([emails.includes(''), emails.some(it => it.includes('@'))]).to.deep.equal([true, true])
    expect(new Set(customers.map(it => it['CustomerStatus']))).to.deep.equal(new Set(['A', 'I']))
  })

  it('has accounts of one to four segments, none twice, of main accounts that exist', async () => {
    await withRig({ accounts: '300' }, 4, async other => {
      const accounts = await other.at.records('GL_Account')
      const formatted = accounts.map(it => String(it['Account']))
      expect(new Set(formatted).size).to.equal(300)
      expect(new Set(formatted.map(it => it.split('-').length))).to.deep.equal(new Set([1, 2, 3, 4]))
      expect(accounts.filter(it => String(it['Account']).replaceAll('-', '') !== it['RawAccount'])).to.deep.equal([])
      const mains = new Set((await other.at.records('GL_MainAccount')).map(it => it['MainAccountCode']))
      expect(accounts.filter(it => !mains.has(it['MainAccountCode'] ?? ''))).to.deep.equal([])
      expect(accounts.filter(it => it['AccountType'] === '')).to.deep.equal([])
    })
  })

  it('hangs together: contacts and orders name customers that exist', async () => {
    const customers = new Set(await values('AR_Customer', 'key'))
    for (const entity of ['AR_CustomerContact', 'SO_SalesOrder'])
      for (const it of await rig.at.records(entity))
        expect(customers).to.include(`${String(it['ARDivisionNo'])}-${String(it['CustomerNo'])}`)
  })

  it('is the same for the same seed, and other for another', async () => {
    const start = (seed: number) => sage100Sandbox.start({ port: 0, host: '127.0.0.1', records: 40, seed, options: {} })
    const [same, other] = [await start(1), await start(2)]
    const all = async (url: string) =>
      Promise.all(ENTITIES.map(async it => (await fetch(`${url}/_sandbox/records/${it}`)).json()))
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
    const made = (await rig.at.put('AR_Customer', { key: '01-NEW~1', CustomerName: 'New' }).catch(String)) as unknown
    expect(made).to.match(/key of AR_Customer/)
    const first = (await rig.at.put('AP_Vendor', { key: '00-P 1', VendorName: 'Paper' })) as JsonObject
    expect(first).to.include({ APDivisionNo: '00', VendorNo: 'P 1', DateCreated: '20260401', DateUpdated: '20260401' })
    await rig.at.clock({ now: '2026-04-02T10:00:00Z' })
    const edited = (await rig.at.put('AP_Vendor', { key: '00-P 1', City: 'Racine' })) as JsonObject
    expect(edited).to.deep.equal({ ...first, City: 'Racine', DateUpdated: '20260402' })
    await rig.at.clock({ now: '2026-04-03T10:00:00Z' })
    expect(await rig.at.put('AP_Vendor', edited)).to.deep.equal({ ...edited, DateUpdated: '20260403' })
    expect((await rig.agent('companies/ABC/vendors/00~P%201')).body['VendorName']).to.equal('Paper')
    expect([await rig.at.remove('AP_Vendor', '00-P 1'), await rig.at.remove('AP_Vendor', '00-P 1')]).to.deep.equal([
      { removed: true },
      { removed: false },
    ])
    expect(await refused(() => rig.at.put('AP_Vendor', { key: '00-P 2', Nope: 'x' }))).to.match(/no column Nope/)
    expect(await refused(() => rig.at.put('AP_Vendor', { key: '00-P 2', TermsCode: '99' }))).to.match(/not on file/)
    expect(await refused(() => rig.at.records('AP_Nothing'))).to.match(/AP_Nothing/)
  })

  it('numbers what people make without a key', async () => {
    const [one, two] = [
      (await rig.at.put('AR_Customer', { CustomerName: 'One' })) as JsonObject,
      (await rig.at.put('SO_SalesOrder', { ARDivisionNo: '01', CustomerNo: 'ABF' })) as JsonObject,
    ]
    expect(one['key']).to.match(/^01-\d{7}$/)
    expect(two['key']).to.match(/^\d{7}$/)
    expect((await rig.at.records('AR_Customer')).length).to.equal(41)
  })

  it('changes without a stamp where it is told to, or with one that the change names', async () => {
    const since = 'customers?updatedDate=20260701'
    await rig.at.clock({ now: '2026-07-01T15:30:00Z' })
    await rig.at.knobs({ silent: true })
    await rig.at.put('AR_Customer', { key: '01-ABF', City: 'Silently' })
    expect(keys(await rig.rows(since))).to.deep.equal([])
    expect((await rig.agent('companies/ABC/customers/01~ABF')).body['City']).to.equal('Silently')
    await rig.at.knobs({ silent: false })
    await rig.at.put('AR_Customer', { key: '02-ABF', DateUpdated: '20250101', TimeUpdated: '1.25' })
    const [oldest] = await rig.rows('customers?updatedDate=20250101&updatedTime=1.25&limit=1')
    expect([oldest?.key, oldest?.['TimeUpdated']]).to.deep.equal(['02~ABF', '1.25'])
    await rig.at.put('AR_Customer', { key: '01-BLANK', DateUpdated: '' })
    const blank = (await rig.rows(since)).map(it => [it.key, it['DateUpdated'], it['DateCreated']])
    expect(blank).to.deep.equal([['01~BLANK', '', '20260701']])
  })

  it('renumbers a customer with all that is its own, under the old stamps', async () => {
    const of = async (path: string, owner: string) =>
      (await rig.rows(`${path}?limit=1000`)).filter(it => `${it['ARDivisionNo']}~${it['CustomerNo']}` === owner)
    const before = [await of('customer-contacts', '01~ABF'), await of('sales-orders', '01~ABF')].map(it => it.length)
    const [held] = await of('customers', '01~ABF')
    await rig.at.knobs({ renumber: { from: '01~ABF', to: '03~ABF-2' } })
    const [moved] = await of('customers', '03~ABF-2')
    expect(moved).to.deep.equal({ ...held, key: '03~ABF-2', ARDivisionNo: '03', CustomerNo: 'ABF-2' })
    const after = [await of('customer-contacts', '03~ABF-2'), await of('sales-orders', '03~ABF-2')].map(it => it.length)
    expect([after, await of('customers', '01~ABF')]).to.deep.equal([before, []])
    expect(await refused(() => rig.at.knobs({ renumber: { from: '01~ABF', to: '01~X' } }))).to.match(
      /no customer 01~ABF/,
    )
  })

  it('loses invoiced orders, and deleted accounts wholly or by their status', async () => {
    const [order, account] = [
      (await values('SO_SalesOrder', 'key'))[0] ?? '',
      (await values('GL_Account', 'key'))[0] ?? '',
    ]
    await rig.at.knobs({ toHistory: [order] })
    expect((await rig.agent(`companies/ABC/sales-orders/${order}`)).status).to.equal(404)
    expect(await refused(() => rig.at.knobs({ toHistory: [order] }))).to.match(/no order/)
    await rig.at.knobs({ glDelete: 'flag' })
    expect([await rig.at.remove('GL_Account', account), await rig.at.remove('GL_Account', account)]).to.deep.equal([
      { removed: true },
      { removed: false },
    ])
    expect((await rig.agent(`companies/ABC/gl-accounts/${account}`)).body['Status']).to.equal('D')
    await rig.at.knobs({ glDelete: 'gone' })
    expect(await rig.at.remove('GL_Account', account)).to.deep.equal({ removed: true })
    expect((await rig.agent(`companies/ABC/gl-accounts/${account}`)).status).to.equal(404)
  })

  it('refuses options and knobs that it has not, and values that they cannot have', async () => {
    for (const options of [
      { noSuchOption: '1' },
      { customers: 'many' },
      { tie: '0' },
      { tls: 'maybe' },
      { paths: 'neither' },
      { timeZone: 'Mars/Olympus' },
      { blanks: 'some' },
    ])
      expect(await refused(() => withRig(options, 1, async () => {}))).to.include(Object.keys(options)[0])
    expect(await refused(() => rig.at.knobs({ noSuchKnob: 1 }))).to.match(/400.*noSuchKnob/)
    expect(await refused(() => rig.at.knobs({ service: 'sleepy' }))).to.match(/service/)
  })

  it('names in its settings what a connection needs', () => {
    const { url, settings, secrets } = rig.sandbox
    expect(settings).to.deep.equal({
      companyCode: 'ABC',
      username: 'websvc',
      soapUrl: `${url}/eBusinessWebServices/MasService.svc`,
      agentUrl: `${url}/agent`,
      timeZone: 'America/Chicago',
      allowPlainHttp: true,
    })
    expect(Object.keys(secrets)).to.deep.equal(['password', 'agentKey'])
  })

  it('of a million customers starts at once, and answers any page as fast as the first', async () => {
    const startedAt = performance.now()
    await withRig({ tie: '500', vendors: '0', orders: '0', contacts: '0' }, 1_000_000, async big => {
      const [first] = await big.rows('customers?limit=1000')
      const middle = await big.rows('customers?updatedDate=20240701&limit=1000')
      const last = await big.rows('customers/keys?updatedDate=20260114&limit=1000')
      expect([first?.['DateUpdated'], middle.length]).to.deep.equal(['', 1000])
      expect(last.length).to.be.above(5)
      const key = middle[500]?.key ?? ''
      const [division = '', number = ''] = key.split('~')
      expect(resultOf('GetCustomer', await big.soap('GetCustomer', CUSTOMER(division, number)))).to.include({
        CustomerNo: number,
      })
      expect((await big.agent(`companies/ABC/customers/${key}`)).body.key).to.equal(key)
      await big.at.put('AR_Customer', { key: `${division}-${number}`, City: 'Moved' })
      expect((await big.agent('companies/ABC/customers?limit=1')).body['scanned']).to.equal(1_000_000)
    })
    expect(performance.now() - startedAt).to.be.below(3_000)
  })
})
