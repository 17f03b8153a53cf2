import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { bodyOf, openRig, type Rig, valueAt, valuesAt, wrap } from './sandbox.support.ts'

const enc = encodeURIComponent

describe('Acumatica sandbox: reading', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig({}, 30)
  })
  after(() => rig.close())
  afterEach(() => rig.control.knobs({ order: 'key', narrowSelect: 'keeps', timestampsIn: 'utc', visibleClasses: '' }))

  const keysOf = async (query: string) => valuesAt(await rig.get(`Customer?${query}`), 'CustomerID')

  it('wraps fields, shows an empty one as {}, and keeps system fields bare', async () => {
    const { CustomerID: id } = await rig.put('Customer', wrap({ CustomerName: 'Plain' }))
    const [record = {}] = await rig.get(`Customer/${String((id as JsonObject)['value'])}`)
    expect(record).to.include.keys('id', 'rowNumber', 'note', 'custom', '_links')
    expect(record).to.deep.include({
      rowNumber: 1,
      note: { value: '' },
      custom: {},
      CustomerName: { value: 'Plain' },
      AccountRef: {},
      Status: { value: 'Active' },
      EnableCurrencyOverride: { value: false },
    })
    const self = `/AcumaticaERP/entity/Default/24.200.001/Customer/${String(record['id'])}`
    expect(record['_links']).to.include({ self })
    expect(record).to.not.have.any.keys('MainContact', 'Attributes', 'CreditVerificationRules')
  })

  it('shows a note as null where none was ever made', async () => {
    const notes = (await rig.get('Customer?$select=CustomerID')).map(it => it['note'])
    expect(notes).to.deep.include(null)
    expect(notes).to.deep.include({ value: '' })
  })

  it('prints decimals with all their places', async () => {
    await rig.put('Customer', wrap({ CustomerID: 'C000000001', CreditLimit: 7000 }))
    expect((await rig.call('GET', 'Customer/C000000001?$select=CreditLimit')).text).to.include('{"value":7000.0000}')
    const lines = await rig.call('GET', 'SalesInvoice?$top=1&$expand=Details')
    expect(lines.text).to.match(/"Qty":\{"value":\d+\.\d{8}\}/)
  })

  it('prints timestamps in UTC with trimmed milliseconds, and calendar dates at midnight', async () => {
    await rig.control.clock({ now: '2026-05-19T22:50:36.500Z' })
    await rig.control.put('Customer', { CustomerID: 'C000000001', CustomerName: 'Half a second' })
    const stampOf = async () => valueAt((await rig.get('Customer/C000000001'))[0], 'LastModifiedDateTime')
    expect(await stampOf()).to.equal('2026-05-19T22:50:36.5+00:00')
    await rig.control.clock({ now: '2026-05-19T22:50:36.000Z' })
    await rig.control.put('Customer', { CustomerID: 'C000000001', CustomerName: 'Whole second' })
    expect(await stampOf()).to.equal('2026-05-19T22:50:36+00:00')
    // SQL Server keeps steps of 1/300 s
    await rig.control.clock({ now: '2026-05-19T22:50:36.838Z' })
    await rig.control.put('Customer', { CustomerID: 'C000000001', CustomerName: 'A step' })
    expect(await stampOf()).to.equal('2026-05-19T22:50:36.837+00:00')
    await rig.control.knobs({ timestampsIn: 'tenant' })
    expect(await stampOf()).to.equal('2026-05-19T18:50:36.837-04:00')
    await rig.control.clock({ now: null })
    const [invoice] = await rig.get('SalesInvoice?$top=1&$select=Date')
    expect(valueAt(invoice, 'Date')).to.match(/^\d{4}-\d\d-\d\dT00:00:00\+00:00$/)
  })

  it('shows linked entities and details only when each level is expanded', async () => {
    const [one = {}] = await rig.get('Customer?$top=1&$expand=MainContact')
    expect(one['MainContact']).to.have.property('Email')
    expect(one['MainContact']).to.not.have.property('Address')
    const [two = {}] = await rig.get('Customer?$top=1&$expand=MainContact,MainContact/Address')
    expect(valueAt(two, 'MainContact/Address/Country')).to.equal('US')
    const [three = {}] = await rig.get('SalesInvoice?$top=1&$expand=Details')
    expect(three['Details']).to.be.an('array').and.not.empty
  })

  it('shows the main contact for billing and shipping until they are overridden', async () => {
    const path = 'Customer/C000000002?$expand=MainContact,BillingContact'
    const emails = async () => {
      const [it] = await rig.get(path)
      return [valueAt(it, 'MainContact/Email'), valueAt(it, 'BillingContact/Email')]
    }
    const [main] = await emails()
    expect(await emails()).to.deep.equal([main, main])
    const bill = wrap({ CustomerID: 'C000000002', BillingContact: { Email: 'bills@x.example' } })
    await rig.put('Customer', bill)
    expect(await emails()).to.deep.equal([main, main])
    const override = wrap({ CustomerID: 'C000000002', BillingContactOverride: true })
    await rig.put('Customer', override)
    expect(await emails()).to.deep.equal([main, main])
    await rig.put('Customer', bill)
    expect(await emails()).to.deep.equal([main, 'bills@x.example'])
    await rig.put('Customer', { ...override, BillingContactOverride: { value: false } })
    expect(await emails()).to.deep.equal([main, main])
    await rig.put('Customer', override)
    expect(await emails()).to.deep.equal([main, main])
  })

  it('selects fields, nested ones only below what is expanded, and always id and links', async () => {
    const [one = {}] = await rig.get('Customer?$top=1&$select=CustomerID,MainContact/Email&$expand=MainContact')
    expect(Object.keys(one).sort()).to.deep.equal([
      'CustomerID',
      'MainContact',
      '_links',
      'custom',
      'id',
      'note',
      'rowNumber',
    ])
    expect(one['MainContact']).to.have.keys('id', 'rowNumber', 'note', 'Email', 'custom')
    const [two = {}] = await rig.get('Customer?$top=1&$select=CustomerID,MainContact/Email')
    expect(two).to.not.have.property('MainContact')
    await rig.control.knobs({ narrowSelect: 'drops' })
    const [three = {}] = await rig.get('Customer?$top=1&$select=CustomerID')
    expect(three).to.have.keys('id', 'CustomerID', '_links')
  })

  it('returns the fields of a filter beyond the selection', async () => {
    const query = `$select=Type,ReferenceNbr&$filter=${enc("Status eq 'Open'")}&$top=1`
    expect(valuesAt(await rig.get(`SalesInvoice?${query}`), 'Status')).to.deep.equal(['Open'])
  })

  it('answers 500 to an unknown name in $select, $expand and $custom', async () => {
    for (const query of [
      '$select=Nope',
      '$select=MainContact/Nope&$expand=MainContact',
      '$expand=Nope',
      '$custom=A.B',
    ]) {
      const answer = await rig.call('GET', `Customer?${query}`)
      expect([answer.status, bodyOf(answer)['exceptionType']], query).to.deep.equal([
        500,
        'System.Collections.Generic.KeyNotFoundException',
      ])
    }
    expect((await rig.callIn('20.200.001', 'GET', 'Customer?$select=CreditLimit')).status).to.equal(500)
  })

  it('fills custom fields when they are asked for', async () => {
    const custom = { CurrentCustomer: { UsrCrmID: { type: 'CustomStringField', value: '4711' } } }
    await rig.put('Customer', { CustomerID: { value: 'C000000004' }, custom })
    const [one = {}] = await rig.get('Customer/C000000004?$custom=CurrentCustomer.UsrCrmID')
    expect(one['custom']).to.deep.equal(custom)
    const filter = enc("cf.String(f='CurrentCustomer.UsrCrmID') eq '4711'")
    expect(await keysOf(`$filter=${filter}`)).to.deep.equal(['C000000004'])
    expect((await rig.get('Customer/C000000004'))[0]?.['custom']).to.deep.equal({})
  })

  it('skips before it tops, numbers rows from one, and ends with a short page', async () => {
    const all = await keysOf('')
    expect(await keysOf('$top=3&$skip=2')).to.deep.equal(all.slice(2, 5))
    const page = await rig.get(`Customer?$top=10&$skip=${all.length - 4}`)
    expect(page.map(it => it['rowNumber'])).to.deep.equal([1, 2, 3, 4])
    expect(await rig.get(`Customer?$top=10&$skip=${all.length}`)).to.deep.equal([])
    expect((await rig.call('GET', 'Customer?$top=x')).status).to.equal(400)
  })

  it('orders by key when left alone, else stably in disorder, or differently every time', async () => {
    const all = await keysOf('')
    expect(all).to.deep.equal([...all].sort())
    await rig.control.knobs({ order: 'shuffled' })
    const shuffled = await keysOf('')
    expect(shuffled).to.not.deep.equal(all)
    expect([...shuffled].sort()).to.deep.equal(all)
    expect(await keysOf('$top=5&$skip=5')).to.deep.equal(shuffled.slice(5, 10))
    await rig.control.knobs({ order: 'random' })
    expect(await keysOf('')).to.not.deep.equal(await keysOf(''))
  })

  it('ignores $orderby and $count, and sends no next link', async () => {
    const answer = await rig.call('GET', 'Customer?$orderby=CustomerName&$count=true&$top=2')
    expect(answer.text.startsWith('[')).to.equal(true)
    expect(answer.headers.get('etag')).to.equal(null)
  })

  it('answers 500 to a record that is not there, by key and by id', async () => {
    for (const path of [
      'Customer/NOPE',
      'Customer/00000000-0000-0000-0000-000000000000',
      'SalesInvoice/Invoice/NOPE',
    ]) {
      const answer = await rig.call('GET', path)
      expect([answer.status, bodyOf(answer)['exceptionType']], path).to.deep.equal([
        500,
        'PX.Api.ContractBased.NoEntitySatisfiesTheConditionException',
      ])
    }
  })

  it('reads one by its keys in order, in any case, or by its id', async () => {
    const [invoice = {}] = await rig.get('SalesInvoice?$top=1')
    const [type, number] = [valueAt(invoice, 'Type'), valueAt(invoice, 'ReferenceNbr')]
    const byKey = await rig.get(`SalesInvoice/${enc(String(type).toLowerCase())}/${String(number).toLowerCase()}`)
    expect(byKey[0]?.['id']).to.equal(invoice['id'])
    expect(await rig.get(`SalesInvoice/${String(invoice['id'])}`)).to.deep.equal(byKey)
    for (const key of ['00042', '1E5', "O'BRIEN", 'A&B-CO', 'ACME EU', 'MÜLLER'])
      expect(valuesAt(await rig.get(`Customer/${enc(key)}`), 'CustomerID')).to.deep.equal([key])
  })

  it('shows one document as SalesInvoice and as Invoice, under other names', async () => {
    const [sales = {}] = await rig.get('SalesInvoice?$top=1&$expand=Details')
    const key = `${enc(String(valueAt(sales, 'Type')))}/${String(valueAt(sales, 'ReferenceNbr'))}`
    const [invoice = {}] = await rig.get(`Invoice/${key}?$expand=Details`)
    expect(valueAt(invoice, 'Customer')).to.equal(valueAt(sales, 'CustomerID'))
    expect(invoice).to.not.have.any.keys('CustomerID', 'Currency')
    const first = (it: JsonObject) => (it['Details'] as readonly JsonObject[])[0]
    expect(valueAt(first(invoice), 'TransactionDescription')).to.equal(valueAt(first(sales), 'TransactionDescr'))
  })

  it('cannot list what a delegate computes, says which fields, and reads them one by one', async () => {
    const answer = await rig.call('GET', 'Payment?$expand=ApplicationHistory')
    const error = bodyOf(answer)
    expect(answer.status).to.equal(500)
    expect(error['exceptionMessage']).to.match(
      /^Optimization cannot be performed\.The following fields cause the error:\r\nApplicationHistory\.\w+: View ApplicationHistory has BQL delegate/,
    )
    const [payment = {}] = await rig.get('Payment?$top=1')
    expect((await rig.get(`Payment/${String(payment['id'])}?$expand=ApplicationHistory`))[0]).to.have.property(
      'ApplicationHistory',
    )
    await rig.control.knobs({ delegates: 'Customer.CreditLimit' })
    expect((await rig.call('GET', 'Customer?$top=1')).status).to.equal(500)
    expect((await rig.call('GET', 'Customer?$top=1&$select=CustomerID')).status).to.equal(200)
    await rig.control.knobs({ delegates: 'Payment.ApplicationHistory' })
  })

  it('hides rows of restricted classes with 200 and fewer rows, and one by one as if they were not there', async () => {
    const all = await rig.get('Customer?$select=CustomerID,CustomerClass')
    await rig.control.knobs({ visibleClasses: 'KEY' })
    const seen = await rig.get('Customer?$select=CustomerID,CustomerClass')
    expect(new Set(valuesAt(seen, 'CustomerClass'))).to.deep.equal(new Set(['KEY']))
    expect(seen.length).to.be.below(all.length)
    const hidden = all.find(it => valueAt(it, 'CustomerClass') !== 'KEY')
    expect((await rig.call('GET', `Customer/${String(hidden?.['id'])}`)).status).to.equal(500)
  })

  it('keeps the change time of order lines as a text', async () => {
    const [order = {}] = await rig.get('SalesOrder?$top=1&$expand=Details')
    const [line] = order['Details'] as readonly JsonObject[]
    expect(valueAt(line, 'LastModifiedDate')).to.match(/^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/)
    expect(order).to.have.property('LastModified')
    expect(order).to.not.have.property('LastModifiedDateTime')
  })
})
