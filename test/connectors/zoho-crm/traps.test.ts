import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { accounts, keysOf, type Opened, openZoho, readAll, upsertOf } from './open.ts'

describe('what leads a reader of Zoho CRM astray', () => {
  let zoho: Opened
  beforeEach(async () => {
    zoho = await openZoho()
  })
  afterEach(() => zoho.close())

  it('is no page of which nothing is left: records that were all delivered before are not the end', async () => {
    await zoho.at.put('Accounts', accounts(1, 4))
    await zoho.at.clock({ advanceMs: 20_000 })
    const { next } = await readAll(zoho.connection, 'Accounts')
    await zoho.at.put('Accounts', accounts(5, 5))
    await zoho.at.clock({ advanceMs: 10_000 })
    const { pages, records } = await readAll(zoho.connection, 'Accounts', { after: next, pageSize: 2 })
    expect(pages.map(it => keysOf(it.records))).to.deep.equal([[], [], ['C5']])
    expect(keysOf(records)).to.deep.equal(['C5'])
  })

  it('is no hour that comes twice: when daylight saving ends, the offset tells the two apart', async () => {
    const row = (id: string, Modified_Time: string): JsonObject => ({ id, ERP_ID: id, Modified_Time })
    const data = [row('1', '2026-10-25T02:30:00+02:00'), row('2', '2026-10-25T02:30:00+01:00')]
    await zoho.at.fault({
      action: 'answer',
      path: 'GET /crm/v8/Accounts',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data, info: { more_records: true, next_page_token: 'next' } }),
    })
    const pages = zoho.connection.read('Accounts', { select: ['ERP_ID'], deletes: false })[Symbol.asyncIterator]()
    const { value: page } = await pages.next()
    expect(page?.records.map((it: { version?: string }) => it.version)).to.deep.equal([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ])
    expect(page?.next['walk']).to.include({ reached: '2026-10-25T01:30:00.000Z' })
  })

  it('is no row without a change time: it ends the walk, and is neither skipped nor delivered for ever', async () => {
    await zoho.at.fault({
      action: 'answer',
      path: 'GET /crm/v8/Accounts',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: [{ id: '1', Modified_Time: null }], info: { more_records: false } }),
    })
    const failed = await readAll(zoho.connection, 'Accounts').catch((thrown: unknown) => thrown)
    expect(failed).to.include({ kind: 'contract', code: 'ZOHO_RECORD_SHAPE' })
  })

  it('is no line that changes: its document comes with it', async () => {
    const account = (await zoho.at.put('Accounts', accounts(1, 1)[0] ?? {})) as { id: string }
    const product = (await zoho.at.put('Products', { Product_Name: 'Bolt', ERP_ID: 'P1' })) as { id: string }
    const line = { Product_Name: { id: product.id }, Quantity: 3, List_Price: 2.5 }
    const invoice = { Subject: 'I1', ERP_ID: 'I1', Account_Name: { id: account.id }, Invoiced_Items: [line] }
    await zoho.connection.write('Invoices', upsertOf([invoice]))
    await zoho.at.clock({ advanceMs: 10 * 60_000 })
    const { next } = await readAll(zoho.connection, 'Invoices')
    const [stored] = await zoho.at.records('Invoices')
    const [held] = (stored?.['Invoiced_Items'] ?? []) as JsonObject[]
    const changed = { id: held?.['id'] ?? '', Quantity: 5 }
    await zoho.at.put('Invoices', { id: stored?.['id'] ?? '', Invoiced_Items: [changed] })
    await zoho.at.clock({ advanceMs: 10_000 })
    const select = ['ERP_ID', 'Invoiced_Items']
    const { records } = await readAll(zoho.connection, 'Invoices', { after: next, select })
    const lines = records[0]?.fields['Invoiced_Items']
    expect(keysOf(records)).to.deep.equal(['I1'])
    expect(Array.isArray(lines) && lines[0]).to.include({ Quantity: 5 })
  })
})
