import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import {
  createSage100Pair,
  idIn,
  putProducts,
  rowsIn,
  SAGE_100_FLOWS,
  type Sage100Pair,
} from '../support/sage-100-pair.ts'

const {
  customers: CUSTOMERS,
  contacts: CONTACTS,
  vendors: VENDORS,
  accounts: ACCOUNTS,
  orders: ORDERS,
} = SAGE_100_FLOWS
const ALL = Object.values(SAGE_100_FLOWS)
const NOTHING = ALL.map(it => [it, 'succeeded', 0])

const shown = (reports: Awaited<ReturnType<Sage100Pair['runAll']>>) =>
  reports.map(it => [it.flow, it.failure?.message ?? it.state, it.counts.written])

const open = (records: readonly JsonObject[]) => records.filter(it => ['S', 'B'].includes(String(it['OrderType'])))
const pairs = (records: readonly JsonObject[], key: string, name: string) =>
  records.map(it => [it[key], it[name]]).sort()

describe('the flows of Sage 100 and Zoho CRM', () => {
  let pair: Sage100Pair
  before(async () => {
    pair = await createSage100Pair({ orders: { otherItem: 'MISC' } })
    await putProducts(pair, ['1001-HON-H252', '/FREIGHT', '2480-8-50', 'MISC'])
  })
  after(() => pair.close())
  const one = async (module: string, key: string): Promise<JsonObject> =>
    (await pair.crm.records(module)).find(it => it['ERP_ID'] === key) ?? {}
  const settled = async () => {
    await pair.later()
    expect(shown(await pair.runAll())).to.deep.equal(NOTHING)
  }

  it('bring everything over in any order of flows, and account for every record', async () => {
    const early = await pair.runAll([ORDERS, CONTACTS])
    expect(early.map(it => [it.counts.written, it.counts.dead, it.counts.parked > 0])).to.deep.equal([
      [0, 0, true],
      [0, 0, true],
    ])
    const reports = await pair.runAll()
    expect(reports.map(it => [it.flow, it.failure, it.state])).to.deep.equal(ALL.map(it => [it, null, 'succeeded']))
    for (const { counts } of reports)
      expect(
        counts.written + counts.unchanged + counts.filtered + counts.dead + counts.parked + counts.deleted,
      ).to.equal(counts.read)
    const { erp, crm } = pair
    expect(pairs(await crm.records('Accounts'), 'ERP_ID', 'Account_Name')).to.deep.equal(
      pairs(await erp.records('AR_Customer'), 'key', 'CustomerName'),
    )
    expect(pairs(await crm.records('Vendors'), 'ERP_ID', 'Vendor_Name')).to.deep.equal(
      pairs(await erp.records('AP_Vendor'), 'key', 'VendorName'),
    )
    const gl = [
      ...pairs(await erp.records('GL_MainAccount'), 'key', 'MainAccountDesc'),
      ...pairs(await erp.records('GL_Account'), 'AccountKey', 'AccountDesc'),
    ]
    expect(pairs(await crm.records('GL_Accounts'), 'ERP_ID', 'Title')).to.deep.equal(gl.sort())
  })

  it('link contacts and orders to the account of their customer, accounts to their main account', async () => {
    const { erp, crm } = pair
    const keyOf = new Map<unknown, unknown>()
    for (const module of ['Accounts', 'GL_Accounts'])
      for (const it of await crm.records(module)) keyOf.set(it['id'], it['ERP_ID'])
    const customer = (it: JsonObject) => `${it['ARDivisionNo']}-${it['CustomerNo']}`
    const contacts = (await erp.records('AR_CustomerContact')).map(it => [it['key'], customer(it)]).sort()
    expect(contacts).to.not.deep.equal([])
    expect(
      (await crm.records('Contacts')).map(it => [it['ERP_ID'], keyOf.get(idIn(it['Account_Name']))]).sort(),
    ).to.deep.equal(contacts)
    const orders = open(await erp.records('SO_SalesOrder'))
      .map(it => [it['SalesOrderNo'], customer(it)])
      .sort()
    expect(
      (await crm.records('Sales_Orders')).map(it => [it['ERP_ID'], keyOf.get(idIn(it['Account_Name']))]).sort(),
    ).to.deep.equal(orders)
    const accounts = (await erp.records('GL_Account'))
      .map(it => [it['AccountKey'], `01-${it['MainAccountCode']}`])
      .sort()
    const held = (await crm.records('GL_Accounts')).filter(it => it['Level'] === 'account')
    expect(held.map(it => [it['ERP_ID'], keyOf.get(idIn(it['Main_Account']))]).sort()).to.deep.equal(accounts)
  })

  it('write nothing when nothing has changed, and cost a call for each entity', async () => {
    const reports = await pair.runAll()
    expect(shown(reports)).to.deep.equal(NOTHING)
    expect(reports.map(it => it.counts.calls)).to.deep.equal([1, 1, 1, 2, 1])
    await settled()
  })

  it('write exactly what has changed', async () => {
    const { erp } = pair
    await pair.later()
    await erp.put('AR_Customer', { key: '01-ABF', CustomerName: 'Bolt & <Söhne> 🚀', CreditHold: 'Y' })
    await erp.put('AR_Customer', { key: '03-NEW-1', CustomerName: 'New' })
    await erp.put('AR_CustomerContact', { key: '03-NEW-1~MAIN', ContactName: 'Nora New' })
    await erp.put('AP_Vendor', { key: '00-ACME', City: 'Hull', VendorStatus: 'I' })
    await erp.put('GL_Account', { AccountKey: '000000003', Status: 'I' })
    expect(shown(await pair.runAll())).to.deep.equal([
      [CUSTOMERS, 'succeeded', 2],
      [CONTACTS, 'succeeded', 1],
      [VENDORS, 'succeeded', 1],
      [ACCOUNTS, 'succeeded', 1],
      [ORDERS, 'succeeded', 0],
    ])
    expect(await one('Accounts', '01-ABF')).to.include({ Account_Name: 'Bolt & <Söhne> 🚀', On_Hold: true })
    expect(await one('Accounts', '02-ABF')).to.include({ Account_Name: 'American Business Futures, Canada' })
    expect(await one('Vendors', '00-ACME')).to.include({ City: 'Hull', ERP_Status: 'inactive' })
    expect(await one('GL_Accounts', '000000003')).to.include({ ERP_Status: 'inactive' })
    expect(await one('Contacts', '03-NEW-1~MAIN')).to.include({ First_Name: 'Nora', Last_Name: 'New' })
    await settled()
  })

  it('find what a sweep is for: deletions, new numbers, changes without a stamp, a group of the main account', async () => {
    const { erp } = pair
    await pair.later()
    await erp.knobs({ silent: true })
    await erp.put('AP_Vendor', { key: '00-0000010', City: 'Silent' })
    await erp.put('GL_MainAccount', { key: '01-1010', AccountGroup: '199' })
    await erp.knobs({ silent: false, renumber: { from: '01~1E5', to: '01~1E6' } })
    await erp.remove('AP_Vendor', '01-1E5')
    expect((await pair.run(VENDORS)).counts.written).to.equal(0)
    expect((await pair.run(VENDORS, { mode: 'sweep' })).counts).to.include({ written: 1, deleted: 1, dead: 0 })
    expect(await one('Vendors', '00-0000010')).to.include({ City: 'Silent' })
    expect(await one('Vendors', '01-1E5')).to.include({ ERP_Status: 'inactive' })
    expect((await pair.run(CUSTOMERS, { mode: 'sweep' })).counts).to.include({ written: 1, deleted: 1, dead: 0 })
    expect(await one('Accounts', '01-1E5')).to.include({ ERP_Status: 'inactive' })
    expect(await one('Accounts', '01-1E6')).to.include({ Account_Name: 'Café Zoé – Événements' })
    for (const name of ALL) await pair.run(name, { mode: 'sweep' })
    const ofGroup = (await pair.crm.records('GL_Accounts')).filter(it => it['Account_Group'] === '199')
    const wanted = (await erp.records('GL_Account')).filter(it => it['MainAccountCode'] === '1010')
    expect(ofGroup.map(it => it['ERP_ID']).sort()).to.deep.equal(
      [...wanted.map(it => it['AccountKey']), '01-1010'].sort(),
    )
    await settled()
  })

  it('leave no dead letter behind', async () => {
    expect(await pair.ledger.deadLetters({ state: 'open', limit: 10 })).to.deep.equal([])
  })
})

describe('below the Professional edition', () => {
  it('vendors and orders are skipped and said so, while the other flows run', async () => {
    const pair = await createSage100Pair({ records: 4, zoho: { edition: 'standard' } })
    const reports = await pair.runAll()
    expect(reports.map(it => [it.flow, it.state])).to.deep.equal([
      [CUSTOMERS, 'succeeded'],
      [CONTACTS, 'succeeded'],
      [VENDORS, 'unavailable'],
      [ACCOUNTS, 'succeeded'],
      [ORDERS, 'unavailable'],
    ])
    await pair.close()
  })
})

describe('the lines of a Sage 100 order', () => {
  let pair: Sage100Pair
  let products: ReadonlyMap<string, string>
  beforeEach(async () => {
    pair = await createSage100Pair({ records: 2, sage: { orders: '0' } })
    products = await putProducts(pair, ['1001-HON-H252', '2480-8-50'])
    await pair.runAll([CUSTOMERS])
  })
  afterEach(() => pair.close())

  const put = (Lines: readonly JsonObject[], more: JsonObject = {}) =>
    pair.erp.put('SO_SalesOrder', { SalesOrderNo: '0000900', ARDivisionNo: '01', CustomerNo: 'ABF', Lines, ...more })
  const held = async () => {
    const [order, ...others] = await pair.crm.records('Sales_Orders')
    expect(others).to.deep.equal([])
    const codes = new Map([...products].map(([code, id]) => [id, code]))
    const lines = rowsIn(order?.['Ordered_Items'])
    const plain = lines.map(it => [
      codes.get(String(idIn(it['Product_Name']))),
      it['Quantity'],
      it['Total_After_Discount'],
    ])
    return { order: order ?? {}, lines: plain, ids: lines.map(it => it['id']) }
  }

  it('have the amounts that Sage 100 has; comments and what is no product stand in the description', async () => {
    await put(
      [
        { ItemCode: '1001-HON-H252', QuantityOrdered: '3', UnitPrice: '3.3333' },
        { ItemCode: '/C', CommentText: 'Call before delivery' },
        { ItemCode: 'KIT-D1600', QuantityOrdered: '2', UnitPrice: '10' },
        { ItemCode: '2480-8-50', QuantityOrdered: '2', LineDiscountPercent: '10' },
      ],
      { FreightAmt: '15', DiscountAmt: '2', Comment: 'Rush' },
    )
    expect((await pair.run(ORDERS)).counts).to.include({ written: 1, dead: 0 })
    const { order, lines } = await held()
    expect(lines).to.deep.equal([
      ['1001-HON-H252', 3, 10],
      ['2480-8-50', 2, 22.41],
    ])
    expect(order['Description']).to.equal('Rush\nCall before delivery\nNot a product here: 2 × KIT-D1600, 20')
    // 52.41 of lines, 5 % tax on them, 15 of freight, 2 of discount
    expect(order).to.include({ Grand_Total: 45.41, ERP_Total: 68.03, ERP_Status: 'New', Subject: 'Order 0000900' })
  })

  it('are changed, added and taken away with those of Sage 100, and then left alone', async () => {
    await put([{ ItemCode: '1001-HON-H252', QuantityOrdered: '1' }])
    await pair.run(ORDERS)
    const first = await held()
    const turns: readonly (readonly JsonObject[])[] = [
      [{ LineKey: '000001', QuantityOrdered: '2' }],
      [{ LineKey: '000001' }, { ItemCode: '2480-8-50', QuantityOrdered: '4' }],
      [{ LineKey: '000002' }],
    ]
    const seen = []
    for (const lines of turns) {
      await pair.later()
      await put(lines)
      expect((await pair.run(ORDERS)).counts).to.include({ written: 1, dead: 0 })
      seen.push((await held()).lines)
      await pair.later()
      expect((await pair.run(ORDERS)).counts).to.include({ written: 0, dead: 0 })
      expect((await pair.run(ORDERS, { mode: 'sweep' })).counts).to.include({ written: 0, unchanged: 1 })
    }
    expect(seen).to.deep.equal([
      [['1001-HON-H252', 2, 211.9]],
      [
        ['1001-HON-H252', 2, 211.9],
        ['2480-8-50', 4, 49.8],
      ],
      [['2480-8-50', 4, 49.8]],
    ])
    expect((await held()).ids).to.deep.equal(first.ids)
  })

  it('come with their product when it is made later, and the order waits for none of them', async () => {
    await put([
      { ItemCode: '1001-HON-H252', QuantityOrdered: '1' },
      { ItemCode: 'D1600-TOP', QuantityOrdered: '1' },
    ])
    await pair.run(ORDERS)
    expect((await held()).lines).to.have.length(1)
    products = new Map([...products, ...(await putProducts(pair, ['D1600-TOP']))])
    expect((await pair.run(ORDERS, { mode: 'sweep' })).counts).to.include({ written: 1, dead: 0 })
    const { order, lines } = await held()
    expect([lines.map(it => it[0]), order['Description']]).to.deep.equal([['1001-HON-H252', 'D1600-TOP'], null])
  })

  for (const action of ['cutAfter', 'cutMid', 'cutBefore'] as const)
    it(`are not doubled when the answer to the write is lost (${action})`, async () => {
      const lines = [{ ItemCode: '1001-HON-H252', QuantityOrdered: '1' }]
      await put(lines)
      await pair.crm.fault({ action, path: '^POST .*/Sales_Orders' })
      await pair.runAll([ORDERS, ORDERS])
      expect((await held()).lines).to.have.length(1)
      await pair.later()
      await put([{ LineKey: '000001' }, { ItemCode: '2480-8-50', QuantityOrdered: '4' }])
      await pair.crm.fault({ action, path: '^PUT .*/Sales_Orders' })
      await pair.runAll([ORDERS, ORDERS])
      expect(await pair.crm.faultsLeft()).to.equal(0)
      expect((await held()).lines.map(it => it[0])).to.deep.equal(['1001-HON-H252', '2480-8-50'])
    })

  it('that are gone, with the order, mark it', async () => {
    await put([{ ItemCode: '1001-HON-H252', QuantityOrdered: '1' }])
    await pair.run(ORDERS)
    await pair.erp.knobs({ toHistory: '0000900' })
    expect((await pair.run(ORDERS, { mode: 'sweep' })).counts).to.include({ deleted: 1 })
    expect((await held()).order).to.include({ ERP_Status: 'Gone from Sage 100' })
  })

  it('make a dead letter where none of them is a product', async () => {
    await put([{ ItemCode: 'D1600-TOP', QuantityOrdered: '1' }])
    expect((await pair.run(ORDERS)).counts).to.include({ written: 0, dead: 1 })
    const [letter] = await pair.ledger.deadLetters({ state: 'open', limit: 2 })
    expect(letter?.failure.message).to.include('no line of the order has an item that is a product')
    await putProducts(pair, ['D1600-TOP'])
    expect((await pair.replay(ORDERS)).counts).to.include({ written: 1, dead: 0 })
  })
})
