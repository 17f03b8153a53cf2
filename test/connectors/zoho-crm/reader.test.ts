import { expect } from 'chai'
import { isEngineError } from '../../../engine/core/errors.ts'
import type { Cursor } from '../../../engine/core/record.ts'
import { accounts, failureOf, keysOf, type Opened, openZoho, readAll } from './open.ts'

const MINUTE = 60_000

describe('reading Zoho CRM', () => {
  let zoho: Opened
  const past = (minutes: number) => zoho.at.clock({ advanceMs: minutes * MINUTE })
  const read = (after?: Cursor, wish = {}) =>
    readAll(zoho.connection, 'Accounts', { ...(after ? { after } : {}), ...wish })
  const idOf = async (erpId: string): Promise<string> => {
    const found = (await zoho.at.records('Accounts')).find(it => it['ERP_ID'] === erpId)
    return String(found?.['id'])
  }
  const callsSince = (from: number) => zoho.calls.slice(from)

  beforeEach(async () => {
    zoho = await openZoho()
  })
  afterEach(() => zoho.close())

  describe('everything', () => {
    it('comes in pages of a chain, and the last page says that the walk was complete', async () => {
      await zoho.at.put('Accounts', accounts(1, 450))
      await past(5)
      const { pages, records } = await read()
      expect(pages.map(page => page.records.length)).to.deep.equal([200, 200, 50])
      expect(pages.map(page => page.complete)).to.deep.equal([undefined, undefined, true])
      expect(new Set(keysOf(records)).size).to.equal(450)
    })

    it('of an empty module is one empty, complete page', async () => {
      const { pages } = await read()
      expect(pages).to.have.length(1)
      expect(pages[0]).to.deep.include({ records: [], complete: true })
    })

    it('is read again when asked for in full, whatever was seen before', async () => {
      await zoho.at.put('Accounts', accounts(1, 3))
      await past(5)
      const first = await read()
      const again = await read(first.next, { full: true })
      expect(keysOf(again.records)).to.have.members(['C1', 'C2', 'C3'])
      expect(again.pages.at(-1)?.complete).to.equal(true)
    })

    it('goes on beyond what one chain of page tokens gives: a paging cap is not the end', async () => {
      await zoho.at.knobs({ pageTokenCap: 200 })
      for (let from = 1; from <= 500; from += 100) {
        await zoho.at.put('Accounts', accounts(from, from + 99))
        await zoho.at.clock({ advanceMs: 3_000 })
      }
      await past(5)
      const { records } = await read()
      expect(new Set(keysOf(records)).size).to.equal(500)
    })

    it('stops and says so when more records share one second than a chain gives', async () => {
      await zoho.at.knobs({ pageTokenCap: 200 })
      await zoho.at.clock({ now: '2026-03-01T10:00:00Z' })
      await zoho.at.put('Accounts', accounts(1, 450))
      const error = await failureOf(() => read())
      expect(isEngineError(error) && error.code).to.equal('ZOHO_TIE_TOO_WIDE')
    })

    it('does not call itself complete when records moved or went while its pages were read', async () => {
      await zoho.at.put('Accounts', accounts(1, 250))
      await past(5)
      const c1 = await idOf('C1')
      for (const act of [() => zoho.at.put('Accounts', { id: c1, Phone: '1' }), () => zoho.at.remove('Accounts', c1)]) {
        const completes: (boolean | undefined)[] = []
        for await (const page of zoho.connection.read('Accounts', { select: ['ERP_ID'], deletes: true })) {
          completes.push(page.complete)
          if (completes.length > 1) continue
          await zoho.at.clock({ advanceMs: 2_000 })
          await act()
        }
        expect(completes).to.deep.equal([undefined, undefined])
        await past(5)
      }
    })
  })

  describe('changes', () => {
    it('cost one call when there are none, and two with deletions', async () => {
      await zoho.at.put('Accounts', accounts(1, 3))
      await past(5)
      const first = await read()
      await past(5)
      const before = zoho.calls.length
      const quiet = await read(first.next)
      expect(quiet.records).to.deep.equal([])
      expect(callsSince(before)).to.deep.equal(['GET Accounts'])
      await read(quiet.next, { deletes: true })
      expect(callsSince(before + 1)).to.deep.equal(['GET Accounts', 'GET Accounts/deleted'])
    })

    it('come once each, the boundary row not again with every run', async () => {
      for (const sinceBoundary of ['inclusive', 'exclusive']) {
        await zoho.at.knobs({ sinceBoundary })
        await zoho.at.put(
          'Accounts',
          accounts(1, 3).map(it => ({ ...it, ERP_ID: `${it['ERP_ID']}-${sinceBoundary}` })),
        )
        await zoho.at.clock({ advanceMs: 10_000 })
        const first = await read()
        const second = await read(first.next)
        expect([sinceBoundary, second.records]).to.deep.equal([sinceBoundary, []])
      }
    })

    it('that share the last second of a run are not lost, even those that come within it after the read', async () => {
      for (const sinceBoundary of ['inclusive', 'exclusive']) {
        await zoho.at.knobs({ sinceBoundary })
        await zoho.at.clock({ now: '2026-03-01T10:00:00Z' })
        await zoho.at.put('Accounts', { ERP_ID: `A-${sinceBoundary}`, Account_Name: 'A' })
        const first = await read()
        await zoho.at.put('Accounts', { ERP_ID: `B-${sinceBoundary}`, Account_Name: 'B' })
        const id = await idOf(`A-${sinceBoundary}`)
        await zoho.at.put('Accounts', { id, Account_Name: 'A again' })
        const second = await read(first.next, { select: ['ERP_ID', 'Account_Name'] })
        expect(second.records.map(it => it.fields['Account_Name'])).to.include.members(['A again', 'B'])
        await past(10)
      }
    })

    it("move the mark by Zoho's clock: our own running ahead skips nothing", async () => {
      zoho.clock.advance(3 * 60 * MINUTE)
      await zoho.at.put('Accounts', accounts(1, 1))
      const first = await read()
      await zoho.at.clock({ advanceMs: 30_000 })
      await zoho.at.put('Accounts', accounts(2, 2))
      expect(keysOf((await read(first.next)).records)).to.include('C2')
    })

    it('move no mark without a Date header: the same is read again', async () => {
      await zoho.at.put('Accounts', accounts(1, 2))
      await past(5)
      const data = (await zoho.at.records('Accounts')).map(it => ({ ...it, $x: 1 }))
      const info = { more_records: false }
      // a fault's answer carries no Date of the sandbox, only the server's own if any: it is set to nothing readable
      await zoho.at.fault({
        action: 'answer',
        path: 'GET /crm/v8/Accounts',
        status: 200,
        headers: { date: 'unknown', 'content-type': 'application/json' },
        body: JSON.stringify({ data, info }),
      })
      const first = await read()
      expect(first.records).to.have.length(2)
      expect(first.next).not.to.have.property('mark')
      expect((await read(first.next)).records).to.have.length(2)
    })

    it("dated in the future do not push the mark past Zoho's now", async () => {
      const now = (await zoho.at.clock({ now: '2026-03-01T10:00:00Z' })).now
      await zoho.at.clock({ advanceMs: 365 * 24 * 60 * MINUTE })
      await zoho.at.put('Accounts', { ERP_ID: 'FUTURE', Account_Name: 'F' })
      await zoho.at.clock({ now })
      const first = await read()
      expect(keysOf(first.records)).to.deep.equal(['FUTURE'])
      await past(5)
      await zoho.at.put('Accounts', accounts(1, 1))
      expect(keysOf((await read(first.next)).records)).to.include('C1')
    })

    it('that become visible late, within the overlap, are found', async () => {
      await zoho.at.clock({ now: '2026-03-01T10:00:00Z' })
      const first = await read()
      await zoho.at.clock({ advanceMs: -30_000 })
      await zoho.at.put('Accounts', accounts(1, 1))
      await zoho.at.clock({ advanceMs: 60_000 })
      expect(keysOf((await read(first.next)).records)).to.deep.equal(['C1'])
    })

    it('made while the pages are read are on a later page or in the next run', async () => {
      await zoho.at.put('Accounts', accounts(1, 250))
      await past(5)
      const id = await idOf('C250')
      const names: unknown[] = []
      let count = 0
      for await (const page of zoho.connection.read('Accounts', { select: ['Account_Name'], deletes: false })) {
        names.push(...page.records.map(it => it.fields['Account_Name']))
        count += 1
        if (count === 1) await zoho.at.put('Accounts', { id, Account_Name: 'edited' })
      }
      expect(names).to.include('edited')
    })

    it('in an account with another offset than ours, over a change of daylight saving, are ordered in UTC', async () => {
      await zoho.close()
      zoho = await openZoho({ sandboxOptions: { utcOffset: '-07:00' } })
      await zoho.at.put('Accounts', accounts(1, 1))
      const { records } = await read()
      expect(records[0]?.version).to.match(/Z$/)
      expect(Math.abs(Date.parse(records[0]?.version ?? '') - Date.now())).to.be.below(MINUTE)
    })
  })

  describe('an interrupted walk', () => {
    const firstPage = async (wish = {}) => {
      for await (const page of zoho.connection.read('Accounts', { select: ['ERP_ID'], deletes: false, ...wish }))
        return page
      throw new Error('no page')
    }

    it('goes on after its last page in another process, to the same end', async () => {
      await zoho.at.put('Accounts', accounts(1, 450))
      await past(5)
      const page = await firstPage()
      const rest = await read(page.next)
      expect(rest.pages).to.have.length(2)
      expect(rest.pages.at(-1)?.complete).to.equal(true)
      expect(new Set(keysOf([...page.records, ...rest.records])).size).to.equal(450)
    })

    it('begins again where it was when its page token has expired', async () => {
      for (let from = 1; from <= 301; from += 100) {
        await zoho.at.put('Accounts', accounts(from, from + 99))
        await zoho.at.clock({ advanceMs: 3_000 })
      }
      const page = await firstPage()
      await past(25 * 60)
      const rest = await read(page.next)
      expect(new Set(keysOf([...page.records, ...rest.records])).size).to.equal(400)
      // from the newest change delivered, not from the beginning
      expect(rest.records.length).to.be.below(310)
    })

    it('begins a new chain when other fields are asked for', async () => {
      await zoho.at.put('Accounts', accounts(1, 250))
      await past(5)
      const page = await firstPage()
      const rest = await read(page.next, { select: ['ERP_ID', 'Phone'] })
      expect(new Set(keysOf([...page.records, ...rest.records])).size).to.equal(250)
    })

    it('refuses a cursor that is not its own', async () => {
      const error = await failureOf(() => read({ offset: 7 }))
      expect(isEngineError(error) && error.code).to.equal('ZOHO_CURSOR_UNREADABLE')
    })
  })

  it('keeps a bounded cursor after a bulk edit of one second', async () => {
    await zoho.at.clock({ now: '2026-03-01T10:00:00Z' })
    await zoho.at.put('Accounts', accounts(1, 3_000))
    await zoho.at.clock({ advanceMs: 20_000 })
    const { next, records } = await read()
    expect(records).to.have.length(3_000)
    expect(JSON.stringify(next).length).to.be.below(40_000)
  }).timeout(60_000)

  describe('deletions', () => {
    it('recycled and permanent ones are reported once', async () => {
      await zoho.at.put('Accounts', accounts(1, 3))
      await past(5)
      const first = await read(undefined, { deletes: true })
      const [c1, c2] = [await idOf('C1'), await idOf('C2')]
      await zoho.at.remove('Accounts', c1)
      await zoho.at.remove('Accounts', c2)
      await zoho.at.knobs({ emptyRecycleBin: true })
      await zoho.at.put('Accounts', accounts(4, 4))
      const second = await read(first.next, { deletes: true })
      expect(second.records.map(it => [it.change, it.key])).to.have.deep.members([
        ['upsert', await idOf('C4')],
        ['delete', c1],
        ['delete', c2],
      ])
      await past(1)
      const third = await read(second.next, { deletes: true })
      expect(third.records.filter(it => it.change === 'delete')).to.deep.equal([])
    })

    it('more of them than Zoho lists stop the run, and a full read goes on from there', async () => {
      await zoho.at.put('Accounts', accounts(1, 2))
      await past(5)
      const first = await read(undefined, { deletes: true })
      const body = JSON.stringify({ code: 'DISCRETE_PAGINATION_LIMIT_EXCEEDED', message: 'm', details: {} })
      await zoho.at.fault({ action: 'answer', path: 'deleted', status: 400, body })
      const error = await failureOf(() => read(first.next, { deletes: true }))
      expect(isEngineError(error) && error.code).to.equal('ZOHO_TOO_MANY_DELETIONS')
      await past(5)
      const sweep = await read(first.next, { deletes: true, full: true })
      expect(sweep.pages.at(-1)?.complete).to.equal(true)
      expect(String(sweep.next['gone']) > String(first.next['gone'])).to.equal(true)
    })

    it('that a full read interrupted half-way cannot tell are told by the next run', async () => {
      await zoho.at.put('Accounts', accounts(1, 250))
      await past(5)
      const first = await read(undefined, { deletes: true })
      const gone = await idOf('C1')
      await zoho.at.remove('Accounts', gone)
      await past(5)
      let half: Cursor = {}
      for await (const page of zoho.connection.read('Accounts', {
        after: first.next,
        full: true,
        select: [],
        deletes: true,
      })) {
        half = page.next
        break
      }
      const edited = await idOf('C2')
      await zoho.at.put('Accounts', { id: edited, Phone: '1' })
      const rest = await read(half, { deletes: true })
      expect(rest.pages.at(-1)?.complete).to.equal(undefined)
      const next = await read(rest.next, { deletes: true })
      expect(next.records.filter(it => it.change === 'delete').map(it => it.key)).to.deep.equal([gone])
    })

    it('more than a page of them all come', async () => {
      await zoho.at.put('Accounts', accounts(1, 250))
      await past(5)
      const first = await read()
      for (const record of await zoho.at.records('Accounts')) await zoho.at.remove('Accounts', String(record['id']))
      const second = await read(first.next, { deletes: true })
      expect(second.records.filter(it => it.change === 'delete')).to.have.length(250)
    })
  })

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
      const { records } = await read(undefined, { select: 'all' })
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
      const { records } = await read(undefined, { select: ['ERP_ID', ...more] })
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
      const { records, next } = await read(undefined, { where: { field: 'id', values } })
      expect(records.map(it => it.key)).to.have.members(ids.slice(1))
      expect(next).to.deep.equal({})
      expect(callsSince(from)).to.deep.equal(['POST oauth/v2/token', 'GET Accounts', 'GET Accounts'])
    })

    it('none asked for is one empty page without a call', async () => {
      const { pages } = await read(undefined, { where: { field: 'id', values: [] } })
      expect(pages).to.deep.equal([{ records: [], next: {} }])
      expect(zoho.calls).to.deep.equal([])
    })
  })
})
