import { expect } from 'chai'
import { acumaticaSandbox } from '../../../connectors/acumatica/sandbox/index.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import { control } from '../../support/connect.ts'
import { openRig, type Rig, valueAt, valuesAt, wrap } from './sandbox.support.ts'

const enc = encodeURIComponent

describe('Acumatica sandbox: its data', () => {
  let rig: Rig
  afterEach(() => rig.close())

  it('has customers, items and invoices in their usual numbers, or as many as asked for', async () => {
    rig = await openRig({}, 60)
    expect((await rig.control.facts())['records']).to.include({
      Customer: 60,
      StockItem: 80,
      SalesInvoice: 120,
      Invoice: 120,
    })
    await rig.close()
    rig = await openRig({ customers: '5', items: '3', invoices: '2' }, 60)
    expect((await rig.control.facts())['records']).to.include({ Customer: 5, StockItem: 3, SalesInvoice: 2 })
  })

  it('is the same for the same seed, and another for another', async () => {
    const textsOf = async (seed: number) => {
      const sandbox = await acumaticaSandbox.start({ port: 0, host: '127.0.0.1', records: 9, seed, options: {} })
      const texts: string[] = []
      for (const entity of ['Customer', 'SalesInvoice', 'StockItem'])
        for (const it of await control(sandbox).records(entity))
          texts.push(`${String(it['CustomerName'] ?? it['Amount'] ?? it['DefaultPrice'])}`)
      await sandbox.close()
      return texts
    }
    rig = await openRig()
    const first = await textsOf(1)
    expect(await textsOf(1)).to.deep.equal(first)
    expect(await textsOf(2)).to.not.deep.equal(first)
  })

  it('has keys and names that careless programs break', async () => {
    rig = await openRig({}, 60)
    const keys = valuesAt(await rig.get('Customer?$select=CustomerID'), 'CustomerID')
    expect(keys).to.include.members(['00042', '0000010', '1E5', "O'BRIEN", 'A&B-CO', 'N/A', '100%', 'X+Y', 'MÜLLER'])
    const names = valuesAt(await rig.get('Customer?$select=CustomerName'), 'CustomerName')
    expect(names).to.include.members(['Rocket 🚀 Works', 'Smith & Sons "Best" <Ltd>', 'null', '0012', '=1+1'])
    expect(valuesAt(await rig.get('StockItem?$select=InventoryID'), 'InventoryID')).to.include('#12-796524')
  })

  it('has invoices of all states whose lines, taxes and balances add up', async () => {
    rig = await openRig({}, 60)
    const invoices = await rig.get('SalesInvoice?$expand=Details')
    expect(new Set(valuesAt(invoices, 'Status'))).to.include.keys('Open', 'Closed', 'On Hold', 'Balanced')
    const customers = new Set(valuesAt(await rig.get('Customer?$select=CustomerID'), 'CustomerID'))
    for (const it of invoices) {
      const lines = it['Details'] as readonly JsonObject[]
      const net = lines.reduce((sum, line) => sum + Number(valueAt(line, 'Amount')), 0)
      expect(net + Number(valueAt(it, 'TaxTotal'))).to.be.closeTo(Number(valueAt(it, 'Amount')), 0.001)
      expect(Number(valueAt(it, 'Balance'))).to.be.within(0, Number(valueAt(it, 'Amount')))
      expect(valueAt(it, 'Status') === 'Closed').to.equal(Number(valueAt(it, 'Balance')) === 0)
      expect(customers.has(valueAt(it, 'CustomerID') ?? null)).to.equal(true)
    }
  })

  it('has many changes in one instant, and a key stamp that a list and a single read agree on', async () => {
    rig = await openRig({}, 60)
    const records = await rig.get('Customer?$select=CustomerID,LastModifiedDateTime')
    expect(new Set(valuesAt(records, 'LastModifiedDateTime')).size).to.be.below(10)
    const [one] = await rig.get(`Customer/${String(records[7]?.['id'])}`)
    expect(valueAt(one, 'LastModifiedDateTime')).to.equal(valueAt(records[7], 'LastModifiedDateTime'))
  })

  it('is changed by persons: found by key, id or document key, unwrapped, times and totals as they are', async () => {
    rig = await openRig()
    const edited = (await rig.control.put('Customer', {
      CustomerID: 'C000000001',
      MainContact: { Phone1: '123' },
      LastModifiedDateTime: '2001-01-01T00:00:00Z',
    })) as JsonObject
    expect(edited['MainContact']).to.include({ Phone1: '123' })
    expect((edited['MainContact'] as JsonObject)['Email']).to.equal('ap1@customer.example')
    expect(edited['LastModifiedDateTime']).to.not.match(/^2001/)
    const [held = {}] = await rig.control.records('SalesInvoice')
    const again = (await rig.control.put('SalesInvoice', { ...held, Description: 'Put back' })) as JsonObject
    expect([again['id'], again['Description'], again['Amount']]).to.deep.equal([held['id'], 'Put back', held['Amount']])
    const key = `${String(held['Type'])}/${String(held['ReferenceNbr'])}`
    const byKey = (await rig.control.put('SalesInvoice', { DocumentKey: key, Description: 'By key' })) as JsonObject
    expect([byKey['id'], byKey['DocumentKey'], byKey['Description']]).to.deep.equal([held['id'], key, 'By key'])
    const contact = (await rig.control.put('Contact', { ContactID: '10001', JobTitle: 'Buyer' })) as JsonObject
    expect([contact['ContactID'], contact['JobTitle']]).to.deep.equal([10_001, 'Buyer'])
    expect(await rig.control.remove('SalesInvoice', key)).to.deep.equal({ removed: true })
    expect(await rig.control.remove('SalesInvoice', key)).to.deep.equal({ removed: false })
    expect(await rig.control.remove('Contact', '10003')).to.deep.equal({ removed: true })
  })

  it('shows a person’s change late when told to, with the time at which it was made', async () => {
    rig = await openRig()
    await rig.control.clock({ now: '2027-01-05T10:00:00.000Z' })
    await rig.signIn()
    await rig.control.knobs({ lateMs: 60_000 })
    await rig.control.put('Customer', { CustomerID: 'C000000001', AccountRef: 'late' })
    await rig.control.put('Customer', { CustomerName: 'Late and new' })
    const seen = async () =>
      valuesAt(
        await rig.get(`Customer?$filter=${enc("LastModifiedDateTime ge datetimeoffset'2027-01-05T09:00:00Z'")}`),
        'LastModifiedDateTime',
      )
    const byRef = async () => (await rig.get(`Customer?$filter=${enc("AccountRef eq 'late'")}`)).length
    expect([await seen(), await byRef()]).to.deep.equal([[], 0])
    expect((await rig.get('Customer?$select=CustomerID')).length).to.equal(12)
    await rig.control.clock({ advanceMs: 60_000 })
    expect([await seen(), await byRef()]).to.deep.equal([['2027-01-05T10:00:00+00:00', '2027-01-05T10:00:00+00:00'], 1])
  })

  it('loses nobody’s change that others do not see yet', async () => {
    rig = await openRig()
    await rig.control.knobs({ lateMs: 60_000 })
    await rig.control.put('Customer', { CustomerID: 'C000000001', AccountRef: 'by a person' })
    const stored = await rig.put('Customer', wrap({ CustomerID: 'C000000001', CustomerName: 'By the API' }))
    expect([valueAt(stored, 'AccountRef'), valueAt(stored, 'CustomerName')]).to.deep.equal([
      'by a person',
      'By the API',
    ])
  })

  it('refuses options that it does not know, or cannot take', async () => {
    rig = await openRig()
    for (const options of [
      { grant: 'implicit' },
      { customers: 'many' },
      { order: 'name' },
      { timeZone: 'Mars/Base' },
      { nope: '1' },
    ])
      expect(await openRig(options).catch((thrown: unknown) => String(thrown)), JSON.stringify(options)).to.match(
        /RangeError/,
      )
    expect(await rig.control.knobs({ latencyMs: -1 }).catch((thrown: unknown) => String(thrown))).to.match(
      /400.*latencyMs/,
    )
  })

  it('starts with 200,000 customers in a few seconds and serves any page and any look-up quickly', async () => {
    const startedAt = performance.now()
    rig = await openRig({ invoices: '1000', items: '1000' }, 200_000)
    const started = performance.now()
    expect(await rig.get('Customer?$top=500&$skip=150000&$select=CustomerID')).to.have.length(500)
    expect(await rig.get(`Customer?$top=500&$filter=${enc("CustomerID gt 'C000150000'")}`)).to.have.length(500)
    const filter = enc("LastModifiedDateTime gt datetimeoffset'2100-01-01T00:00:00Z'")
    expect(await rig.get(`Customer?$top=500&$filter=${filter}`)).to.deep.equal([])
    const served = performance.now()
    expect(started - startedAt).to.be.below(8_000)
    expect(served - started).to.be.below(3_000)
  })
})
