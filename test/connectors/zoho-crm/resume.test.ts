import { expect } from 'chai'
import { isEngineError } from '../../../engine/core/errors.ts'
import type { Cursor } from '../../../engine/core/record.ts'
import { accounts, failureOf, keysOf, type Opened, openZoho, readAll } from './open.ts'

const MINUTE = 60_000

describe('going on with a read of Zoho CRM', () => {
  let zoho: Opened
  const past = (minutes: number) => zoho.at.clock({ advanceMs: minutes * MINUTE })
  const read = (after?: Cursor, wish = {}) =>
    readAll(zoho.connection, 'Accounts', { ...(after ? { after } : {}), ...wish })
  const idOf = async (erpId: string): Promise<string> => {
    const found = (await zoho.at.records('Accounts')).find(it => it['ERP_ID'] === erpId)
    return String(found?.['id'])
  }

  beforeEach(async () => {
    zoho = await openZoho()
  })
  afterEach(() => zoho.close())

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
})
