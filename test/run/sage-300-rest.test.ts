import { expect } from 'chai'
import { createSage300Pair, type Sage300Pair } from '../support/sage-300-pair.ts'

interface Known {
  readonly vendor: string
  readonly vendorAccount: string
  readonly account: string
  readonly number: string
  readonly deal: string
  readonly invoice: string
  readonly contact: string
}

/** Each on its own, by people. */
const CHANGES: Readonly<Record<string, (pair: Sage300Pair, known: Known) => Promise<unknown>>> = {
  'a vendor': ({ erp }, it) => erp.put('AP/APVendors', { VendorNumber: it.vendor, VendorName: 'V', City: 'Hull' }),
  'the contact of a vendor': ({ erp }, it) =>
    erp.put('AP/APVendors', { VendorNumber: it.vendor, ContactName: 'Ida Jensen' }),
  'a customer': ({ erp }, it) => erp.put('AR/ARCustomers', { CustomerNumber: it.number, City: 'Hull' }),
  'what an invoice is due': ({ erp }, it) =>
    erp.put('OE/OEInvoices', { InvoiceUniquifier: it.invoice, InvoiceAmountDue: 1 }),
  'the account of a vendor': ({ put }, it) => put('Accounts', { id: it.vendorAccount, Account_Name: 'By hand' }),
  'a contact': ({ put }, it) => put('Contacts', { id: it.contact, Email: 'by@hand.example' }),
  'the account of a customer': ({ put }, it) => put('Accounts', { id: it.account, Phone: '5', Billing_City: 'York' }),
  'a won deal': ({ put }, it) => put('Deals', { id: it.deal, Amount: 7 }),
  'the account of a vendor, which becomes a customer': ({ put }, it) =>
    put('Deals', { Deal_Name: 'E', Stage: 'Closed Won', Amount: 3, Account_Name: { id: it.vendorAccount } }),
}

describe('Sage 300 and Zoho CRM come to rest after a person changed', () => {
  let pair: Sage300Pair
  let known: Known
  before(async () => {
    pair = await createSage300Pair({ vendors: 1 })
    const account = await pair.put('Accounts', { Account_Name: 'A' })
    const deal = await pair.put('Deals', {
      Deal_Name: 'D',
      Stage: 'Closed Won',
      Amount: 5,
      Account_Name: { id: account },
    })
    await pair.put('Products', { Product_Name: 'Whatever', Product_Code: 'OTHER' })
    await pair.runAll()
    await pair.erp.put('OE/OEInvoices', { OrderNumber: `Z${deal}`, InvoiceDate: '2026-03-01' })
    await pair.runAll()
    const idOf = async (module: string, field: string) =>
      String((await pair.crm.records(module)).find(it => it[field])?.['id'])
    known = {
      vendor: String((await pair.erp.records('AP/APVendors'))[0]?.['VendorNumber']),
      vendorAccount: await idOf('Accounts', 'ERP_Vendor_ID'),
      account,
      number: `Z${account.slice(-11)}`,
      deal,
      invoice: String((await pair.crm.records('Invoices'))[0]?.['ERP_ID']),
      contact: await idOf('Contacts', 'ERP_ID'),
    }
  })
  after(() => pair.close())

  for (const [what, change] of Object.entries(CHANGES))
    it(`${what}: the third run writes nothing`, async () => {
      await pair.later()
      await change(pair, known)
      await pair.runAll()
      await pair.later()
      await pair.runAll()
      await pair.later()
      const third = await pair.runAll()
      expect(third.map(it => [it.flow, it.state, it.counts.written])).to.deep.equal(
        third.map(it => [it.flow, 'succeeded', 0]),
      )
      expect(await pair.ledger.deadLetters({ state: 'open', limit: 10 })).to.deep.equal([])
    })

  it('with one account that is vendor and customer, each under its own number', async () => {
    const both = (await pair.crm.records('Accounts')).find(it => it['id'] === known.vendorAccount)
    expect([both?.['ERP_Vendor_ID'], both?.['ERP_ID']]).to.deep.equal([
      known.vendor,
      `Z${known.vendorAccount.slice(-11)}`,
    ])
    expect(await pair.crm.records('Accounts')).to.have.length(2)
  })
})
