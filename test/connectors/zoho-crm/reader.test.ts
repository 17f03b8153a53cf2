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

    it('gives a record again whose second change in one second became visible later than the first', async () => {
      const change = async (name: string) => {
        await zoho.at.clock({ now: '2030-03-01T10:00:00Z' })
        await zoho.at.put('Accounts', { id: await idOf('C1'), Account_Name: name })
        await zoho.at.clock({ now: '2030-03-01T10:00:40Z' })
      }
      await zoho.at.put('Accounts', accounts(1, 2))
      await change('the first')
      const named = (after?: Cursor) => read(after, { select: ['Account_Name'] })
      const first = await named()
      await change('the second')
      const second = await named(first.next)
      expect(second.records.map(it => it.fields['Account_Name'])).to.deep.equal(['the second'])
      expect((await named(second.next)).records, 'the same is not given again').to.deep.equal([])
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

  it('costs the calls that its pages need: 2,000 records, ten calls and one sign-in', async () => {
    await zoho.at.put('Accounts', accounts(1, 2_000))
    await past(5)
    const { records } = await read()
    expect(records).to.have.length(2_000)
    expect(zoho.calls).to.deep.equal(['POST oauth/v2/token', ...Array.from({ length: 10 }, () => 'GET Accounts')])
  })
})
