import { expect } from 'chai'
import { createPair } from '../support/pair.ts'

const THERE = `
flow: there
source: { connector: sage-intacct, entity: VENDOR }
map: { Vendor_Name: NAME, ERP_ID: VENDORID, Tax_ID: TAXID }
sink:
  connector: zoho-crm
  entity: Vendors
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true }, Tax_ID: { type: text, length: 40 } }
`
const BACK = `
flow: back
source: { connector: zoho-crm, entity: Vendors, customFields: { ERP_ID: { type: text }, Tax_ID: { type: text } } }
map:
  CUSTOMERID: ERP_ID
  NAME: Vendor_Name
  TAXID: Tax_ID
  COMMENTS: id
  STATUS: '"active"'
  DISPLAYCONTACT: { PRINTAS: Vendor_Name }
sink: { connector: sage-intacct, entity: CUSTOMER, operation: upsert, match: CUSTOMERID }
`

/** Key, name, tax id: what a spreadsheet, a number parser or an XML writer would spoil. */
const ODD = [
  ['0000010', 'Leading Zeros', '007'],
  ['1E5', 'Exponent', '1e400'],
  ['true', 'Not a boolean', 'false'],
  ['null', 'Not nothing', 'NaN'],
  ['100.00', 'Trailing zeros', '0.10'],
  ['AMP', 'Bolt & Sons <Ltd> "The \'Best\'" ]]>', '&amp;'],
  ['EMOJI', '🚀 Ünïcödé 漢字 e\u0301', '½'],
  ['DIGITS', 'Nineteen', '9223372036854775807'],
] as const

describe('values on their way from XML to JSON and back', () => {
  it('arrive as they were sent', async () => {
    const pair = await createPair({
      use: [],
      flows: { 'flows/there.yaml': THERE, 'flows/back.yaml': BACK },
      intacct: { vendors: '0', customers: '0' },
    })
    for (const [VENDORID, NAME, TAXID] of ODD)
      await pair.intacct.put('VENDOR', { VENDORID, NAME, TAXID, STATUS: 'active' })
    expect((await pair.run('there')).counts).to.include({ written: ODD.length, dead: 0 })
    const there = await pair.zoho.records('Vendors')
    const sorted = (all: readonly (readonly unknown[])[]) => all.map(it => JSON.stringify(it)).sort()
    expect(sorted(there.map(it => [it['ERP_ID'], it['Vendor_Name'], it['Tax_ID']]))).to.deep.equal(sorted(ODD))
    // a person saves each of them, so that the way back is not an echo
    await pair.zoho.clock({ advanceMs: 5_000 })
    for (const it of there) await pair.zoho.put('Vendors', { id: it['id'] ?? '' })
    const back = await pair.run('back')
    expect([back.counts.written, back.deadByCode]).to.deep.equal([ODD.length, {}])
    const customers = await pair.intacct.records('CUSTOMER')
    expect(sorted(customers.map(it => [it['CUSTOMERID'], it['NAME'], it['TAXID']]))).to.deep.equal(sorted(ODD))
    const ids = (all: readonly unknown[]) => all.map(String).sort()
    expect(ids(customers.map(it => it['COMMENTS']))).to.deep.equal(ids(there.map(it => it['id'])))
    await pair.close()
  })

  it('lose only what XML cannot carry, and nothing around it', async () => {
    const pair = await createPair({
      use: [],
      flows: { 'flows/back.yaml': BACK },
      intacct: { vendors: '0', customers: '0' },
    })
    await pair.zoho.put('Vendors', { ERP_ID: 'CTRL', Vendor_Name: 'Bell\u0001 & Bell\uD800 \t end', Tax_ID: '1' })
    const report = await pair.run('back')
    expect([report.counts.written, report.deadByCode]).to.deep.equal([1, {}])
    const [customer] = await pair.intacct.records('CUSTOMER')
    expect(customer?.['NAME']).to.equal('Bell & Bell \t end')
    await pair.close()
  })
})
