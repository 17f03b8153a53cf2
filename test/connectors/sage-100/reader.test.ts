import { expect } from 'chai'
import type { Cursor } from '../../../engine/core/record.ts'
import { testClock } from '../../support/clock.ts'
import { errorOf, HOUR, MINUTE, type Opened, open, refusal } from './open.ts'

const list = (more: object) => ({
  action: 'answer' as const,
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    company: 'ABC',
    entity: 'vendors',
    items: [],
    nextCursor: null,
    highWater: null,
    scanned: 0,
    asOf: { date: '20260115', time: '9.5' },
    ...more,
  }),
})

describe('reading sage-100 over the agent', () => {
  let erp: Opened
  afterEach(() => erp.close())

  const edit = (key: string, text: string) => erp.at.put('AP_Vendor', { key, VendorName: text })
  const names = { select: ['VendorName'] }

  /** Both clocks at this time, and running. */
  async function openAt(time: string, options: Readonly<Record<string, string>> = {}, records = 12): Promise<void> {
    erp = await open(options, { records, clock: testClock(new Date(time)) })
    await erp.at.clock({ now: time })
    await erp.at.clock({ now: null })
  }

  it('asks from the last mark minus ten minutes on, for the columns of the flow and of key and stamps only', async () => {
    await openAt('2026-06-15T15:00:00Z')
    const first = await erp.read('AP_Vendor', names)
    await edit('00-ACME', 'Changed')
    await erp.advance(HOUR)
    const { keys } = await erp.read('AP_Vendor', { ...names, after: first.next })
    expect(keys).to.deep.equal(['00-ACME'])
  })

  it('gives what shares one tick, though it fills many pages, and does not give it again when the run is repeated', async () => {
    await openAt('2026-06-15T15:00:00Z')
    const all = (await erp.read('AP_Vendor', names)).keys
    const { next } = await erp.read('AP_Vendor', names)
    await erp.advance(HOUR)
    await erp.at.clock({ now: '2026-06-15T16:00:00Z' })
    for (const key of all) await edit(key, 'Bulk')
    const tied = await erp.read('AP_Vendor', { ...names, after: next, pageSize: 2 })
    expect([...tied.keys].sort()).to.deep.equal([...all].sort())
    await erp.at.clock({ now: '2026-06-15T16:05:00Z' })
    // changed a moment before the first read: it may have changed again under the same stamp
    const again = await erp.read('AP_Vendor', { ...names, after: tied.next })
    expect([...again.keys].sort()).to.deep.equal([...all].sort())
    expect((await erp.read('AP_Vendor', { ...names, after: again.next })).keys).to.deep.equal([])
  })

  it('finds what is written in the hour that comes twice, however it is stamped', async () => {
    // 1:55 in Chicago, five minutes before the clock goes back to 1:00
    await openAt('2026-11-01T06:55:00Z')
    await edit('00-ACME', 'In the first 1:55')
    let { next } = await erp.read('AP_Vendor', names)
    for (const minutes of [10, 15, 15, 15, 15]) {
      await erp.advance(minutes * MINUTE)
      await edit('01-1E5', `${minutes} later`)
      await erp.advance(MINUTE)
      const run = await erp.read('AP_Vendor', { ...names, after: next })
      expect(run.records.map(it => it.fields['VendorName'])).to.include(`${minutes} later`)
      next = run.next
    }
  })

  it('finds what is written after somebody set the clock back by hours', async () => {
    await openAt('2026-06-15T15:00:00Z')
    await edit('00-ACME', 'Before')
    const { next } = await erp.read('AP_Vendor', names)
    await erp.at.knobs({ clockSkewMs: -3 * HOUR })
    await erp.advance(MINUTE)
    await edit('01-1E5', 'After')
    await erp.advance(14 * MINUTE)
    expect((await erp.read('AP_Vendor', { ...names, after: next })).keys).to.include('01-1E5')
  })

  it('finds what a workstation stamped half an hour late, when it takes its second look', async () => {
    await openAt('2026-06-15T15:00:00Z')
    await edit('00-ACME', 'At 15:00')
    let { next } = await erp.read('AP_Vendor', names)
    const run = async () => {
      const { records, next: reached } = await erp.read('AP_Vendor', { ...names, after: next })
      next = reached
      return records.map(it => it.fields['VendorName'])
    }
    await erp.advance(40 * MINUTE)
    await edit('00-ACME', 'At 15:40')
    await erp.advance(MINUTE)
    expect(await run()).to.deep.equal(['At 15:40'])
    await erp.at.clock({ advanceMs: -35 * MINUTE })
    await edit('01-1E5', 'Stamped 15:06, written 15:41')
    await erp.at.clock({ advanceMs: 35 * MINUTE })
    expect(await run()).to.deep.equal([])
    await erp.advance(35 * MINUTE)
    expect(await run()).to.deep.equal(['Stamped 15:06, written 15:41'])
  })

  it('finds what a workstation stamped an hour late just after a second look, when it takes the next one', async () => {
    await openAt('2026-06-15T15:00:00Z')
    await edit('00-ACME', 'At 15:00')
    const { next } = await erp.read('AP_Vendor', names)
    await erp.at.clock({ advanceMs: -HOUR })
    await edit('01-1E5', 'Stamped 14:00, written 15:00')
    await erp.at.clock({ advanceMs: HOUR })
    await erp.advance(71 * MINUTE)
    const { records } = await erp.read('AP_Vendor', { ...names, after: next })
    expect(records.map(it => it.fields['VendorName'])).to.include('Stamped 14:00, written 15:00')
  })

  for (const [look, minutes, wait] of [
    ['the next read', 9, 1],
    ['the next second look', 60, 71],
  ] as const)
    it(`finds with ${look} what a workstation stamped ${minutes} minutes late, before the hour that is left out`, async () => {
      // 3:03 in Chicago, three minutes after 1:59
      await openAt('2026-03-08T08:03:00Z')
      await edit('00-ACME', 'At 3:03')
      const { next } = await erp.read('AP_Vendor', names)
      await erp.at.clock({ advanceMs: -minutes * MINUTE })
      await edit('01-1E5', 'Late')
      await erp.at.clock({ advanceMs: minutes * MINUTE })
      await erp.advance(wait * MINUTE)
      const { records } = await erp.read('AP_Vendor', { ...names, after: next })
      expect(records.map(it => it.fields['VendorName'])).to.include('Late')
    })

  it('finds what is written after somebody set the clock back by hours, though it has gone ahead by one since', async () => {
    // 23:30 in Chicago; the next read is at 6:30 by the sun, and at 3:30 by the clock
    await openAt('2026-03-08T05:30:00Z')
    await edit('00-ACME', 'Before')
    const { next } = await erp.read('AP_Vendor', names)
    await erp.at.knobs({ clockSkewMs: -3 * HOUR })
    await erp.advance(MINUTE)
    await edit('01-1E5', 'After')
    await erp.advance(6 * HOUR - MINUTE)
    expect((await erp.read('AP_Vendor', { ...names, after: next })).keys).to.include('01-1E5')
  })

  it('goes on from the greatest stamp given when its place in the list has expired, and gives nothing twice', async () => {
    await openAt('2026-06-15T15:00:00Z')
    const all = (await erp.read('AP_Vendor')).keys
    const given: string[] = []
    for await (const page of erp.connection.read('AP_Vendor', { select: [], deletes: false, pageSize: 6 })) {
      given.push(...page.records.map(it => it.key))
      await erp.at.knobs({ expireCursors: true })
      await erp.advance(10)
    }
    expect(given).to.deep.equal(all)
  })

  it('does not take the only page of a list that it began again further on for the whole list', async () => {
    await openAt('2026-06-15T15:00:00Z')
    const { keys: all } = await erp.read('AP_Vendor')
    for (const key of all) {
      await erp.advance(MINUTE / 60)
      await edit(key, 'Each at its own second')
    }
    await erp.advance(MINUTE)
    const given = new Set<string>()
    const wholeAfter: number[] = []
    let pages = 0
    for await (const page of erp.connection.read('AP_Vendor', { ...names, deletes: true, pageSize: all.length - 3 })) {
      pages += 1
      for (const { key } of page.records) given.add(key)
      if (page.complete) wholeAfter.push(given.size)
      if (pages > 1) continue
      // stamped behind the place that the walk stands at, by a workstation whose clock is late
      await erp.at.clock({ advanceMs: -9 * MINUTE })
      await edit(all.at(-1) ?? '', 'Late')
      await erp.at.clock({ advanceMs: 9 * MINUTE })
      await erp.at.knobs({ expireCursors: true })
    }
    expect(wholeAfter).to.deep.equal([all.length])
    expect([...given].sort()).to.deep.equal([...all].sort())
  })

  it('gives up on an agent that forgets every cursor at once', async () => {
    await openAt('2026-06-15T15:00:00Z')
    await erp.at.fault({ ...refusal(410, 'CURSOR_EXPIRED', 'expired'), path: 'cursor=', times: 100 })
    const error = await errorOf(() => erp.read('AP_Vendor', { pageSize: 2 }))
    expect([error.kind, error.code]).to.deep.equal(['contract', 'SAGE100_CURSOR_EXPIRED'])
  })

  it('goes on with the next run where an agent that forgot every cursor made it give up', async () => {
    await openAt('2026-06-15T15:00:00Z')
    const all = (await erp.read('AP_Vendor', names)).keys
    const given: string[] = []
    let next: Cursor = {}
    const readOn = async () => {
      for await (const page of erp.connection.read('AP_Vendor', {
        ...names,
        after: next,
        deletes: false,
        pageSize: 2,
      })) {
        given.push(...page.records.map(it => it.key))
        next = page.next
        await erp.advance(11 * MINUTE)
      }
    }
    // all of one tick: there is no place in between to begin again from
    await erp.at.clock({ now: '2026-06-15T16:00:00Z' })
    for (const key of all) await erp.at.put('AP_Vendor', { key, VendorName: 'Bulk' })
    await erp.at.clock({ now: null })
    expect((await errorOf(readOn)).code).to.equal('SAGE100_CURSOR_EXPIRED')
    for await (const page of erp.connection.read('AP_Vendor', { ...names, after: next, deletes: false, pageSize: 2 }))
      given.push(...page.records.map(it => it.key))
    expect([...new Set(given)].sort()).to.deep.equal([...all].sort())
  })

  it('reads in a sweep what changed without a new stamp, and a renumbered customer under its new key', async () => {
    await openAt('2026-06-15T15:00:00Z')
    const { next, keys } = await erp.read('AR_Customer', { select: ['CustomerName'] })
    const [first = ''] = keys
    await erp.at.knobs({ silent: true })
    await erp.at.put('AR_Customer', { key: first, CustomerName: 'Silent' })
    await erp.at.knobs({ renumber: { from: '01~ABF', to: '01~ABF-2' } })
    const swept = await erp.read('AR_Customer', { select: ['CustomerName'], after: next, full: true })
    expect(swept.keys).to.include('01-ABF-2').and.to.not.include('01-ABF')
    expect(swept.records.find(it => it.key === first)?.fields['CustomerName']).to.equal('Silent')
    expect(swept.pages.at(-1)?.complete).to.equal(true)
  })

  it('finds records that were never updated by when they were made', async () => {
    await openAt('2026-06-15T15:00:00Z')
    const { next } = await erp.read('AP_Vendor')
    await erp.advance(HOUR)
    await erp.at.put('AP_Vendor', { key: '00-NEW', VendorName: 'New' })
    await erp.at.put('AP_Vendor', { key: '00-NEW', DateUpdated: '' })
    const { records } = await erp.read('AP_Vendor', { after: next })
    expect(records.map(it => [it.key, 'DateTimeUpdated' in it.fields])).to.deep.equal([['00-NEW', false]])
  })

  it('remembers a bounded number of records: beyond it they come again, and the cursor stays small', async () => {
    await openAt('2026-06-15T15:00:00Z')
    const { next } = await erp.read('AP_Vendor')
    await erp.advance(HOUR)
    const many = Array.from({ length: 6_000 }, (_, n) => ({ key: `05-${n}`, VendorName: 'Bulk' }))
    await erp.at.put('AP_Vendor', many)
    await erp.advance(MINUTE)
    const first = await erp.read('AP_Vendor', { after: next, pageSize: 1_000 })
    const again = await erp.read('AP_Vendor', { after: first.next, pageSize: 1_000 })
    expect(first.keys).to.have.length(many.length)
    expect(again.keys.length).to.be.within(1, many.length / 2)
    expect(JSON.stringify(first.next).length).to.be.below(64 * 1024)
  })

  for (const [what, answer] of [
    ['another company', { company: 'ABX' }],
    ['another entity', { entity: 'customers' }],
    ['no list', { items: null }],
    ['items that are none', { items: [1] }],
    ['no word on further pages', { nextCursor: undefined }],
    ['no time', { asOf: null }],
    ['a time that is none', { asOf: { date: '20260115', time: 'noon' } }],
    ['a record without a key', { items: [{ VendorName: 'x' }] }],
  ] as const)
    it(`believes nothing of a page with ${what}`, async () => {
      await openAt('2026-06-15T15:00:00Z')
      await erp.at.fault({ ...list(answer), path: 'vendors' })
      expect((await errorOf(() => erp.read('AP_Vendor'))).kind).to.equal('contract')
    })

  it('goes on after a page that is short or empty and still not the last', async () => {
    await openAt('2026-06-15T15:00:00Z')
    const all = (await erp.read('AP_Vendor')).keys
    const rows = await erp.read('AP_Vendor', { pageSize: 2 })
    const walk = rows.pages[0]?.next['walk']
    const place = typeof walk === 'object' && walk !== null && 'next' in walk ? String(walk.next) : ''
    await erp.at.fault({ ...list({ nextCursor: place }), path: 'vendors' })
    expect((await erp.read('AP_Vendor', { pageSize: 2 })).keys).to.deep.equal(all.slice(2))
  })

  it('looks for keys one by one, and for other values along the whole list', async () => {
    await openAt('2026-06-15T15:00:00Z')
    await edit('00-ACME', 'Wanted')
    const before = erp.calls.length
    const byKey = await erp.read('AP_Vendor', { where: { field: 'key', values: ['00-ACME', '00-NOPE', 'nonsense'] } })
    expect([byKey.keys, erp.calls.slice(before)]).to.deep.equal([['00-ACME'], ['get vendors', 'get vendors']])
    const byName = await erp.read('AP_Vendor', { where: { field: 'VendorName', values: ['Wanted'] } })
    expect(byName.keys).to.deep.equal(['00-ACME'])
  })
})

describe('a connection of sage-100 without an agent', () => {
  it('says before a run, and again when it is read, that only known keys can be', async () => {
    const erp = await open({ paths: 'soap' })
    const request = { entity: 'AR_Customer', use: 'read', fields: [], optional: [] } as const
    const answer = await erp.connection.preflight(request)
    const error = await errorOf(() => erp.read('AR_Customer'))
    const vendor = await errorOf(() => erp.read('AP_Vendor', { where: { field: 'key', values: ['00-ACME'] } }))
    const search = await errorOf(() => erp.read('AR_Customer', { where: { field: 'CustomerNo', values: ['ABF'] } }))
    await erp.close()
    expect(answer.is === 'unavailable' && answer.error.code).to.equal('SAGE100_KNOWN_KEYS_ONLY')
    for (const it of [error, vendor, search]) {
      expect([it.kind, it.code]).to.deep.equal(['unavailable', 'SAGE100_KNOWN_KEYS_ONLY'])
      expect(it.message).to.include('known keys only')
      expect(it.remedy).to.include('agentUrl')
    }
    expect(erp.calls).to.deep.equal([])
  })
})
