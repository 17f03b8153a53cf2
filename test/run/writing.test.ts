import { expect } from 'chai'
import { createPair, type Pair } from '../support/pair.ts'

const flow = (sink: string, map = '') => `
flow: vendors
source: { connector: sage-intacct, entity: VENDOR }
map:
  Vendor_Name: NAME
  ERP_ID: VENDORID
${map}
sink:
  connector: zoho-crm
  entity: Vendors
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true, length: 200 }, Payment_Terms: { type: text, length: 100 } }
${sink}
`
const CREATE = flow('  operation: create')

describe('a write whose answer is lost', () => {
  let pair: Pair
  const open = async (text: string, records = 12) => {
    pair = await createPair({
      use: [],
      flows: { 'flows/vendors.yaml': text },
      intacct: { customers: '0', vendors: String(records) },
      timeoutMs: 400,
    })
  }
  afterEach(() => pair.close())

  const keysAtTarget = async () => (await pair.zoho.records('Vendors')).map(it => String(it['ERP_ID'])).sort()
  const keysAtSource = async () => (await pair.intacct.records('VENDOR')).map(it => String(it['VENDORID'])).sort()
  const runToRest = async () => {
    await pair.run('vendors')
    await pair.zoho.clearFaults()
    await pair.run('vendors')
    return pair.run('vendors')
  }

  for (const action of ['cutBefore', 'cutAfter', 'cutMid', 'truncate', 'hang', 'hangBefore'] as const) {
    it(`is not repeated blindly: create, ${action}`, async () => {
      await open(CREATE)
      await pair.zoho.fault({ path: '^POST /crm/v8/Vendors$', action })
      const last = await runToRest()
      expect(last.counts).to.include({ written: 0, dead: 0 })
      expect(await keysAtTarget()).to.deep.equal(await keysAtSource())
      expect(await pair.ledger.unresolvedIntents('vendors')).to.deep.equal([])
    })

    it(`is repeated where that is harmless: upsert, ${action}`, async () => {
      await open(flow('  operation: upsert'))
      await pair.zoho.fault({ path: '^POST /crm/v8/Vendors/upsert', action })
      const last = await runToRest()
      expect(last.counts).to.include({ written: 0, dead: 0 })
      expect(await keysAtTarget()).to.deep.equal(await keysAtSource())
    })
  }

  it('is resolved by the next run when the process died before it could look', async () => {
    await open(CREATE)
    // the write commits, its answer and every look-up fail: the run ends with intents that have no outcome
    await pair.zoho.fault([
      { path: '^POST /crm/v8/Vendors$', action: 'cutAfter' },
      { path: '(coql|GET /crm/v8/Vendors)', action: 'answer', status: 503, nth: 2, times: 100 },
    ])
    const first = await pair.run('vendors')
    expect(first.state).to.equal('failed')
    expect(await pair.ledger.unresolvedIntents('vendors')).to.have.length(12)
    await pair.zoho.clearFaults()
    const second = await pair.run('vendors')
    expect(second.state).to.equal('succeeded')
    expect(await pair.ledger.unresolvedIntents('vendors')).to.deep.equal([])
    expect(await keysAtTarget()).to.deep.equal(await keysAtSource())
  })
})

describe('a batch of which a part is refused', () => {
  it('leaves the accepted part known and sends the rest to the dead letters, with the words of the target', async () => {
    const pair = await createPair({
      use: [],
      flows: { 'flows/vendors.yaml': flow('  operation: upsert', '  Email: COMMENTS') },
      intacct: { customers: '0', vendors: '0' },
    })
    for (const [id, mail] of [
      ['A', 'a@example.com'],
      ['B', 'no mail at all'],
      ['C', 'c@example.com'],
    ] as const)
      await pair.intacct.put('VENDOR', { VENDORID: id, NAME: id, STATUS: 'active', COMMENTS: mail })
    const report = await pair.run('vendors')
    expect(report.counts).to.include({ read: 3, written: 2, dead: 1 })
    const [letter] = await pair.ledger.deadLetters({ state: 'open', limit: 5 })
    expect([letter?.sourceKey, letter?.failure.code, letter?.failure.field]).to.deep.equal([
      'B',
      'ZOHO_INVALID_DATA',
      'Email',
    ])
    await pair.zoho.resetCalls()
    expect((await pair.run('vendors')).counts).to.include({ written: 0, dead: 1 })
    expect((await pair.zoho.calls()).byLabel).to.not.have.property('POST Vendors/upsert')
    await pair.close()
  })
})

describe('a record that the target holds already', () => {
  const make = (text: string) =>
    createPair({ use: [], flows: { 'flows/vendors.yaml': text }, intacct: { customers: '0', vendors: '3' } })

  it('is taken over and not created a second time', async () => {
    const pair = await make(CREATE)
    const [first] = await pair.intacct.records('VENDOR')
    const id = String(first?.['VENDORID'])
    await pair.zoho.put('Vendors', { Vendor_Name: 'A person made this', ERP_ID: id })
    const report = await pair.run('vendors')
    expect(report.counts).to.include({ read: 3, written: 2, unchanged: 1 })
    const made = (await pair.zoho.records('Vendors')).filter(it => it['ERP_ID'] === id)
    expect(made.map(it => it['Vendor_Name'])).to.deep.equal(['A person made this'])
    await pair.close()
  })

  it('keeps the fields that it owns after creation', async () => {
    const pair = await make(flow('  operation: upsert\n  createOnly: [Payment_Terms]', '  Payment_Terms: \'"Net 30"\''))
    const [first, second] = await pair.intacct.records('VENDOR')
    const held = String(first?.['VENDORID'])
    await pair.zoho.put('Vendors', { Vendor_Name: 'Old name', ERP_ID: held, Payment_Terms: 'By hand' })
    await pair.run('vendors')
    const termsOf = async (id: unknown) => (await pair.zoho.records('Vendors')).find(it => it['ERP_ID'] === id)
    expect(await termsOf(held)).to.include({ Payment_Terms: 'By hand', Vendor_Name: first?.['NAME'] })
    expect(await termsOf(second?.['VENDORID'])).to.include({ Payment_Terms: 'Net 30' })
    const target = await termsOf(second?.['VENDORID'])
    await pair.zoho.put('Vendors', { id: target?.['id'] ?? '', Payment_Terms: 'Changed by hand' })
    await pair.intacct.put('VENDOR', { VENDORID: String(second?.['VENDORID']), NAME: 'New name' })
    await pair.run('vendors')
    expect(await termsOf(second?.['VENDORID'])).to.include({
      Payment_Terms: 'Changed by hand',
      Vendor_Name: 'New name',
    })
    await pair.close()
  })

  it('is made again when a person deleted it and its source changes', async () => {
    const pair = await make(flow('  operation: upsert'))
    await pair.run('vendors')
    const [target] = await pair.zoho.records('Vendors')
    await pair.zoho.remove('Vendors', String(target?.['id']))
    await pair.intacct.put('VENDOR', { VENDORID: String(target?.['ERP_ID']), NAME: 'Back again' })
    const report = await pair.run('vendors')
    expect(report.counts).to.include({ written: 1, dead: 0 })
    const [event] = await pair.ledger.events({ flow: 'vendors', sourceKey: String(target?.['ERP_ID']), limit: 1 })
    expect(event?.did).to.equal('re-created')
    await pair.close()
  })
})

describe('a change that this engine made itself', () => {
  const source = 'source: { connector: zoho-crm, entity: Vendors, customFields: { ERP_ID: { type: text } } }'
  const back = `
flow: back
${source}
map: { VENDORID: ERP_ID, NAME: Vendor_Name, DISPLAYCONTACT: { PRINTAS: Vendor_Name } }
sink: { connector: sage-intacct, entity: VENDOR, operation: upsert, match: VENDORID }
`
  const onward = `
flow: onward
${source}
map: { Name: Vendor_Name, ERP_ID: '"copy of " & ERP_ID' }
sink:
  connector: zoho-crm
  entity: GL_Accounts
  custom: true
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true, length: 200 } }
`
  let pair: Pair
  beforeEach(async () => {
    pair = await createPair({
      use: [],
      flows: {
        'flows/vendors.yaml': flow('  operation: upsert'),
        'flows/back.yaml': back,
        'flows/onward.yaml': onward,
      },
      intacct: { customers: '0', vendors: '3' },
    })
    await pair.run('vendors')
  })
  afterEach(() => pair.close())

  it('does not travel back, while a person’s change does', async () => {
    const echoed = await pair.run('back')
    expect(echoed.counts).to.include({ read: 3, written: 0, unchanged: 3 })
    const [target] = await pair.zoho.records('Vendors')
    await pair.zoho.clock({ advanceMs: 5_000 })
    await pair.zoho.put('Vendors', { id: target?.['id'] ?? '', Vendor_Name: 'By hand' })
    expect((await pair.run('back')).counts).to.include({ written: 1 })
    const names = (await pair.intacct.records('VENDOR')).map(it => it['NAME'])
    expect(names).to.include('By hand')
  })

  it('travels on to where it has not been', async () => {
    expect((await pair.run('onward')).counts).to.include({ read: 3, written: 3 })
  })
})
