import { expect } from 'chai'
import { createPair, type Pair } from '../support/pair.ts'

const flow = (terms: string, more = '') => `
flow: vendors
source: { connector: sage-intacct, entity: VENDOR }
map:
  Vendor_Name: NAME
  ERP_ID: VENDORID
  Payment_Terms: ${terms}
sink:
  connector: zoho-crm
  entity: Vendors
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true, length: 200 }, Payment_Terms: { type: text, length: 100 } }
${more}
`
const GOOD = '$substring(TERMNAME, 0, 100)'

describe('a record that is refused', () => {
  let pair: Pair
  const open = async (terms: string, more = '') => {
    pair = await createPair({
      use: [],
      flows: { 'flows/vendors.yaml': flow(terms, more) },
      intacct: { customers: '0', vendors: '30' },
    })
  }
  afterEach(() => pair.close())
  const letters = () => pair.ledger.deadLetters({ state: 'open', limit: 100 })
  const names = async () => (await pair.zoho.records('Vendors')).map(it => String(it['ERP_ID'])).sort()
  const keys = async () => (await pair.intacct.records('VENDOR')).map(it => String(it['VENDORID'])).sort()

  it('becomes a dead letter with the field, and the others go on', async () => {
    await open(GOOD)
    await pair.intacct.put('VENDOR', { VENDORID: 'LONG', NAME: 'x'.repeat(150), STATUS: 'active' })
    const report = await pair.run('vendors')
    expect([report.state, report.counts.dead, report.counts.written]).to.deep.equal(['partial', 1, 30])
    const [letter] = await letters()
    expect([letter?.sourceKey, letter?.failure.field]).to.deep.equal(['LONG', 'Vendor_Name'])
    expect(await pair.ledger.deadBody(letter?.id ?? '')).to.include({ VENDORID: 'LONG' })
  })

  it('stays dead at no cost while neither it nor the flow changes, and is not called unchanged', async () => {
    await open(GOOD)
    await pair.intacct.put('VENDOR', { VENDORID: 'LONG', NAME: 'x'.repeat(150), STATUS: 'active' })
    await pair.run('vendors')
    const again = await pair.run('vendors')
    expect([again.state, again.counts.dead, again.counts.written, again.counts.calls]).to.deep.equal([
      'succeeded',
      1,
      0,
      1,
    ])
  })

  it('heals when the source is corrected', async () => {
    await open(GOOD)
    await pair.intacct.put('VENDOR', { VENDORID: 'LONG', NAME: 'x'.repeat(150), STATUS: 'active' })
    await pair.run('vendors')
    await pair.intacct.put('VENDOR', { VENDORID: 'LONG', NAME: 'short' })
    expect((await pair.run('vendors')).state).to.equal('succeeded')
    expect(await letters()).to.deep.equal([])
    expect(await names()).to.deep.equal(await keys())
  })

  for (const from of ['stored', 'source'] as const)
    it(`is replayed through the corrected flow from its ${from} form`, async () => {
      await open('$error("not yet")')
      const first = await pair.run('vendors')
      expect(first.counts).to.include({ read: 30, dead: 30, written: 0 })
      pair.rewrite({ 'flows/vendors.yaml': flow(GOOD) })
      const replayed = await pair.replay('vendors', { from })
      expect(replayed.counts).to.include({ read: 30, written: 30, dead: 0 })
      expect(await letters()).to.deep.equal([])
      expect(await names()).to.deep.equal(await keys())
      const [run] = await pair.ledger.runs({ flow: 'vendors', limit: 1 })
      expect([run?.trigger, run?.replayOf]).to.deep.equal(['replay', first.runId])
    })

  it('never overwrites a newer version when it is replayed late', async () => {
    await open(GOOD)
    await pair.intacct.put('VENDOR', { VENDORID: 'LONG', NAME: 'x'.repeat(150), STATUS: 'active' })
    await pair.run('vendors')
    const stale = await letters()
    await pair.intacct.put('VENDOR', { VENDORID: 'LONG', NAME: 'newest' })
    await pair.run('vendors')
    const report = await pair.replayLetters('vendors', stale)
    expect(report.counts).to.include({ read: 1, unchanged: 1, written: 0 })
    expect((await pair.zoho.records('Vendors')).find(it => it['ERP_ID'] === 'LONG')?.['Vendor_Name']).to.equal('newest')
  })

  it('ends the run when more have died than the flow allows, and loses none of them', async () => {
    await open('$error("no")', 'errors: { stopAfter: 10% }')
    const report = await pair.run('vendors')
    expect([report.state, report.failure?.code, report.counts.dead]).to.deep.equal(['failed', 'RUN_TOO_MANY_DEAD', 30])
    expect(await letters()).to.have.length(30)
  })

  it('keeps the code and the place of a JSONata error', async () => {
    await open('$number(NAME)')
    await pair.run('vendors')
    const [letter] = await letters()
    expect(letter?.failure.code).to.equal('D3030')
    expect(letter?.failure.message).to.match(/^flows\/vendors\.yaml:7:18 Payment_Terms/)
  })
})

describe('two source records that claim one target record', () => {
  it('are not allowed to overwrite each other', async () => {
    const pair = await createPair({
      use: [],
      flows: { 'flows/vendors.yaml': flow(GOOD).replace('ERP_ID: VENDORID', 'ERP_ID: TAXID') },
      intacct: { customers: '0', vendors: '0' },
    })
    for (const id of ['A', 'B'])
      await pair.intacct.put('VENDOR', { VENDORID: id, NAME: id, STATUS: 'active', TAXID: 'same' })
    const first = await pair.run('vendors')
    expect([first.counts.written, first.counts.dead, first.deadByCode]).to.deep.equal([1, 1, { RUN_MATCH_TAKEN: 1 }])
    await pair.intacct.put('VENDOR', { VENDORID: 'C', NAME: 'C', STATUS: 'active', TAXID: 'same' })
    expect((await pair.run('vendors')).deadByCode).to.include({ RUN_MATCH_TAKEN: 1 })
    await pair.close()
  })
})
