import { expect } from 'chai'
import { CUSTOMER, faultOf, members, openRig, type Rig, resultOf } from './sandbox.support.ts'

const line = (values: Readonly<Record<string, string>>) => `<SalesOrderLine>${members(values)}</SalesOrderLine>`
const DESK = line({ ItemCode: '1001-HON-H252', QuantityOrdered: '2', UnitPrice: '105.95' })
const COMMENT = line({ CommentText: 'Ring twice', ItemCode: '/C' })

/** A sales order of 01-ABF: what stands before Lines, the lines, what stands behind. */
const order = (
  lines: string,
  { before = {}, behind = {} }: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
) =>
  `<salesOrder>${members({ ARDivisionNo: '01', ...before, CustomerNo: 'ABF' })}${lines === '' ? '' : `<Lines>${lines}</Lines>`}${members(behind)}</salesOrder>`

const NUMBER = (number: string) => `<salesOrderNo>${number}</salesOrderNo>`

describe('Sage 100 sandbox: sales orders over SOAP', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({ orders: '5' }, 8)
    await rig.at.knobs({ blanks: 'absent' })
  })
  afterEach(() => rig.close())

  const count = async () => (await rig.at.records('SO_SalesOrder')).length
  const get = async (number: string) => resultOf('GetSalesOrder', await rig.soap('GetSalesOrder', NUMBER(number)))
  const linesOf = async (number: string) =>
    (await get(number)).Lines?.SalesOrderLine.map(it => [it['LineKey'], it['ItemCode'], it['ExtensionAmt']])

  it('gets one with its lines: regular, comment, charge and kit', async () => {
    const orders = await rig.at.records('SO_SalesOrder')
    const kinds = await Promise.all(orders.map(async it => (await linesOf(String(it['key'])))?.map(([, code]) => code)))
    const most = kinds.find(it => it?.length === 5)
    expect(most).to.deep.equal(['1001-HON-H252', '/C', '/FREIGHT', 'KIT-D1600', 'D1600-TOP'])
    expect(kinds.some(it => it?.length === 1)).to.equal(true)
    expect(faultOf(await rig.soap('GetSalesOrder', NUMBER('9999999')))).to.match(/^500 CI_NoKey/)
  })

  it('gives a template with the customer’s defaults, without lines, and stores nothing', async () => {
    const before = await count()
    const shown = resultOf('GetSalesOrderTemplate', await rig.soap('GetSalesOrderTemplate', CUSTOMER('01', 'ABF')))
    expect(shown).to.include({ BillToName: 'American Business Futures', TermsCode: '01', OrderStatus: 'N' })
    expect([shown.Lines, shown['SalesOrderNo'], await count()]).to.deep.equal([undefined, undefined, before])
    expect(faultOf(await rig.soap('GetSalesOrderTemplate', CUSTOMER('01', 'NOPE')))).to.match(/^500 CI_NoKey/)
  })

  it('previews totals and stores nothing', async () => {
    const before = await count()
    const shown = resultOf('PreviewSalesOrder', await rig.soap('PreviewSalesOrder', order(DESK + COMMENT)))
    expect(shown).to.include({ TaxableAmt: '211.90', NonTaxableAmt: '0.00', SalesTaxAmt: '10.60', TermsCode: '01' })
    expect([shown.Lines?.SalesOrderLine.length, await count()]).to.deep.equal([2, before])
  })

  it('creates under a number that was told before, once', async () => {
    const number = String(resultOf('GetNextSalesOrderNo', await rig.soap('GetNextSalesOrderNo')))
    const inner = order(DESK, { before: { CustomerNo: '' }, behind: { SalesOrderNo: number } }).replace(
      '<CustomerNo></CustomerNo>',
      '',
    )
    expect((await rig.soap('CreateSalesOrder', inner)).text).to.match(
      /<CreateSalesOrderResponse [^>]*><\/CreateSalesOrderResponse>/,
    )
    expect(faultOf(await rig.soap('CreateSalesOrder', inner))).to.match(/^500 WS_AlreadyExists/)
    expect(await linesOf(number)).to.deep.equal([['000001', '1001-HON-H252', '211.90']])
  })

  it('refuses an order as a whole', async () => {
    const before = await count()
    for (const [inner, code] of [
      [order(DESK + line({ ItemCode: 'NO-ITEM' })), 'CI_NOF'],
      [order(DESK, { behind: { WarehouseCode: '999' } }), 'CI_NOF'],
      [order(DESK, { before: { BillToCustomerNo: 'ABF' } }), 'CI_ReadOnly'],
      [order(DESK, { behind: { SalesOrderNo: '12345678' } }), 'CI_CharLength'],
      [order(DESK, { behind: { TaxableAmt: '1.00' } }), 'CI_ReadOnly'],
    ] as const)
      expect(faultOf(await rig.soap('CreateSalesOrder', inner))).to.match(new RegExp(`^500 ${code}`))
    expect(await count()).to.equal(before)
    await rig.at.knobs({ billToReporting: true })
    expect((await rig.soap('CreateSalesOrder', order(DESK, { before: { BillToCustomerNo: 'ABF' } }))).status).to.equal(
      200,
    )
  })

  it('changes lines by their key, adds those without, drops those that are not sent, and keeps all without Lines', async () => {
    const created = order(DESK + COMMENT, { behind: { SalesOrderNo: '0009001' } })
    expect((await rig.soap('CreateSalesOrder', created)).status).to.equal(200)
    const more = line({ ItemCode: '2480-8-50', LineKey: '', QuantityOrdered: '1' })
    const kept = line({ ItemCode: '1001-HON-H252', LineKey: '000001', QuantityOrdered: '3', UnitPrice: '100' })
    expect(
      (await rig.soap('UpdateSalesOrder', order(kept + more, { behind: { SalesOrderNo: '0009001' } }))).status,
    ).to.equal(200)
    const expected = [
      ['000001', '1001-HON-H252', '300.00'],
      ['000003', '2480-8-50', '12.45'],
    ]
    expect(await linesOf('0009001')).to.deep.equal(expected)
    await rig.soap('UpdateSalesOrder', order('', { behind: { SalesOrderNo: '0009001' } }))
    expect(await linesOf('0009001')).to.deep.equal(expected)
    const strange = order(line({ LineKey: '000009' }), { behind: { SalesOrderNo: '0009001' } })
    expect(faultOf(await rig.soap('UpdateSalesOrder', strange))).to.match(/^500 CI_NoKey: Line 000009/)
  })

  it('stamps the head when a line changes, as both paths show', async () => {
    await rig.soap('CreateSalesOrder', order(DESK, { behind: { SalesOrderNo: '0009001' } }))
    await rig.at.clock({ now: '2026-12-01T18:00:00Z' })
    await rig.soap('UpdateSalesOrder', order(COMMENT, { behind: { SalesOrderNo: '0009001' } }))
    expect(await get('0009001')).to.include({ DateTimeUpdated: '2026-12-01T12:00:00' })
    const [newest] = (await rig.rows('sales-orders?updatedDate=20261201&include=lines')).slice(-1)
    expect([newest?.key, newest?.Lines.map(it => it['CommentText'])]).to.deep.equal(['0009001', ['Ring twice']])
  })

  it('deletes one, but not while somebody holds it', async () => {
    const [first] = await rig.at.records('SO_SalesOrder')
    const key = String(first?.['key'])
    await rig.at.knobs({ locks: [`SO_SalesOrder:${key}`] })
    expect(faultOf(await rig.soap('DeleteSalesOrder', NUMBER(key)))).to.match(/in use/)
    await rig.at.knobs({ locks: [] })
    expect((await rig.soap('DeleteSalesOrder', NUMBER(key))).status).to.equal(200)
    expect((await rig.agent(`companies/ABC/sales-orders/${key}`)).status).to.equal(404)
  })
})
