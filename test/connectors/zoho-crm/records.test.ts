import { expect } from 'chai'
import { isEngineError } from '../../../engine/core/errors.ts'
import type { ReadRequest } from '../../../engine/sdk/connector.ts'
import { accounts, failureOf, type Opened, openZoho, readAll } from './open.ts'

describe('records of Zoho CRM', () => {
  let zoho: Opened
  const past = (minutes: number) => zoho.at.clock({ advanceMs: minutes * 60_000 })
  const read = (wish: Partial<ReadRequest> = {}) => readAll(zoho.connection, 'Accounts', wish)
  const idOf = async (erpId: string): Promise<string> => {
    const found = (await zoho.at.records('Accounts')).find(it => it['ERP_ID'] === erpId)
    return String(found?.['id'])
  }
  const callsSince = (from: number) => zoho.calls.slice(from)

  beforeEach(async () => {
    zoho = await openZoho()
  })
  afterEach(() => zoho.close())

  describe('an answer that is no answer', () => {
    const broken: readonly [string, { status: number; body: string }][] = [
      ['an empty body', { status: 200, body: '' }],
      ['HTML', { status: 200, body: '<html>busy</html>' }],
      ['JSON without data', { status: 200, body: '{}' }],
      ['data that is not a list', { status: 200, body: '{"data":{}}' }],
      ['a 503 of a gateway', { status: 503, body: '<html>unavailable</html>' }],
    ]
    for (const [what, answer] of broken)
      it(`${what} is asked for again, not taken for an empty page`, async () => {
        await zoho.at.put('Accounts', accounts(1, 2))
        await zoho.at.fault({ action: 'answer', path: 'GET /crm/v8/Accounts', times: 2, ...answer })
        const { records } = await read()
        expect(records).to.have.length(2)
      })

    it('half a body is asked for again', async () => {
      await zoho.at.put('Accounts', accounts(1, 2))
      await zoho.at.fault({ action: 'truncate', path: 'GET /crm/v8/Accounts' })
      expect((await read()).records).to.have.length(2)
    })

    it('that stays broken ends the run as transient, with the cursor where it was', async () => {
      await zoho.at.fault({ action: 'answer', path: 'GET /crm/v8/Accounts', times: 99, status: 200, body: '' })
      const error = await failureOf(() => read())
      expect(isEngineError(error) && [error.kind, error.code]).to.deep.equal(['transient', 'ZOHO_NO_ANSWER'])
    })

    it('an error inside a 200 is an error', async () => {
      const body = JSON.stringify({ code: 'INVALID_MODULE', message: 'no', details: {}, status: 'error' })
      await zoho.at.fault({ action: 'answer', path: 'GET /crm/v8/Accounts', status: 200, body })
      const error = await failureOf(() => read())
      expect(isEngineError(error) && [error.kind, error.code]).to.deep.equal(['unavailable', 'ZOHO_INVALID_MODULE'])
    })

    it('a page that names itself as the next one stops the walk', async () => {
      const info = { more_records: true, next_page_token: 'same' }
      const row = { id: '1', Modified_Time: '2026-03-01T10:00:00Z' }
      const body = JSON.stringify({ data: [row], info })
      await zoho.at.fault({ action: 'answer', path: 'GET /crm/v8/Accounts', times: 2, status: 200, body })
      const error = await failureOf(() => read())
      expect(isEngineError(error) && [error.kind, error.code]).to.deep.equal(['contract', 'ZOHO_PAGING'])
    })
  })

  describe('the fields of a record', () => {
    it('have no system keys and no empty values; lookups keep name and id', async () => {
      await zoho.at.put('Accounts', accounts(1, 1))
      const parent = await idOf('C1')
      await zoho.at.put('Accounts', {
        ERP_ID: 'C2',
        Account_Name: 'Child',
        Parent_Account: { id: parent },
        Phone: null,
      })
      const { records } = await read({ select: 'all' })
      const child = records.find(it => it.fields['Account_Name'] === 'Child')
      expect(child?.fields['Parent_Account']).to.deep.equal({ name: 'Account 1', id: parent })
      expect(child?.fields).not.to.have.any.keys('Phone', 'Website', '$currency_symbol', '$editable')
      expect(child?.key).to.equal(child?.fields['id'])
    })

    it('beyond 50 come in further calls and lose nothing', async () => {
      const more = Array.from({ length: 60 }, (_, i) => `X${String(i).padStart(2, '0')}`)
      await zoho.at.knobs({
        customFields: { Accounts: more.map(api_name => ({ api_name, data_type: 'text', length: 20 })) },
      })
      const wide = Object.fromEntries(more.map(name => [name, `${name}!`]))
      await zoho.at.put(
        'Accounts',
        accounts(1, 120).map(it => ({ ...it, ...wide })),
      )
      await past(5)
      const from = zoho.calls.length
      const { records } = await read({ select: ['ERP_ID', ...more] })
      expect(records).to.have.length(120)
      for (const record of records) expect(record.fields).to.include(wide)
      expect(callsSince(from)).to.deep.equal(['POST oauth/v2/token', 'GET Accounts', 'GET Accounts', 'GET Accounts'])
    })

    it('of an invoice with its lines come from single reads', async () => {
      await zoho.at.put('Products', { Product_Name: 'Bolt', ERP_ID: 'P1' })
      await zoho.at.put('Accounts', accounts(1, 1))
      const [product] = await zoho.at.records('Products')
      const lines = [{ Product_Name: { id: String(product?.['id']) }, Quantity: 3, List_Price: 2.5 }]
      const account = { id: await idOf('C1') }
      await zoho.at.put('Invoices', { Subject: 'I1', ERP_ID: 'I1', Account_Name: account, Invoiced_Items: lines })
      const from = zoho.calls.length
      const { records } = await readAll(zoho.connection, 'Invoices', { select: ['ERP_ID', 'Invoiced_Items.Quantity'] })
      expect(callsSince(from)).to.deep.equal(['POST oauth/v2/token', 'GET Invoices', 'GET Invoices/{id}'])
      expect(records[0]?.fields['ERP_ID']).to.equal('I1')
      const items = records[0]?.fields['Invoiced_Items']
      expect(Array.isArray(items) && items[0]).to.deep.include({ Quantity: 3, List_Price: 2.5 })
    })
  })

  describe('chosen records', () => {
    it('come by id in calls of 100, and one that is gone is simply absent', async () => {
      await zoho.at.put('Accounts', accounts(1, 150))
      const ids = (await zoho.at.records('Accounts')).map(it => String(it['id']))
      await zoho.at.remove('Accounts', ids[0] ?? '')
      const from = zoho.calls.length
      const values = [...ids, 'not-an-id', '1']
      const { records, next } = await read({ where: { field: 'id', values } })
      expect(records.map(it => it.key)).to.have.members(ids.slice(1))
      expect(next).to.deep.equal({})
      expect(callsSince(from)).to.deep.equal(['POST oauth/v2/token', 'GET Accounts', 'GET Accounts'])
    })

    it('none asked for is one empty page without a call', async () => {
      const { pages } = await read({ where: { field: 'id', values: [] } })
      expect(pages).to.deep.equal([{ records: [], next: {} }])
      expect(zoho.calls).to.deep.equal([])
    })
  })
})
