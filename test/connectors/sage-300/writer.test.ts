import { expect } from 'chai'
import { bodyOf } from '../../../connectors/sage-300/body.ts'
import { CUSTOMER } from '../../../connectors/sage-300/entities/customer.ts'
import { ORDER } from '../../../connectors/sage-300/entities/order.ts'
import { errorOf, type Opened, open, order, refusedWith, writtenAs } from './open.ts'

const ORDERS = 'OE/OEOrders'
const CUSTOMERS = 'AR/ARCustomers'

describe('a body for sage-300', () => {
  it('has key and group first, and details last, whatever the order of the mapping', () => {
    const body = bodyOf(CUSTOMER, {
      CustomerOptionalFieldValues: [{ Value: 'x', OptionalField: 'CRMID' }],
      Email: 'a@b.example',
      Terms: 'N10',
      GroupCode: 'WHL',
      CustomerNumber: 'A',
    })
    expect(Object.keys(body)).to.deep.equal([
      'CustomerNumber',
      'GroupCode',
      'Terms',
      'Email',
      'CustomerOptionalFieldValues',
    ])
  })

  it('has the item of a line before quantity and price, and says that a price is meant', () => {
    const line = { PricingUnitPrice: 12.5, QuantityOrdered: 2, Location: '1', Item: 'A1', LineType: 'Item' }
    const body = bodyOf(ORDER, { OrderDetails: [line], CustomerNumber: '1400' })
    expect(JSON.stringify(body)).to.equal(
      '{"CustomerNumber":"1400","OrderDetails":[{"LineType":"Item","Item":"A1","Location":"1","QuantityOrdered":2,"PriceOverride":true,"PricingUnitPrice":12.5}]}',
    )
  })

  it('spells nothing as an empty text, and a time as its day', () => {
    expect(bodyOf(CUSTOMER, { City: null, StartDate: '2026-03-04T22:00:00Z', Country: 'CA' })).to.deep.equal({
      City: '',
      StartDate: '2026-03-04',
      Country: 'CA',
    })
  })

  for (const [what, fields, code, field] of [
    ['a text that would be cut', { City: 'x'.repeat(31) }, 'SAGE300_TEXT_TOO_LONG', 'City'],
    [
      'a field that Sage 300 sets itself',
      { DateLastMaintained: '2026-01-01' },
      'SAGE300_FIELD_READ_ONLY',
      'DateLastMaintained',
    ],
  ] as const)
    it(`is refused with ${what}`, async () => {
      const error = await errorOf(async () => bodyOf(CUSTOMER, fields))
      expect([error.kind, error.code, error.field]).to.deep.equal(['record', code, field])
    })

  it('is refused with a text of a line that would be cut', async () => {
    const error = await errorOf(async () => bodyOf(ORDER, { OrderDetails: [{ Description: 'x'.repeat(61) }] }))
    expect(error.field).to.equal('OrderDetails.Description')
  })
})

describe('an order in sage-300', () => {
  let erp: Opened
  beforeEach(async () => {
    erp = await open()
  })
  afterEach(() => erp.close())

  const orders = async () => (await erp.at.records(ORDERS)).filter(it => it['OrderReference'] === 'ZCRM-5512')

  it('is made with its lines at the prices of the deal, and found by its reference', async () => {
    const OrderDetails = [
      { PricingUnitPrice: 12.5, QuantityOrdered: 2, Item: 'A1-105/0' },
      { LineType: 'Miscellaneous', ExtendedAmount: 20.25, MiscellaneousChargesCode: 'HC' },
    ]
    const key = writtenAs(await erp.create(ORDERS, order({ OrderDetails })))
    const [found] = await erp.connection.find(ORDERS, { field: 'OrderReference', values: ['ZCRM-5512'], select: 'all' })
    expect(found?.sinkKey).to.equal(key)
    expect(found?.fields).to.include({ CustomerNumber: '1400', OrderItemTotalAmount: 25, OrderSubtotalAmount: 45.25 })
  })

  for (const createdStatus of ['200', '201'])
    it(`is taken for made with status ${createdStatus}`, async () => {
      await erp.at.knobs({ createdStatus })
      writtenAs(await erp.create(ORDERS, order()))
    })

  for (const action of ['cutAfter', 'cutMid', 'truncate', 'cutBefore'] as const)
    it(`whose answer is lost (${action}) is uncertain, and sent no second time`, async () => {
      await erp.at.fault({ action })
      const error = await errorOf(() => erp.create(ORDERS, order()))
      expect([error.kind, erp.calls.length]).to.deep.equal(['uncertain', 1])
      expect(await orders()).to.have.length(action === 'cutBefore' ? 0 : 1)
    })

  it('with a number of its own cannot be made twice, even when nobody looks first', async () => {
    const own = order({ OrderNumber: 'ZCRM-5512' })
    await erp.at.fault({ action: 'cutAfter' })
    expect((await errorOf(() => erp.create(ORDERS, own))).kind).to.equal('uncertain')
    expect(refusedWith(await erp.create(ORDERS, own)).code).to.equal('SAGE300_RECORD_EXISTS')
    expect(await orders()).to.have.length(1)
  })

  it('is made once of two records of one batch that have the same reference', async () => {
    const records = ['a', 'b'].map(ref => ({ ref, fields: order() }))
    const answers = await erp.connection.write(ORDERS, {
      operation: 'create',
      match: 'OrderReference',
      options: {},
      records,
    })
    expect(answers.map(it => (it.is === 'refused' ? it.error.code : it.is))).to.deep.equal([
      'written',
      'SAGE300_MATCH_TWICE',
    ])
    expect(await orders()).to.have.length(1)
  })

  it('whose price was not taken is told, by line and field', async () => {
    const line = { Item: 'A1-105/0', QuantityOrdered: 2, PriceOverride: false, PricingUnitPrice: 0.01 }
    const error = refusedWith(await erp.create(ORDERS, order({ OrderDetails: [line] })))
    expect([error.kind, error.code, error.field]).to.deep.equal([
      'record',
      'SAGE300_VALUES_NOT_TAKEN',
      'OrderDetails[0].PricingUnitPrice',
    ])
  })

  it('that ships at once keeps its quantities', async () => {
    const line = { Item: 'A1-105/0', QuantityOrdered: 2, QuantityShipped: 2 }
    writtenAs(await erp.create(ORDERS, order({ OrderDetails: [line], InvoiceWillBeProduced: true })))
  })

  for (const [what, more] of [
    ['an unknown item', { OrderDetails: [{ Item: 'NONE', QuantityOrdered: 1 }] }],
    ['an unknown customer', { CustomerNumber: 'NOBODY' }],
    ['a day outside the fiscal calendar', { OrderDate: '1999-01-01' }],
  ] as const)
    it(`with ${what} is refused in the words of Sage 300`, async () => {
      const error = refusedWith(await erp.create(ORDERS, order(more)))
      expect([error.kind, error.code]).to.deep.equal(['record', 'SAGE300_FIELD_INVALID'])
      expect(error.said).to.be.a('string').and.not.equal('')
      expect(await orders()).to.deep.equal([])
    })

  it('is neither changed nor deleted over this API', () => {
    expect([ORDER.operations, CUSTOMER.operations]).to.deep.equal([['create'], ['create', 'update']])
  })
})

describe('a customer in sage-300', () => {
  let erp: Opened
  beforeEach(async () => {
    erp = await open()
  })
  afterEach(() => erp.close())

  const held = async (key: string) => (await erp.at.records(CUSTOMERS)).find(it => it['CustomerNumber'] === key)

  it('keeps what the mapping says over what its group brings, and everything that an update does not name', async () => {
    const fields = { Terms: 'N10', City: 'Leeds', CustomerName: 'Bolt', GroupCode: 'WHL', CustomerNumber: 'BOLT' }
    expect(writtenAs(await erp.create(CUSTOMERS, fields))).to.equal('BOLT')
    expect(await held('BOLT')).to.include({ Terms: 'N10', AccountSet: 'CAD', City: 'Leeds' })
    writtenAs(await erp.update(CUSTOMERS, 'BOLT', { City: null, CustomerNumber: 'BOLT' }))
    expect(await held('BOLT')).to.include({ Terms: 'N10', City: '', CustomerName: 'Bolt' })
  })

  for (const key of ["O'HARA", 'A&B', '50%', '0070', '2E5', 'a b', 'é+', '#1', 'x?y'])
    it(`with the key ${key} is made, changed and found as that one`, async () => {
      writtenAs(await erp.create(CUSTOMERS, { CustomerNumber: key, GroupCode: 'WHL' }))
      writtenAs(await erp.update(CUSTOMERS, key, { City: 'Leeds' }))
      expect((await held(key))?.['City']).to.equal('Leeds')
    })

  it('whose key has a slash cannot be changed, which is said before anything is sent', async () => {
    const error = refusedWith(await erp.update(CUSTOMERS, 'A/B', { City: 'Leeds' }))
    expect([error.kind, error.code, erp.calls]).to.deep.equal(['record', 'SAGE300_KEY_UNUSABLE', []])
  })

  it('without a key is not changed', async () => {
    const batch = { operation: 'update', options: {}, records: [{ ref: 'r', fields: { City: 'Leeds' } }] } as const
    const [answer] = await erp.connection.write(CUSTOMERS, batch)
    expect(answer?.is === 'refused' && answer.error.code).to.equal('SAGE300_KEY_UNKNOWN')
  })

  it('that is gone is refused, and not made', async () => {
    expect(refusedWith(await erp.update(CUSTOMERS, 'GONE', { City: 'x' })).code).to.equal('SAGE300_RECORD_MISSING')
    expect(await held('GONE')).to.equal(undefined)
  })

  it('whose key is folded is answered by the key that it has, and the log says so', async () => {
    await erp.at.knobs({ keyCase: 'upper' })
    expect(writtenAs(await erp.create(CUSTOMERS, { CustomerNumber: 'bolt', GroupCode: 'WHL' }))).to.equal('BOLT')
    expect(erp.logged.filter(it => it.includes('another key'))).to.have.length(1)
  })

  it('that a person made is left as it was', async () => {
    const before = await held('1400')
    const error = refusedWith(await erp.create(CUSTOMERS, { CustomerNumber: '1400', GroupCode: 'WHL', City: 'Leeds' }))
    expect(error.code).to.equal('SAGE300_RECORD_EXISTS')
    expect(await held('1400')).to.deep.equal(before)
  })

  it('is changed once and for all, though an answer is lost', async () => {
    await erp.at.fault({ action: 'cutAfter' })
    writtenAs(await erp.update(CUSTOMERS, '1400', { City: 'Leeds' }))
    expect([(await held('1400'))?.['City'], erp.calls.length]).to.deep.equal(['Leeds', 2])
  })
})
