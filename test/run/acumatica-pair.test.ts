import { expect } from 'chai'
import { acumatica } from '../../connectors/acumatica/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { Json, JsonObject } from '../../engine/core/record.ts'
import { createWorld, type World } from '../support/world.ts'

const CUSTOMERS = 'acumatica-customers-to-zoho-crm'
const ITEMS = 'acumatica-items-to-zoho-crm'
const INVOICES = 'acumatica-invoices-to-zoho-crm'
const WON = 'zoho-crm-won-customers-to-acumatica'
const ALL = [CUSTOMERS, ITEMS, INVOICES, WON]

interface Pair extends World {
  readonly erp: ReturnType<World['system']>
  readonly crm: ReturnType<World['system']>
  runAll(flows?: readonly string[]): Promise<Awaited<ReturnType<World['run']>>[]>
}

async function openPair(records: number): Promise<Pair> {
  const base = { port: 0, host: '127.0.0.1' as const, seed: 5 }
  const erp = await acumatica.sandbox.start({ ...base, records, options: {} })
  const crm = await zohoCrm.sandbox.start({ ...base, records: 0, options: { strictPicklists: 'true' } })
  const world = await createWorld({
    systems: { erp: { connector: acumatica, sandbox: erp }, crm: { connector: zohoCrm, sandbox: crm } },
    use: [
      'acumatica-to-zoho-crm/customers',
      'acumatica-to-zoho-crm/items',
      'acumatica-to-zoho-crm/invoices',
      'zoho-crm-to-acumatica/won-customers',
    ],
  })
  return {
    ...world,
    erp: world.system('erp'),
    crm: world.system('crm'),
    runAll: async (flows = ALL) => {
      const reports = []
      for (const flow of flows) reports.push(await world.run(flow))
      return reports
    },
    close: async () => {
      await world.close()
      await Promise.all([erp.close(), crm.close()])
    },
  }
}

const rows = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : [])
const inner = (value: Json | undefined, name: string): Json | undefined => (value as JsonObject | null)?.[name]
const byKey = (a: readonly Json[], b: readonly Json[]) => (String(a[0]) < String(b[0]) ? -1 : 1)
const written = (reports: Awaited<ReturnType<Pair['runAll']>>) => reports.map(it => [it.flow, it.counts.written])

/** Released invoices as Acumatica has them: key, customer, balance, status, lines. */
async function invoicesOf({ erp }: Pair) {
  const all = await erp.records('SalesInvoice')
  return all
    .filter(it => it['Type'] === 'Invoice' && ['Open', 'Closed'].includes(String(it['Status'])))
    .map(it => [
      it['DocumentKey'] ?? '',
      it['CustomerID'] ?? '',
      it['Balance'] ?? '',
      it['Status'] ?? '',
      rows(it['Details']).map(line => [line['InventoryID'] ?? '', line['Qty'] ?? '', line['UnitPrice'] ?? '']),
    ])
    .sort(byKey)
}

/** The same as the CRM has them. */
async function invoicesAtTarget({ crm }: Pair) {
  const keyById = new Map<Json | undefined, Json>()
  for (const entity of ['Accounts', 'Products'])
    for (const it of await crm.records(entity)) keyById.set(it['id'], it['ERP_ID'] ?? '')
  const keyOf = (value: Json | undefined) => keyById.get(inner(value, 'id')) ?? ''
  const all = await crm.records('Invoices')
  return all
    .map(it => [
      it['ERP_ID'] ?? '',
      keyOf(it['Account_Name']),
      it['Balance_Due'] ?? '',
      it['ERP_Status'] ?? '',
      rows(it['Invoiced_Items']).map(line => [
        keyOf(line['Product_Name']),
        line['Quantity'] ?? '',
        line['List_Price'] ?? '',
      ]),
    ])
    .sort(byKey)
}

const namesOf = async (pair: Pair) =>
  (await pair.erp.records('Customer')).map(it => [it['CustomerID'] ?? '', it['CustomerName'] ?? '']).sort(byKey)
const accountNamesOf = async (pair: Pair) =>
  (await pair.crm.records('Accounts')).map(it => [it['ERP_ID'] ?? '', it['Account_Name'] ?? '']).sort(byKey)

describe('the flows of Acumatica and Zoho CRM', () => {
  let pair: Pair
  before(async () => {
    pair = await openPair(12)
  })
  after(() => pair.close())

  it('bring everything over in the first run, in which invoices wait for accounts and products', async () => {
    const [early] = await pair.runAll([INVOICES])
    expect([early?.state, early?.counts.written, early?.counts.dead]).to.deep.equal(['succeeded', 0, 0])
    expect(early?.counts.parked).to.equal((await invoicesOf(pair)).length)
    const reports = await pair.runAll()
    expect(reports.map(it => [it.flow, it.state, it.failure])).to.deep.equal(ALL.map(it => [it, 'succeeded', null]))
    expect(await accountNamesOf(pair)).to.deep.equal(await namesOf(pair))
    const items = [...(await pair.erp.records('StockItem')), ...(await pair.erp.records('NonStockItem'))]
    expect((await pair.crm.records('Products')).map(it => it['ERP_ID']).sort()).to.deep.equal(
      items.map(it => it['InventoryID']).sort(),
    )
    expect(await invoicesAtTarget(pair)).to.deep.equal(await invoicesOf(pair))
  })

  it('account for every record that was read', async () => {
    for (const run of await pair.ledger.runs({ limit: 10 })) {
      const { counts } = run
      const ended = counts.written + counts.unchanged + counts.filtered + counts.dead + counts.parked + counts.deleted
      expect([run.flow, ended]).to.deep.equal([run.flow, counts.read])
    }
    expect(await pair.ledger.deadLetters({ state: 'open', limit: 10 })).to.deep.equal([])
  })

  it('write nothing when nothing has changed', async () => {
    expect(written(await pair.runAll())).to.deep.equal(ALL.map(it => [it, 0]))
  })

  it('write exactly what has changed, payments among it, and then nothing', async () => {
    const [first, second] = (await invoicesOf(pair)).filter(it => it[3] === 'Open')
    await pair.erp.put('Customer', { CustomerID: 'C000000003', CustomerName: 'Bolt & <Sons> 🚀' })
    await pair.erp.put('StockItem', { InventoryID: 'PART-000001', DefaultPrice: 7.25 })
    await pair.erp.put('SalesInvoice', { DocumentKey: first?.[0] ?? '', Balance: 0 })
    await pair.erp.put('SalesInvoice', { DocumentKey: second?.[0] ?? '', Balance: 1.5 })
    expect(written(await pair.runAll())).to.deep.equal([
      [CUSTOMERS, 1],
      [ITEMS, 1],
      [INVOICES, 2],
      [WON, 0],
    ])
    expect(await accountNamesOf(pair)).to.deep.equal(await namesOf(pair))
    const now = await invoicesAtTarget(pair)
    expect(now).to.deep.equal(await invoicesOf(pair))
    expect(now.filter(it => it[0] === first?.[0] || it[0] === second?.[0]).map(it => [it[2], it[3]])).to.deep.equal([
      [0, 'Closed'],
      [1.5, 'Open'],
    ])
    expect(written(await pair.runAll())).to.deep.equal(ALL.map(it => [it, 0]))
  })

  it('keep what a person changed at fields that are not mapped', async () => {
    const [invoice] = await pair.crm.records('Invoices')
    await pair.crm.put('Invoices', { id: invoice?.['id'] ?? '', Status: 'Delivered' })
    await pair.erp.put('SalesInvoice', { DocumentKey: invoice?.['ERP_ID'] ?? '', Description: 'Changed' })
    await pair.run(INVOICES)
    const after = (await pair.crm.records('Invoices')).find(it => it['id'] === invoice?.['id'])
    expect([after?.['Status'], after?.['Description']]).to.deep.equal(['Delivered', 'Changed'])
  })
})

describe('customers, items and invoices of Acumatica', () => {
  const orders = [
    [CUSTOMERS, ITEMS, INVOICES],
    [ITEMS, INVOICES, CUSTOMERS],
    [INVOICES, ITEMS, CUSTOMERS],
  ]
  for (const order of orders)
    it(`arrive whole when they come as ${order.map(it => it.split('-')[1]).join(', ')}`, async () => {
      const pair = await openPair(4)
      await pair.runAll([...order, INVOICES])
      expect(await invoicesAtTarget(pair)).to.deep.equal(await invoicesOf(pair))
      expect(await invoicesOf(pair)).to.not.deep.equal([])
      await pair.close()
    })

  for (const action of ['cutAfter', 'cutMid', 'cutBefore'] as const)
    it(`are not doubled, nor are lines, when the answer to the write is lost (${action})`, async () => {
      const pair = await openPair(4)
      await pair.runAll([CUSTOMERS, ITEMS])
      await pair.crm.fault({ action, path: '^POST .*/Invoices' })
      await pair.runAll([INVOICES, INVOICES])
      expect(await pair.crm.faultsLeft()).to.equal(0)
      expect(await invoicesAtTarget(pair)).to.deep.equal(await invoicesOf(pair))
      await pair.close()
    })
})

describe('the account of a won deal', () => {
  let pair: Pair
  beforeEach(async () => {
    pair = await openPair(3)
    await pair.runAll()
  })
  afterEach(() => pair.close())

  const account = async (fields: JsonObject = {}) =>
    String(inner((await pair.crm.put('Accounts', { Account_Name: 'Won Ltd', ...fields })) as Json, 'id'))
  const deal = async (accountId: string, fields: JsonObject = {}) =>
    String(
      inner(
        (await pair.crm.put('Deals', {
          Deal_Name: 'D',
          Stage: 'Closed Won',
          Account_Name: { id: accountId },
          ...fields,
        })) as Json,
        'id',
      ),
    )
  const later = () => pair.crm.clock({ advanceMs: 5_000 })
  const customers = async () => (await pair.erp.records('Customer')).filter(it => it['CustomerName'] === 'Won Ltd')
  const accounts = async () => (await pair.crm.records('Accounts')).filter(it => it['Account_Name'] === 'Won Ltd')
  /** One customer, one account, and they know each other. */
  const expectOne = async (id: string) => {
    const [made, ...others] = await customers()
    expect([made?.['AccountRef'], others]).to.deep.equal([id, []])
    expect((await accounts()).map(it => [it['id'], it['ERP_ID']])).to.deep.equal([[id, made?.['CustomerID']]])
    expect(await pair.ledger.deadLetters({ state: 'open', limit: 10 })).to.deep.equal([])
    return String(made?.['CustomerID'])
  }

  it('becomes one customer, whose code it gets, however often the deal is seen', async () => {
    const id = await account({ Billing_City: 'Leeds', Phone: '0044 1' })
    const won = await deal(id)
    expect((await pair.run(WON)).counts).to.include({ written: 1, dead: 0 })
    for (const Amount of [1, 2]) {
      await later()
      await pair.crm.put('Deals', { id: won, Amount })
      expect((await pair.run(WON)).counts).to.include({ written: 0, dead: 0 })
    }
    await expectOne(id)
    const [made] = await customers()
    expect(inner(made?.['MainContact'], 'Phone1')).to.equal('0044 1')
    expect(inner(inner(made?.['MainContact'], 'Address'), 'City')).to.equal('Leeds')
  })

  it('becomes one customer when it has several won deals, at once or one after the other', async () => {
    const id = await account()
    await deal(id)
    await deal(id)
    await pair.run(WON)
    await later()
    await deal(id)
    await pair.run(WON)
    await expectOne(id)
  })

  for (const action of ['cutAfter', 'cutMid', 'cutBefore'] as const)
    it(`becomes one customer when the answer to the create is lost (${action})`, async () => {
      const id = await account()
      await deal(id)
      await pair.erp.fault({ action, path: '^PUT .*/Customer' })
      await pair.runAll([WON, WON])
      expect(await pair.erp.faultsLeft()).to.equal(0)
      await expectOne(id)
    })

  it('becomes one customer when the CRM fails before it has the code', async () => {
    const id = await account()
    await deal(id)
    await pair.crm.fault({ action: 'answer', path: '^PUT .*/Accounts', status: 500, body: '', times: 100 })
    expect((await pair.run(WON)).state).to.equal('failed')
    expect(await customers()).to.have.length(1)
    await pair.crm.clearFaults()
    // a person is faster than the next run: the flow of customers meets the customer before its account has the code
    const [made] = await customers()
    await pair.erp.put('Customer', { CustomerID: made?.['CustomerID'] ?? '', Terms: '60D' })
    expect((await pair.run(CUSTOMERS)).counts).to.include({ written: 0, filtered: 1 })
    expect((await pair.run(WON)).state).to.equal('succeeded')
    expect((await pair.run(CUSTOMERS, { mode: 'sweep' })).counts).to.include({ written: 1 })
    expect((await accounts()).map(it => it['Payment_Terms'])).to.deep.equal(['60D'])
    await expectOne(id)
  })

  it('is left alone when it came from Acumatica', async () => {
    const [known] = await pair.crm.records('Accounts')
    const before = await pair.erp.records('Customer')
    await deal(String(known?.['id']))
    expect((await pair.run(WON)).counts).to.include({ written: 0, filtered: 1 })
    expect(await pair.erp.records('Customer')).to.deep.equal(before)
  })

  it('is not doubled by the way back, which keeps it current; and both ways come to rest', async () => {
    const id = await account()
    await deal(id)
    await pair.runAll()
    await pair.runAll()
    expect(written(await pair.runAll())).to.deep.equal(ALL.map(it => [it, 0]))
    const code = await expectOne(id)
    await pair.erp.put('Customer', { CustomerID: code, Terms: '60D' })
    expect((await pair.run(CUSTOMERS)).counts.written).to.equal(1)
    await expectOne(id)
    expect((await accounts())[0]?.['Payment_Terms']).to.equal('60D')
    await later()
    await pair.crm.put('Accounts', { id, Description: 'By hand' })
    expect(written(await pair.runAll())).to.deep.equal(ALL.map(it => [it, 0]))
  })

  it('gets the first invoice of its customer', async () => {
    const id = await account()
    await deal(id)
    await pair.runAll()
    const [released] = (await pair.erp.records('SalesInvoice')).filter(it => it['Status'] === 'Open')
    const code = await expectOne(id)
    await pair.erp.put('SalesInvoice', { DocumentKey: released?.['DocumentKey'] ?? '', CustomerID: code })
    await pair.run(INVOICES)
    expect(await invoicesAtTarget(pair)).to.deep.equal(await invoicesOf(pair))
    expect((await invoicesAtTarget(pair)).filter(it => it[1] === code)).to.have.length(1)
  })
})
