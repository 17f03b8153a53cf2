import { expect } from 'chai'
import type { Json, JsonObject } from '../../../engine/core/record.ts'
import { isEngineError } from '../../../engine/sdk/index.ts'
import { accounts, type Opened, openZoho, readAll, upsertOf } from './open.ts'

describe('lines of a Zoho CRM document', () => {
  let zoho: Opened
  let invoice: JsonObject
  const write = () => zoho.connection.write('Invoices', upsertOf([invoice]))

  beforeEach(async () => {
    zoho = await openZoho()
    const account = (await zoho.at.put('Accounts', accounts(1, 1)[0] ?? {})) as { id: string }
    const product = (await zoho.at.put('Products', { Product_Name: 'Bolt', ERP_ID: 'P1' })) as { id: string }
    const line = { Product_Name: { id: product.id }, Quantity: 3, List_Price: 2.5 }
    invoice = { Subject: 'I1', ERP_ID: 'I1', Account_Name: { id: account.id }, Invoiced_Items: [line] }
  })
  afterEach(() => zoho.close())

  it('are written and read back with what Zoho computed', async () => {
    await write()
    const { records } = await readAll(zoho.connection, 'Invoices', { select: ['Invoiced_Items', 'Grand_Total'] })
    const lines = records[0]?.fields['Invoiced_Items']
    expect(Array.isArray(lines) && lines[0]).to.deep.include({ Quantity: 3, List_Price: 2.5 })
    expect(records[0]?.fields['Grand_Total']).to.equal(7.5)
  })

  for (const action of ['cutAfter', 'cutMid'] as const)
    it(`are not sent again when the answer is lost (${action}): Zoho would add them a second time`, async () => {
      await write()
      const held = async () => (await zoho.at.records('Invoices')).map(it => (it['Invoiced_Items'] as Json[]).length)
      expect(await held()).to.deep.equal([1])
      await zoho.at.fault({ action, path: 'Invoices/upsert' })
      const error = await write().catch((thrown: unknown) => thrown)
      expect(isEngineError(error) && error.kind).to.equal('uncertain')
      expect(await held()).to.deep.equal([2])
    })

  it('do not keep a document without them from being sent again', async () => {
    await write()
    const { Invoiced_Items: _, ...rest } = invoice
    await zoho.at.fault({ action: 'cutAfter', path: 'Invoices/upsert' })
    const [answer] = await zoho.connection.write('Invoices', upsertOf([rest]))
    expect(answer?.is).to.equal('written')
  })

  it("go out in the spelling that the account's metadata names, asked for once", async () => {
    const names = ['Product_Name', 'quantity', 'list_price']
    const body = JSON.stringify({ fields: names.map(api_name => ({ api_name })) })
    await zoho.at.fault({ action: 'answer', path: 'settings/fields.module=Invoiced_Items', status: 200, body })
    const done = { code: 'SUCCESS', status: 'success', action: 'insert', details: { id: '7' } }
    const lowerCase = '"quantity":3,"list_price":2.5'
    const answer = JSON.stringify({ data: [done] })
    await zoho.at.fault({
      action: 'answer',
      path: 'upsert',
      bodyContains: lowerCase,
      times: 2,
      status: 200,
      body: answer,
    })
    await write()
    const [second] = await write()
    expect(second).to.deep.include({ is: 'written', sinkKey: '7' })
    expect(zoho.calls.filter(it => it === 'GET settings/fields')).to.have.length(1)
  })

  it('go out capitalised where the account does not tell', async () => {
    await zoho.at.knobs({ scopes: 'ZohoCRM.modules.ALL' })
    const [answer] = await write()
    expect(answer?.is).to.equal('written')
  })

  it('come in under the declared names, whatever the spelling', async () => {
    const row = { id: '9', Modified_Time: '2026-03-01T10:00:00+01:00', Created_Time: '2026-03-01T10:00:00+01:00' }
    const list = JSON.stringify({ data: [row], info: { more_records: false } })
    const single = JSON.stringify({ data: [{ ...row, Invoiced_Items: [{ quantity: 2, LIST_PRICE: 1 }] }] })
    await zoho.at.fault({ action: 'answer', path: 'Invoices.fields', status: 200, body: list })
    await zoho.at.fault({ action: 'answer', path: 'Invoices/9', status: 200, body: single })
    const { records } = await readAll(zoho.connection, 'Invoices', { select: ['Invoiced_Items'] })
    expect(records[0]?.fields['Invoiced_Items']).to.deep.equal([{ Quantity: 2, List_Price: 1 }])
  })
})
