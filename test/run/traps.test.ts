import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import { createPair, type Pair } from '../support/pair.ts'

const UPSERT = 'operation: upsert, match: ERP_ID, '
const vendors = (more: string, sink = UPSERT, pageSize = 2) => `
flow: vendors
source: { connector: sage-intacct, entity: VENDOR, pageSize: ${pageSize} }
map: { Vendor_Name: NAME, ERP_ID: VENDORID }
sink: { connector: zoho-crm, entity: Vendors, ${sink}customFields: { ERP_ID: { type: text, unique: true, length: 200 } } }
${more}
`

describe('a run of the engine', () => {
  let pair: Pair
  const open = async (text: string, count = 9) => {
    pair = await createPair({
      use: [],
      flows: { 'flows/vendors.yaml': text },
      intacct: { customers: '0', vendors: String(count) },
    })
  }
  afterEach(() => pair.close())

  const idsOf = async (system: 'intacct' | 'zoho') => {
    const rows = await (system === 'intacct' ? pair.intacct.records('VENDOR') : pair.zoho.records('Vendors'))
    return rows.map(it => String(it[system === 'intacct' ? 'VENDORID' : 'ERP_ID'])).sort()
  }

  it('reads on when its filter leaves nothing of a page', async () => {
    // more than a run takes in one go
    await open(vendors('filter: NAME = "Only this one"', UPSERT, 2_000), 4_100)
    // walked by record number: this one comes last
    const rows = await pair.intacct.records('VENDOR')
    const last = String(rows.toSorted((a, b) => Number(a['RECORDNO']) - Number(b['RECORDNO'])).at(-1)?.['VENDORID'])
    await pair.intacct.put('VENDOR', { VENDORID: last, NAME: 'Only this one' })
    expect((await pair.run('vendors')).counts).to.include({ read: 4_100, filtered: 4_099, written: 1 })
    expect(await idsOf('zoho')).to.deep.equal([last])
  })

  it('takes nothing for deleted when a sweep ends before it has seen everything', async () => {
    await open(vendors('onDelete: delete'))
    await pair.intacct.knobs({ auditHistory: 'denied' })
    await pair.run('vendors')
    const all = await idsOf('intacct')
    await pair.intacct.remove('VENDOR', all[0] ?? '')
    await pair.intacct.fault({
      bodyContains: '<object>VENDOR</object>',
      action: 'answer',
      status: 503,
      nth: 3,
      times: 99,
    })
    const cut = await pair.run('vendors', { mode: 'sweep' })
    expect([cut.state, cut.counts.deleted]).to.deep.equal(['failed', 0])
    expect(await idsOf('zoho')).to.deep.equal(all)
    await pair.intacct.clearFaults()
    expect((await pair.run('vendors', { mode: 'sweep' })).counts).to.include({ deleted: 1 })
    expect(await idsOf('zoho')).to.deep.equal(all.slice(1))
  })

  it('moves its checkpoint with the outcomes only: what was read and not written is read again', async () => {
    await open(vendors(''))
    await pair.zoho.fault({ path: 'Vendors/upsert', action: 'answer', status: 503, times: 99 })
    const first = await pair.run('vendors')
    expect([first.state, first.counts.written]).to.deep.equal(['failed', 0])
    expect(await pair.ledger.checkpoint('vendors', 'VENDOR')).to.equal(undefined)
    const ids = await idsOf('intacct')
    expect(
      [...(await pair.ledger.tracked('vendors', 'VENDOR', ids)).values()].filter(it => !it.startsWith('n:')),
    ).to.deep.equal([])
    await pair.zoho.clearFaults()
    expect((await pair.run('vendors')).counts).to.include({ read: 9, written: 9 })
    expect(await idsOf('zoho')).to.deep.equal(ids)
  })

  it('looks a create up whose answer was lost, and does not send it again when it has happened', async () => {
    await open(vendors('', 'operation: create, match: ERP_ID, '), 3)
    await pair.zoho.fault({ path: '^POST /crm/v8/Vendors$', action: 'cutAfter' })
    const report = await pair.run('vendors')
    expect(report.counts).to.include({ read: 3, written: 3, dead: 0 })
    expect((await pair.zoho.calls()).byLabel['POST Vendors']).to.equal(1)
  })

  it('never repeats a create of which nobody can say whether it happened: a person decides', async () => {
    await open(vendors('', 'operation: create, '), 3)
    await pair.zoho.fault({ path: '^POST /crm/v8/Vendors$', action: 'cutAfter' })
    const report = await pair.run('vendors')
    expect([report.state, report.counts.dead]).to.deep.equal(['partial', 3])
    const [letter] = await pair.ledger.deadLetters({ state: 'open', limit: 1 })
    expect(letter?.failure.kind).to.equal('uncertain')
    await pair.run('vendors')
    expect(await pair.zoho.records('Vendors')).to.have.length(3)
  })

  it('writes a record that comes twice in one go once, as it came last', async () => {
    await open(vendors(''))
    pair.rewrite({ 'flows/vendors.yaml': COPY })
    const row = (name: string, at: string): JsonObject => ({
      id: '77',
      Vendor_Name: name,
      ERP_ID: 'E',
      Modified_Time: at,
    })
    const data = [row('old', '2026-03-01T10:00:00+01:00'), row('new', '2026-03-01T10:00:05+01:00')]
    const body = JSON.stringify({ data, info: { more_records: false } })
    const headers = { 'content-type': 'application/json' }
    await pair.zoho.fault({ path: 'GET /crm/v8/Vendors', action: 'answer', status: 200, headers, body })
    const report = await pair.run('copy')
    expect(report.counts).to.include({ read: 2, written: 1, unchanged: 1 })
    const copies = await pair.zoho.records('GL_Accounts')
    expect(copies.map(it => it['Name'])).to.deep.equal(['new'])
    expect((await pair.zoho.calls()).byLabel['POST GL_Accounts/upsert']).to.equal(1)
  })
})

const COPY = `
flow: copy
source: { connector: zoho-crm, entity: Vendors, customFields: { ERP_ID: { type: text } } }
map: { Name: Vendor_Name, ERP_ID: '"copy of " & ERP_ID' }
sink:
  connector: zoho-crm
  entity: GL_Accounts
  custom: true
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true, length: 200 } }
`
