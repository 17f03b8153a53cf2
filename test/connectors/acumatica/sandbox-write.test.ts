import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { bodyOf, openRig, type Rig, valueAt, wrap } from './sandbox.support.ts'

describe('Acumatica sandbox: writing', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
  })
  afterEach(() => rig.close())

  const count = async (entity = 'Customer') => (await rig.control.records(entity)).length
  const put = (body: JsonObject, headers: Readonly<Record<string, string>> = {}, query = '') =>
    rig.call('PUT', `Customer${query}`, { body, headers })

  it('numbers a new customer whatever key was sent, and makes another one of the same body', async () => {
    const body = wrap({ CustomerID: 'MINE', CustomerName: 'Twice & for all' })
    const [one, two] = [await rig.put('Customer', body), await rig.put('Customer', body)]
    expect([valueAt(one, 'CustomerID'), valueAt(two, 'CustomerID')]).to.deep.equal(['C000000013', 'C000000014'])
    expect((await put(body, { 'if-none-match': '*' })).status).to.equal(200)
    expect(await count()).to.equal(15)
  })

  it('keeps the key with numbering by hand, in capitals, and then updates', async () => {
    await rig.control.knobs({ customerNumbering: 'manual' })
    const one = await rig.put('Customer', wrap({ CustomerID: 'Cust01', CustomerName: 'First' }))
    expect(valueAt(one, 'CustomerID')).to.equal('CUST01')
    const two = await rig.put('Customer', wrap({ CustomerID: 'cust01', CustomerName: 'Second' }))
    expect([two['id'], valueAt(two, 'CustomerName')]).to.deep.equal([one['id'], 'Second'])
    expect(await count()).to.equal(13)
  })

  it('updates what is found by key, id or $filter, always with 200 and the whole record', async () => {
    const [held = {}] = await rig.get('Customer/C000000001')
    const stored = await rig.put('Customer', wrap({ CustomerID: 'c000000001', CustomerName: 'By key' }))
    expect(stored['id']).to.equal(held['id'])
    expect(stored).to.include.keys('Terms', 'Status', 'LastModifiedDateTime').and.not.have.property('MainContact')
    await rig.put('Customer', { id: held['id'] ?? '', CustomerName: { value: 'By id' } })
    await rig.put(
      `Customer?$filter=${encodeURIComponent("CustomerName eq 'By id'")}`,
      wrap({ AccountRef: 'by-filter' }),
    )
    const [after] = await rig.get('Customer/C000000001')
    expect([valueAt(after, 'CustomerName'), valueAt(after, 'AccountRef')]).to.deep.equal(['By id', 'by-filter'])
    expect(await count()).to.equal(12)
    expect(
      (await put(wrap({ AccountRef: 'all' }), {}, `?$filter=${encodeURIComponent("CustomerName ne 'x'")}`)).status,
    ).to.equal(500)
  })

  it('never changes a key', async () => {
    const [held = {}] = await rig.get('Customer/C000000001')
    const stored = await rig.put('Customer', {
      id: held['id'] ?? '',
      ...wrap({ CustomerID: 'OTHER', CustomerName: 'Same' }),
    })
    expect([valueAt(stored, 'CustomerID'), valueAt(stored, 'CustomerName')]).to.deep.equal(['C000000001', 'Same'])
  })

  it('keeps If-Match and If-None-Match', async () => {
    const held = wrap({ CustomerID: 'C000000001', CustomerName: 'Held' })
    expect((await put(held, { 'if-none-match': '*' })).status).to.equal(412)
    expect((await put(held, { 'if-match': '*' })).status).to.equal(200)
    expect((await put(wrap({ CustomerID: 'NOBODY', CustomerName: 'New' }), { 'if-match': '*' })).status).to.equal(412)
    expect(await count()).to.equal(12)
  })

  it('patches only what is there', async () => {
    const patch = (body: JsonObject, headers = {}) => rig.call('PATCH', 'Customer', { body, headers })
    const held = wrap({ CustomerID: 'C000000001', CustomerName: 'Patched' })
    expect((await patch(held)).status).to.equal(200)
    expect((await patch(wrap({ CustomerID: 'NOBODY', CustomerName: 'New' }))).status).to.equal(404)
    expect((await patch(held, { 'if-none-match': '*' })).status).to.equal(412)
  })

  it('ignores unknown and computed fields without a word', async () => {
    const stored = await rig.put(
      'Customer',
      wrap({ CustomerID: 'C000000001', Phone: '1', BAccountID: 5, LastModifiedDateTime: '2000-01-01T00:00:00Z' }),
    )
    expect(stored).to.not.have.property('Phone')
    expect(valueAt(stored, 'BAccountID')).to.equal(7000)
    expect(valueAt(stored, 'LastModifiedDateTime')).to.not.match(/^2000/)
    const order = wrap({
      OrderType: 'SO',
      CustomerID: 'C000000001',
      OrderTotal: 99,
      Details: [{ InventoryID: 'PART-000001', Quantity: 5 }],
    })
    const saved = await rig.put('SalesOrder?$expand=Details', order)
    const [line] = saved['Details'] as readonly JsonObject[]
    expect([valueAt(line, 'OrderQty'), valueAt(saved, 'OrderTotal')]).to.deep.equal([0, 0])
  })

  it('drops a known field when told to, with 200', async () => {
    await rig.control.knobs({ droppedFields: 'Customer.AccountRef' })
    const stored = await rig.put(
      'Customer',
      wrap({ CustomerID: 'C000000001', AccountRef: 'lost', CustomerName: 'Kept' }),
    )
    expect([valueAt(stored, 'AccountRef'), valueAt(stored, 'CustomerName')]).to.deep.equal([undefined, 'Kept'])
  })

  it('gives what the class gives, and Active at the Primary Location', async () => {
    const stored = await rig.put('Customer?$expand=MainContact,MainContact/Address', wrap({ CustomerName: 'Plain' }))
    const fields = ['CustomerClass', 'Terms', 'CurrencyID', 'StatementCycleID', 'TaxZone', 'Status', 'LocationName']
    expect(fields.map(it => valueAt(stored, it))).to.deep.equal([
      'DEFAULT',
      '30D',
      'USD',
      'EOM',
      'EXEMPT',
      'Active',
      'Primary Location',
    ])
    expect(valueAt(stored, 'MainContact/Address/Country')).to.equal('US')
    const key = await rig.put('Customer', wrap({ CustomerName: 'Key', CustomerClass: 'KEY', Terms: 'COD' }))
    expect([valueAt(key, 'Terms'), valueAt(key, 'CreditLimit')]).to.deep.equal(['COD', 50_000])
  })

  it('answers 422 with the record and its errors beside the fields, nested ones too, and saves nothing', async () => {
    const body = wrap({
      CustomerName: 'Northwind',
      CustomerClass: 'NOPE',
      Status: 'Asleep',
      MainContact: { Email: 'a@b.c', Address: { Country: 'XX' } },
      Attributes: [
        { AttributeID: 'CRMID', Value: '1' },
        { AttributeID: 'NOPE', Value: '2' },
      ],
    })
    const answer = await put(body)
    const said = bodyOf(answer)
    expect(answer.status).to.equal(422)
    expect(said).to.deep.include({
      rowNumber: 1,
      error: "Inserting  'Customer' record raised at least one error. Please review the errors.",
      CustomerName: { value: 'Northwind' },
      CustomerClass: { value: 'NOPE', error: "'Customer Class' cannot be found in the system." },
    })
    expect(said).to.have.nested.property('Status.error')
    expect(said).to.have.nested.property('MainContact.Address.Country.error')
    expect(said).to.have.nested.property('Attributes[1].AttributeID.error')
    expect(said).to.not.have.nested.property('Attributes[0].AttributeID.error')
    expect(await count()).to.equal(12)
  })

  for (const [what, fields, field] of [
    ['no name', { CustomerClass: 'KEY' }, 'CustomerName'],
    ['no tax zone where the class asks for one', { CustomerName: 'X', CustomerClass: 'TAXED' }, 'TaxZone'],
    ['a text that is too long', { CustomerName: 'x'.repeat(256) }, 'CustomerName'],
    ['a parent that does not exist', { CustomerName: 'X', ParentRecord: 'NOBODY' }, 'ParentRecord'],
  ] as const)
    it(`refuses ${what}, and uses up no number`, async () => {
      const answer = await put(wrap(fields))
      expect([answer.status, typeof (bodyOf(answer)[field] as JsonObject)['error']]).to.deep.equal([422, 'string'])
      expect(valueAt(await rig.put('Customer', wrap({ CustomerName: 'Next' })), 'CustomerID')).to.equal('C000000013')
    })

  it('answers 400 to an empty body, to none that is JSON, and to a value of another type', async () => {
    const empty = await rig.call('PUT', 'Customer', { body: '' })
    expect([empty.status, bodyOf(empty)]).to.deep.equal([
      400,
      { message: 'The request is invalid.', modelState: { '': ['The request body should not be empty.'] } },
    ])
    for (const body of [
      '{',
      '[]',
      '{"CustomerName":"bare"}',
      '{"CustomerName":{"value":5}}',
      '{"CreditLimit":{"value":"5"}}',
    ])
      expect((await rig.call('PUT', 'Customer', { body })).status, body).to.equal(400)
    expect(await count()).to.equal(12)
  })

  it('echoes the selection and the fields that were sent, nested ones too', async () => {
    const stored = await rig.put(
      'Customer?$select=CustomerID,LastModifiedDateTime',
      wrap({ CustomerName: 'Echo', MainContact: { Email: 'e@x.example' } }),
    )
    const names = Object.keys(stored).filter(it => /^[A-Z]/.test(it))
    expect(names.sort()).to.deep.equal(['CustomerID', 'CustomerName', 'LastModifiedDateTime', 'MainContact'])
    expect(valueAt(stored, 'MainContact/Email')).to.equal('e@x.example')
  })

  it('clears a field with null, and leaves it with {}', async () => {
    const both = { CustomerID: { value: 'C000000001' } }
    await rig.put('Customer', wrap({ CustomerID: 'C000000001', AccountRef: 'a' }))
    expect(valueAt(await rig.put('Customer', { ...both, AccountRef: {} }), 'AccountRef')).to.equal('a')
    expect((await rig.put('Customer', { ...both, AccountRef: { value: null } }))['AccountRef']).to.deep.equal({})
  })

  it('moves the change time for what differs only', async () => {
    const body = wrap({ CustomerID: 'C000000001', CustomerName: 'Same' })
    const one = await rig.put('Customer', body)
    await rig.control.clock({ advanceMs: 60_000 })
    expect(valueAt(await rig.put('Customer', body), 'LastModifiedDateTime')).to.equal(
      valueAt(one, 'LastModifiedDateTime'),
    )
    const email = (to: string) => rig.put('Customer', wrap({ CustomerID: 'C000000001', MainContact: { Fax: to } }))
    const touched = await email('1')
    expect(valueAt(touched, 'LastModifiedDateTime')).to.not.equal(valueAt(one, 'LastModifiedDateTime'))
    await rig.control.knobs({ linkedEditsTouch: false })
    await rig.control.clock({ advanceMs: 60_000 })
    expect(valueAt(await email('2'), 'LastModifiedDateTime')).to.equal(valueAt(touched, 'LastModifiedDateTime'))
  })

  it('appends lines without an id, changes those with one, and removes what is marked', async () => {
    const linesOf = (order: JsonObject) =>
      (order['Details'] as readonly JsonObject[]).map(it => [valueAt(it, 'LineNbr'), valueAt(it, 'OrderQty')])
    const line = { InventoryID: 'PART-000001', OrderQty: 2, UnitPrice: 1.5 }
    const made = await rig.put(
      'SalesOrder?$expand=Details',
      wrap({ OrderType: 'SO', CustomerID: 'C000000001', Details: [line] }),
    )
    const key = { OrderType: 'SO', OrderNbr: String(valueAt(made, 'OrderNbr')) }
    const again = await rig.put('SalesOrder?$expand=Details', wrap({ ...key, Details: [line] }))
    expect(linesOf(again)).to.deep.equal([
      [1, 2],
      [2, 2],
    ])
    const [first = {}, second = {}] = again['Details'] as readonly JsonObject[]
    const changed = await rig.put('SalesOrder?$expand=Details', {
      ...wrap(key),
      Details: [
        { id: first['id'] ?? '', delete: true },
        { id: second['id'] ?? '', OrderQty: { value: 7 } },
      ],
    })
    expect([linesOf(changed), valueAt(changed, 'OrderTotal')]).to.deep.equal([[[2, 7]], 10.5])
    const bad = await rig.call('PUT', 'SalesOrder', { body: wrap({ ...key, Details: [{ InventoryID: 'NOPE' }] }) })
    expect(bad.status).to.equal(422)
    expect(bodyOf(bad)).to.have.nested.property('Details[0].InventoryID.error')
  })

  it('changes attributes by their key', async () => {
    const set = (Value: string) =>
      rig.put(
        'Customer?$expand=Attributes',
        wrap({ CustomerID: 'C000000001', Attributes: [{ AttributeID: 'CRMID', Value }] }),
      )
    await set('one')
    expect((await set('two'))['Attributes']).to.have.length(1)
  })

  it('deletes with 204, and not what has documents or is released', async () => {
    const made = await rig.put('Customer', wrap({ CustomerName: 'Short-lived' }))
    expect((await rig.call('DELETE', `Customer/${String(valueAt(made, 'CustomerID'))}`)).status).to.equal(204)
    expect((await rig.call('GET', `Customer/${String(made['id'])}`)).status).to.equal(500)
    expect((await rig.call('DELETE', `Customer/${String(made['id'])}`)).status).to.equal(500)
    const [invoice = {}] = await rig.get(`SalesInvoice?$top=1&$filter=${encodeURIComponent("Status eq 'Open'")}`)
    expect((await rig.call('DELETE', `SalesInvoice/${String(invoice['id'])}`)).status).to.equal(500)
    expect((await rig.call('DELETE', `Customer/${String(valueAt(invoice, 'CustomerID'))}`)).status).to.equal(500)
  })

  it('takes a file where the record says, and shows it when expanded', async () => {
    const [held = {}] = await rig.get('Customer/C000000001')
    const { 'files:put': template } = held['_links'] as { 'files:put': string }
    const path = template.replace('/AcumaticaERP/', '').replace('{filename}', 'plan.txt')
    const answer = await rig.call('PUT', `../../../${path}`, {
      body: 'bytes',
      headers: { 'content-type': 'application/octet-stream', 'PX-CbFileComment': 'from outside' },
    })
    expect(answer.status).to.equal(204)
    const [after = {}] = await rig.get('Customer/C000000001?$expand=files')
    const [file] = after['files'] as readonly { filename: string; href: string; comment: string }[]
    expect([file?.filename, file?.comment]).to.deep.equal(['plan.txt', 'from outside'])
    expect((await rig.call('GET', `../../../${file?.href.replace('/AcumaticaERP/', '')}`)).text).to.equal('bytes')
  })
})
