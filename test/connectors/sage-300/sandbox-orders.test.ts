import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { codes, type Entry, openRig, order, type Rig, refusal } from './sandbox.support.ts'

describe('Sage 300 sandbox: orders and invoices', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({}, 20)
    await rig.at.clock({ now: '2026-03-02T10:00:00Z' })
  })
  afterEach(() => rig.close())

  const post = (body: JsonObject) => rig.call('POST', 'OE/OEOrders', { body })
  const lines = (...OrderDetails: JsonObject[]) => order({ OrderDetails })
  const made = async (body: JsonObject): Promise<Entry> => {
    const answer = await post(body)
    if (answer.status !== 201) throw new Error(answer.text)
    return answer.body
  }
  const item = (more: JsonObject = {}): JsonObject => ({
    LineType: 'Item',
    Item: 'A1-105/0',
    QuantityOrdered: 2,
    ...more,
  })
  const lineOf = async (line: JsonObject): Promise<Entry> => {
    const [first] = (await made(lines(line))).OrderDetails
    if (!first) throw new Error('the order has no line')
    return first
  }

  it('numbers orders and lines, and fills in customer, prices, tax and totals', async () => {
    const body = await made({
      CustomerNumber: '1400',
      OrderDate: '2024-03-04',
      PurchaseOrderNumber: 'PO-7781',
      OrderReference: 'ZCRM-5512',
      OrderDescription: 'Zoho deal 5512',
      OrderDetails: [
        { LineType: 'Item', Item: 'A1-105/0', Location: '1', QuantityOrdered: 8 },
        { LineType: 'Item', Item: 'A11030', QuantityOrdered: 2, PriceOverride: true, PricingUnitPrice: 12.5 },
        { LineType: 'Miscellaneous', MiscellaneousChargesCode: 'HC', ExtendedAmount: 20.25 },
      ],
    })
    expect(body).to.include({
      OrderUniquifier: 2417016,
      OrderNumber: 'ORD000000000016',
      OrderDate: '2024-03-04T00:00:00Z',
      OrderFiscalPeriod: 'Num3',
      OrderType: 'Active',
      OrderCompleted: 'IncompleteNotIncluded',
      BillToName: 'Mr. Ronald Black',
      TermsCode: 'N30',
      TaxGroup: 'BCTAX',
      OnHold: false,
      NumberOfLinesOnOrder: 3,
    })
    expect(body.OrderDetails.map(it => [it['LineNumber'], it['Item'], it['UnformattedItemNumber']])).to.deep.equal([
      [32, 'A1-105/0', 'A11050'],
      [64, 'A1-103/0', 'A11030'],
      [96, '', ''],
    ])
    const list = Number(body.OrderDetails[0]?.['PricingUnitPrice'])
    const subtotal = Math.round(list * 800 + 2500 + 2025) / 100
    const tax = [list * 8, 25, 20.25].reduce((sum, it) => sum + Math.round(it * 12), 0) / 100
    expect(body).to.include({ OrderSubtotalAmount: subtotal, TotalTaxAmount: tax })
    expect(body['OrderTotal']).to.be.closeTo(subtotal + tax, 0.001)
    const next = await made(order())
    expect([next['OrderUniquifier'], next['OrderNumber'], next['OrderDate']]).to.deep.equal([
      2417017,
      'ORD000000000017',
      '2026-03-02T00:00:00Z',
    ])
  })

  it('is found by its reference, and is as doubled as it was posted', async () => {
    const found = () => rig.column("OE/OEOrders?$filter=OrderReference eq 'ZCRM-1'", 'OrderUniquifier')
    expect(await found()).to.deep.equal([])
    await made(order({ OrderReference: 'ZCRM-1' }))
    await made(order({ OrderReference: 'ZCRM-1' }))
    expect(await found()).to.deep.equal([2417016, 2417017])
  })

  it('refuses unknown or missing customers, items, charges, locations, terms, dates and lines', async () => {
    const refused: readonly (readonly [JsonObject, string])[] = [
      [{ OrderDetails: [item()] }, 'FieldInvalid'],
      [order({ CustomerNumber: 'NOBODY' }), 'FieldInvalid'],
      [{ CustomerNumber: '1400' }, 'General'],
      [order({ OrderDetails: [] }), 'General'],
      [lines(item({ Item: 'NOTHING' })), 'FieldInvalid'],
      [lines(item({ Item: 'a11050' })), 'FieldInvalid'],
      [lines(item({ Item: 'B2-001' })), 'FieldInvalid'],
      [lines(item({ Location: '99' })), 'FieldInvalid'],
      [lines(item({ QuantityOrdered: -1 })), 'FieldInvalid'],
      [lines(item({ QuantityShipped: 3 })), 'FieldInvalid'],
      [lines({ LineType: 'Item', QuantityOrdered: 1 }), 'FieldInvalid'],
      [lines({ LineType: 'Miscellaneous', ExtendedAmount: 5 }), 'FieldInvalid'],
      [lines({ LineType: 'Miscellaneous', MiscellaneousChargesCode: 'NO' }), 'FieldInvalid'],
      [order({ TermsCode: 'NONE' }), 'FieldInvalid'],
      [order({ ShipToLocationCode: 'NONE' }), 'FieldInvalid'],
      [order({ OrderDate: '2014-12-31' }), 'FieldInvalid'],
      [order({ OrderNumber: 'ORD000000000001' }), 'RecordDuplicate'],
    ]
    const answers = await Promise.all(refused.map(([body]) => post(body)))
    expect(codes(answers)).to.deep.equal(refused.map(([, code]) => [409, code]))
    expect(refusal(await post({ ...order(), DateLastMaintained: null }))).to.deep.equal([400, 'InvalidPayload'])
    expect(refusal(await post({ ...order(), Reference: 'x' }))).to.deep.equal([400, 'InvalidPayload'])
    expect((await rig.call('GET', 'OE/OEOrders')).body.value).to.have.length(15)
  })

  it('does not sell to an inactive customer, and puts the order of one on hold on hold', async () => {
    await rig.call('PATCH', "AR/ARCustomers('1400')", { body: { OnHold: 'Yes' } })
    expect((await made(order()))['OnHold']).to.equal(true)
    await rig.call('PATCH', "AR/ARCustomers('1400')", { body: { Status: 'Inactive' } })
    expect(refusal(await post(order()))).to.deep.equal([409, 'FieldInvalid'])
  })

  it('applies lines in their order: an item after a price resets the price', async () => {
    const list = (await lineOf(item()))['PricingUnitPrice']
    const own = { PriceOverride: true, PricingUnitPrice: 99.5 }
    expect(await lineOf(item(own))).to.include({ PricingUnitPrice: 99.5, ExtendedAmount: 199 })
    expect(await lineOf({ ...own, ...item() })).to.include({ PricingUnitPrice: list, PriceOverride: false })
    expect(await lineOf(item({ PricingUnitPrice: 99.5, PriceOverride: true }))).to.include({ PricingUnitPrice: list })
    expect(await lineOf({ ...item(), Location: '2' })).to.include({ Location: '2' })
    expect(await lineOf({ Location: '2', ...item() })).to.include({ Location: '1' })
    expect(refusal(await post(lines({ MiscellaneousChargesCode: 'HC', LineType: 'Miscellaneous' })))).to.deep.equal([
      409,
      'FieldInvalid',
    ])
    const billTo = { ...order(), BillToName: 'Own name' }
    expect((await made(billTo))['BillToName']).to.equal('Own name')
    expect((await made({ BillToName: 'Own name', ...order() }))['BillToName']).to.equal('Mr. Ronald Black')
  })

  it('sets nothing off by a value that is there already', async () => {
    const { OrderUniquifier } = await made({ ...order(), BillToName: 'Own name' })
    const put = { OrderUniquifier: Number(OrderUniquifier), CustomerNumber: '1400', OrderComment: 'x' }
    expect(await rig.at.put('OE/OEOrders', put)).to.include({ BillToName: 'Own name', OrderComment: 'x' })
    const other = { ...put, CustomerNumber: '1200' }
    expect((await rig.at.put('OE/OEOrders', other)) as JsonObject).to.not.include({ BillToName: 'Own name' })
  })

  it('keeps a price without an override only where the installation implies it', async () => {
    const list = (await lineOf(item()))['PricingUnitPrice']
    const priced = item({ PricingUnitPrice: 99.5 })
    expect(await lineOf(priced)).to.include({ PricingUnitPrice: list, PriceOverride: false })
    await rig.at.knobs({ priceOverride: 'implied' })
    expect(await lineOf(priced)).to.include({ PricingUnitPrice: 99.5, PriceOverride: true })
  })

  it('takes the address of a ship-to location', async () => {
    const [place] = (await rig.call('GET', "AR/ARShipToLocations?$filter=CustomerNumber eq '1200'")).body.value
    const body = await made(order({ CustomerNumber: '1200', ShipToLocationCode: 'WAREHS' }))
    expect([body['ShipToName'], body['ShipToCity']]).to.deep.equal([place?.['Description'], place?.['City']])
  })

  it('warns nobody of a purchase order number that is used twice, unless the customer is set up so', async () => {
    const twice = order({ PurchaseOrderNumber: 'PO-1' })
    await made(twice)
    await made(twice)
    await rig.call('PATCH', "AR/ARCustomers('1400')", { body: { CheckForDuplicatePOs: 'Error' } })
    expect(refusal(await post(twice))).to.deep.equal([409, 'General'])
  })

  it('ships and invoices at entry: quantities fall, the balance moves, DateLastMaintained does not', async () => {
    const before = (await rig.call('GET', "AR/ARCustomers('1400')")).body
    const body = await made({
      ...order({ OrderReference: 'ZCRM-9', InvoiceWillBeProduced: true }),
      OrderDetails: [item({ QuantityShipped: 2 })],
    })
    expect(body).to.include({ OrderCompleted: 'CompleteIncluded', NumberOfInvoices: 1, NumberOfShipments: 1 })
    expect(body.OrderDetails[0]).to.include({
      QuantityOrdered: 0,
      OriginalQuantityOrdered: 2,
      QuantityShippedtodate: 2,
      ExtendedOrderAmount: 0,
      DetailCompleted: 'Completed',
    })
    const [invoice] = (await rig.call('GET', "OE/OEInvoices?$filter=Reference eq 'ZCRM-9'")).body.value
    expect(invoice).to.include({
      InvoiceNumber: body['LastInvoiceNumber'],
      ShipmentNumber: body['LastShipmentNumber'],
      OrderNumber: body['OrderNumber'],
      BillTo: 'Mr. Ronald Black',
      InvoiceStatus: 'Documentshippednotcosted',
      InvoiceTotalWithTax: body['OrderTotal'],
      InvoiceDate: '2026-03-02T00:00:00Z',
    })
    expect(invoice?.InvoiceDetails[0]).to.include({ LineUniquifier: 32, Item: 'A1-105/0', QuantityShipped: 2 })
    const after = (await rig.call('GET', "AR/ARCustomers('1400')")).body
    expect(after['BalanceDueInCustomerCurrency']).to.equal(body['OrderTotal'])
    expect(after['DateLastMaintained']).to.equal(before['DateLastMaintained'])
    const part = await made(lines(item({ QuantityShipped: 1 })))
    expect(part).to.include({ OrderCompleted: 'IncompleteNotIncluded', NumberOfInvoices: 0 })
  })

  it('promises neither that uniquifiers ascend nor that a balance leaves DateLastMaintained alone', async () => {
    await rig.at.knobs({ uniquifiers: 'descending', balanceTouches: true })
    const shipped = { ...order({ InvoiceWillBeProduced: true }), OrderDetails: [item({ QuantityShipped: 2 })] }
    expect((await made(shipped))['OrderUniquifier']).to.equal(2417000)
    expect((await made(order()))['OrderUniquifier']).to.equal(2416999)
    const { body } = await rig.call('GET', "AR/ARCustomers('1400')?$select=DateLastMaintained")
    expect(body['DateLastMaintained']).to.equal('2026-03-02T00:00:00Z')
    await rig.at.knobs({ uniquifiers: 'ascending' })
    expect((await made(order()))['OrderUniquifier']).to.equal(2417016)
  })

  it('lets invoices reach receivables with day end only', async () => {
    await made({ ...order({ InvoiceWillBeProduced: true }), OrderDetails: [item({ QuantityShipped: 2 })] })
    expect((await rig.call('GET', 'AR/ARInvoiceBatches')).body.value).to.deep.equal([])
    for (const action of ['$process', "'$process'"]) {
      const { status, text } = await rig.call('POST', `IC/ICDayEndProcessing(${action})`)
      expect([status, text]).to.deep.equal([204, ''])
    }
    const [batch, ...others] = (await rig.call('GET', 'AR/ARInvoiceBatches')).body.value
    expect([batch?.['SourceApplication'], batch?.['NumberOfEntries'], others]).to.deep.equal(['OE', 1, []])
    expect(await rig.column("OE/OEInvoices?$filter=InvoiceStatus ne 'Documentcosted'", 'InvoiceNumber')).to.deep.equal(
      [],
    )
  })

  it('calls a duplicate what is none while day end runs, and only the text tells', async () => {
    await rig.at.knobs({ dayEnd: true })
    const answer = await post(order())
    expect(refusal(answer)).to.deep.equal([409, 'RecordDuplicate'])
    expect(answer.body.error.message.value).to.match(/Day End Processing/)
    expect((await rig.call('PATCH', "AR/ARCustomers('1400')", { body: { City: 'A' } })).status).to.equal(204)
    await rig.at.knobs({ dayEnd: false })
    expect((await post(order())).status).to.equal(201)
  })
})
