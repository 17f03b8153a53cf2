import { expect } from 'chai'
import { createSage300Pair, idIn, rowsIn, SAGE_300_FLOWS, type Sage300Pair } from '../support/sage-300-pair.ts'

const { vendors: VENDORS, won: WON, accounts: ACCOUNTS, invoices: INVOICES } = SAGE_300_FLOWS
const ALL = Object.values(SAGE_300_FLOWS)
const NOTHING = ALL.map(it => [it, 'succeeded', 0])

const shown = (reports: Awaited<ReturnType<Sage300Pair['runAll']>>) =>
  reports.map(it => [it.flow, it.failure?.message ?? it.state, it.counts.written])

async function vendorsOf({ erp }: Sage300Pair) {
  const all = await erp.records('AP/APVendors')
  return all.map(it => [it['VendorNumber'], it['VendorName'], it['City'], it['ContactName']]).sort()
}

async function vendorsAtTarget({ crm }: Sage300Pair) {
  const contacts = new Map((await crm.records('Contacts')).map(it => [idIn(it['Account_Name']), it]))
  const all = (await crm.records('Accounts')).filter(it => it['ERP_Vendor_ID'])
  return all
    .map(it => {
      const contact = contacts.get(it['id'])
      const name = `${contact?.['First_Name'] ?? ''} ${contact?.['Last_Name'] ?? ''}`.trim()
      return [it['ERP_Vendor_ID'], it['Account_Name'], it['Billing_City'], name]
    })
    .sort()
}

describe('the flows of Sage 300 and Zoho CRM', () => {
  let pair: Sage300Pair
  before(async () => {
    pair = await createSage300Pair({ vendors: 14 })
  })
  after(() => pair.close())
  const account = async (field: string, value: unknown) =>
    (await pair.crm.records('Accounts')).find(it => it[field] === value)
  const customer = async (number: unknown) =>
    (await pair.erp.records('AR/ARCustomers')).find(it => it['CustomerNumber'] === number)

  it('bring all vendors over, each with its contact, and account for every record', async () => {
    const reports = await pair.runAll()
    expect(shown(reports)).to.deep.equal([
      [VENDORS, 'succeeded', 14],
      [WON, 'succeeded', 0],
      [ACCOUNTS, 'succeeded', 0],
      [INVOICES, 'succeeded', 0],
    ])
    expect(await vendorsAtTarget(pair)).to.deep.equal(await vendorsOf(pair))
    for (const { counts } of reports)
      expect(
        counts.written + counts.unchanged + counts.filtered + counts.dead + counts.parked + counts.deleted,
      ).to.equal(counts.read)
  })

  it('write nothing when nothing has changed', async () => {
    expect(shown(await pair.runAll())).to.deep.equal(NOTHING)
  })

  it('make a won deal an order of a new customer, whose number the account gets, and come to rest', async () => {
    const id = await pair.put('Accounts', {
      Account_Name: 'Harbour Light & Søn',
      Phone: '+1 (604) 555-0177',
      Billing_Street: '18 Dock Rd',
      Billing_City: 'Victoria',
    })
    const deal = await pair.put('Deals', {
      Deal_Name: 'Lamps',
      Stage: 'Closed Won',
      Amount: 250,
      Account_Name: { id },
    })
    expect(shown(await pair.runAll())).to.deep.equal([
      [VENDORS, 'succeeded', 0],
      [WON, 'succeeded', 1],
      [ACCOUNTS, 'succeeded', 1],
      [INVOICES, 'succeeded', 0],
    ])
    const number = `Z${id.slice(-11)}`
    expect(await account('id', id)).to.include({ ERP_ID: number, Account_Name: 'Harbour Light & Søn' })
    expect(await customer(number)).to.include({
      CustomerName: 'Harbour Light & Søn',
      ShortName: 'HARBOURLIG',
      PhoneNumber: '16045550177',
      AddressLine1: '18 Dock Rd',
      City: 'Victoria',
      TaxGroup: 'BCTAX',
    })
    const [order, ...others] = (await pair.erp.records('OE/OEOrders')).filter(it => it['OrderReference'] === deal)
    expect(others).to.deep.equal([])
    expect(order).to.include({ CustomerNumber: number, OrderNumber: `Z${deal}`, OrderSubtotalAmount: 250 })
    await pair.later()
    await pair.runAll()
    await pair.later()
    expect(shown(await pair.runAll())).to.deep.equal(NOTHING)
  })

  it('order what the sales orders of the deal say, at the prices after discount', async () => {
    const product = await pair.put('Products', { Product_Name: 'Lamp', Product_Code: 'A1-105/0' })
    const other = await pair.put('Products', { Product_Name: 'Tube', Product_Code: 'A1-103/0' })
    const known = await account('Account_Name', 'Harbour Light & Søn')
    const deal = await pair.put('Deals', {
      Deal_Name: 'More lamps',
      Stage: 'Qualification',
      Amount: 1,
      Account_Name: { id: known?.['id'] ?? '' },
    })
    await pair.put('Sales_Orders', {
      Subject: 'S',
      Account_Name: { id: known?.['id'] ?? '' },
      Deal_Name: { id: deal },
      Ordered_Items: [
        { Product_Name: { id: product }, Quantity: 8, List_Price: 12.5 },
        { Product_Name: { id: other }, Quantity: 3, List_Price: 10, Discount: 5 },
      ],
    })
    expect((await pair.run(WON)).counts).to.include({ written: 0, filtered: 1 })
    await pair.later()
    await pair.crm.put('Deals', { id: deal, Stage: 'Closed Won' })
    expect((await pair.run(WON)).counts).to.include({ written: 1, dead: 0 })
    const [order] = (await pair.erp.records('OE/OEOrders')).filter(it => it['OrderReference'] === deal)
    expect(order).to.include({ CustomerNumber: known?.['ERP_ID'], OrderSubtotalAmount: 125 })
    expect(
      rowsIn(order?.['OrderDetails']).map(it => [it['Item'], it['QuantityOrdered'], it['PricingUnitPrice']]),
    ).to.deep.equal([
      ['A1-105/0', 8, 12.5],
      ['A1-103/0', 3, 8.333333],
    ])
  })

  it('write the invoice of such an order, linked to account and deal, and of no other', async () => {
    const [deal] = (await pair.crm.records('Deals')).filter(it => it['Deal_Name'] === 'More lamps')
    await pair.erp.put('OE/OEInvoices', { OrderNumber: `Z${deal?.['id']}`, InvoiceDate: '2026-03-01' })
    const first = await pair.run(INVOICES)
    expect([first.failure, first.counts.written, first.counts.dead]).to.deep.equal([null, 1, 0])
    const [invoice, ...others] = await pair.crm.records('Invoices')
    expect(others).to.deep.equal([])
    const known = await account('Account_Name', 'Harbour Light & Søn')
    const [source] = (await pair.erp.records('OE/OEInvoices')).filter(it => it['OrderNumber'] === `Z${deal?.['id']}`)
    expect([idIn(invoice?.['Account_Name']), idIn(invoice?.['Deal_Name'])]).to.deep.equal([known?.['id'], deal?.['id']])
    expect(invoice).to.include({ ERP_ID: String(source?.['InvoiceUniquifier']), Sub_Total: 125, Balance_Due: 140 })
    const price = rowsIn(invoice?.['Invoiced_Items']).map(it => [it['Quantity'], it['Total_After_Discount']])
    expect(price).to.deep.equal([
      [8, 100],
      [3, 25],
    ])
    const uniquifier = source?.['InvoiceUniquifier'] ?? ''
    await pair.erp.put('OE/OEInvoices', { InvoiceUniquifier: uniquifier, InvoiceAmountDue: 40 })
    expect((await pair.run(INVOICES)).counts).to.include({ written: 1, dead: 0 })
    const [after] = await pair.crm.records('Invoices')
    expect([after?.['Balance_Due'], rowsIn(after?.['Invoiced_Items']).length]).to.deep.equal([40, 2])
    expect(shown(await pair.runAll()).at(-1)).to.deep.equal([INVOICES, 'succeeded', 0])
  })

  it('keep a customer current with its account, and come to rest', async () => {
    const known = await account('Account_Name', 'Harbour Light & Søn')
    await pair.erp.put('AR/ARCustomers', { CustomerNumber: known?.['ERP_ID'] ?? '', Terms: 'COD' })
    await pair.later()
    await pair.crm.put('Accounts', { id: known?.['id'] ?? '', Account_Name: 'Harbour AG', Billing_City: 'Nanaimo' })
    expect(shown(await pair.runAll())).to.deep.equal([
      [VENDORS, 'succeeded', 0],
      [WON, 'succeeded', 0],
      [ACCOUNTS, 'succeeded', 1],
      [INVOICES, 'succeeded', 0],
    ])
    expect(await customer(known?.['ERP_ID'])).to.include({ CustomerName: 'Harbour AG', City: 'Nanaimo', Terms: 'COD' })
    await pair.later()
    expect(shown(await pair.runAll())).to.deep.equal(NOTHING)
  })

  it('leave the name of a customer to Sage 300 where the table says so, and all else to the CRM', async () => {
    await pair.erp.put('AR/ARCustomers', {
      CustomerNumber: 'RETAIL1',
      GroupCode: 'RTL',
      CustomerName: 'Sage name',
      PhoneNumber: '6045550100',
    })
    await pair.later()
    const id = await pair.put('Accounts', { Account_Name: 'CRM name', ERP_ID: 'RETAIL1', Billing_City: 'Leeds' })
    expect((await pair.run(ACCOUNTS)).counts).to.include({ written: 1, dead: 0 })
    // the account has no telephone: that says nothing about the customer's
    const fields = { CustomerName: 'Sage name', City: 'Leeds', PhoneNumber: '6045550100' }
    expect(await customer('RETAIL1')).to.include(fields)
    await pair.later()
    await pair.crm.put('Accounts', { id, Account_Name: 'CRM name 2' })
    expect((await pair.run(ACCOUNTS)).counts).to.include({ written: 0, unchanged: 1, dead: 0 })
    expect(await customer('RETAIL1')).to.include({ CustomerName: 'Sage name' })
  })

  it('leave the name of a vendor to the side that the table names, in either case', async () => {
    const all = await pair.erp.records('AP/APVendors')
    const ofGroup = (group: string) => all.find(it => it['GroupCode'] === group)?.['VendorNumber'] ?? ''
    const [sage, crm] = [ofGroup('INV'), ofGroup('SVC')]
    for (const number of [sage, crm]) {
      const it = await account('ERP_Vendor_ID', number)
      await pair.crm.put('Accounts', { id: it?.['id'] ?? '', Account_Name: 'By hand' })
      await pair.erp.put('AP/APVendors', { VendorNumber: number, VendorName: 'From Sage', City: 'Burnaby' })
    }
    expect((await pair.run(VENDORS)).counts).to.include({ written: 2, dead: 0 })
    expect(await account('ERP_Vendor_ID', sage)).to.include({ Account_Name: 'From Sage', Billing_City: 'Burnaby' })
    expect(await account('ERP_Vendor_ID', crm)).to.include({ Account_Name: 'By hand', Billing_City: 'Burnaby' })
    await pair.later()
    await pair.runAll()
    expect(shown(await pair.runAll())).to.deep.equal(NOTHING)
    await pair.run(VENDORS, { mode: 'sweep' })
    expect((await pair.run(VENDORS, { mode: 'sweep' })).counts).to.include({ written: 0, dead: 0 })
    expect(await account('ERP_Vendor_ID', crm)).to.include({ Account_Name: 'By hand' })
  })

  it('mark the account of a vendor that is gone at the next sweep', async () => {
    const [gone] = await vendorsOf(pair)
    await pair.erp.remove('AP/APVendors', String(gone?.[0]))
    expect((await pair.run(VENDORS, { mode: 'sweep' })).counts).to.include({ deleted: 1, dead: 0 })
    expect(await account('ERP_Vendor_ID', gone?.[0])).to.include({ ERP_Status: 'inactive' })
  })

  it('leave no dead letter behind', async () => {
    expect(await pair.ledger.deadLetters({ state: 'open', limit: 10 })).to.deep.equal([])
  })
})

describe('invoices below the Professional edition', () => {
  it('are skipped and said so, while the other flows run', async () => {
    const pair = await createSage300Pair({ vendors: 2, zoho: { edition: 'standard' }, won: { salesOrders: false } })
    const id = await pair.put('Accounts', { Account_Name: 'A' })
    await pair.put('Deals', { Deal_Name: 'D', Stage: 'Closed Won', Amount: 5, Account_Name: { id } })
    const reports = await pair.runAll()
    expect(reports.map(it => [it.flow, it.state, it.counts.written])).to.deep.equal([
      [VENDORS, 'succeeded', 2],
      [WON, 'succeeded', 1],
      [ACCOUNTS, 'succeeded', 1],
      [INVOICES, 'unavailable', 0],
    ])
    await pair.close()
  })
})
