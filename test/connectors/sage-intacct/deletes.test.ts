import { expect } from 'chai'
import { MAX_SEEN, stillNeeded } from '../../../connectors/sage-intacct/read/deletes.ts'
import type { Cursor } from '../../../engine/core/record.ts'
import { testClock } from '../../support/clock.ts'
import { again, answerWith, closeAll, dataCalls, type Intacct, readAll, startIntacct } from './support.ts'

const MINUTE = 60_000
const START = '2026-02-03T12:00:00Z'
const XML = { 'content-type': 'text/xml', date: 'Tue, 03 Feb 2026 13:00:00 GMT' }

async function settled(options: Parameters<typeof startIntacct>[0] = {}): Promise<Intacct & { cursor: Cursor }> {
  const clock = testClock(new Date(START))
  const intacct = await startIntacct({ records: 4, clock, ...options })
  await intacct.over.clock({ now: START })
  const { cursor } = await readAll(intacct.connection, 'VENDOR', { deletes: true })
  clock.advance(60 * MINUTE)
  await intacct.over.clock({ advanceMs: 60 * MINUTE })
  intacct.calls.length = 0
  return { ...intacct, cursor }
}

const read = ({ connection }: Pick<Intacct, 'connection'>, after: Cursor, pageSize = 1000) =>
  readAll(connection, 'VENDOR', { after, deletes: true, pageSize })

async function firstKey(it: Intacct): Promise<string> {
  return String((await it.over.records('VENDOR'))[0]?.['VENDORID'])
}

const auditPage = (rows: string, count: number) =>
  answerWith(
    `<result><status>success</status><function>query</function><controlid>query AUDITHISTORY</controlid><data listtype="AUDITHISTORY" totalcount="${count}" offset="0" count="${count}" numremaining="0">${rows}</data></result>`,
  )
const auditRow = (id: number | string, key: string) =>
  `<AUDITHISTORY><ID>${id}</ID><OBJECTKEY>${key}</OBJECTKEY><ACCESSTIME>02/03/2026 12:30:00</ACCESSTIME></AUDITHISTORY>`

describe('sage-intacct: deletions', () => {
  afterEach(closeAll)

  it('are reported by natural key, once', async () => {
    const it = await settled()
    const key = await firstKey(it)
    await it.over.remove('VENDOR', key)
    const first = await read(it, it.cursor)
    expect(first.records).to.deep.equal([{ key, change: 'delete', fields: { VENDORID: key } }])
    const second = await read(it, first.cursor)
    expect(second.records).to.deep.equal([])
  })

  it('are not asked for unless the flow acts on them, and none is lost when it does later', async () => {
    const it = await settled()
    const key = await firstKey(it)
    await it.over.remove('VENDOR', key)
    const without = await readAll(it.connection, 'VENDOR', { after: it.cursor })
    expect(dataCalls(it)).to.deep.equal(['query VENDOR'])
    expect((await read(it, without.cursor)).records.map(record => record.key)).to.deep.equal([key])
  })

  it('of other objects are not reported', async () => {
    const it = await settled()
    await it.over.put('CLASS', { CLASSID: 'X', NAME: 'x' })
    await it.over.remove('CLASS', 'X')
    expect((await read(it, it.cursor)).records).to.deep.equal([])
  })

  it('of a key that was made anew are not reported: the living record is', async () => {
    const it = await settled()
    const key = await firstKey(it)
    await it.over.remove('VENDOR', key)
    await it.over.put('VENDOR', { VENDORID: key, NAME: 'Anew' })
    const { records } = await read(it, it.cursor)
    expect(records.map(record => [record.key, record.change])).to.deep.equal([[key, 'upsert']])
  })

  it('that happened while the first walk was under way are reported after it', async () => {
    const it = await startIntacct({ records: 4 })
    const deleted: string[] = []
    let cursor: Cursor = {}
    for await (const page of it.connection.read('VENDOR', { select: [], deletes: true, pageSize: 2 })) {
      const [first] = page.records
      if (first && deleted.length === 0) {
        deleted.push(first.key)
        await it.over.remove('VENDOR', first.key)
      }
      cursor = page.next
    }
    expect((await read(it, cursor)).records.map(record => [record.key, record.change])).to.deep.equal([
      [deleted[0], 'delete'],
    ])
  })

  it('are found whatever the zone of the audit history', async () => {
    for (const auditZone of ['utc', 'user']) {
      const it = await settled({ options: { gmtOffset: '-11:00', auditZone }, settings: { gmtOffset: '-11:00' } })
      const key = await firstKey(it)
      await it.over.remove('VENDOR', key)
      const first = await read(it, it.cursor)
      const second = await read(it, first.cursor)
      expect([first, second].map(({ records }) => records.map(record => record.key))).to.deep.equal([[key], []])
    }
  })

  it('known by record number only say so, and leave the rest to the sweep', async () => {
    const it = await settled()
    const number = String((await it.over.records('VENDOR'))[0]?.['RECORDNO'])
    const body = auditPage(auditRow(1, '999999--REC') + auditRow(2, `${number}--REC`) + auditRow(3, 'GONE'), 3)
    await it.over.fault({ action: 'answer', bodyContains: 'AUDITHISTORY', status: 200, headers: XML, body })
    const { records } = await read(it, it.cursor)
    expect(records).to.deep.equal([
      { key: '999999--REC', change: 'delete', fields: { RECORDNO: '999999' } },
      { key: 'GONE', change: 'delete', fields: { VENDORID: 'GONE' } },
    ])
    expect(it.logged.filter(line => line.includes('record number only'))).to.have.length(1)
  })

  it('are switched off with one warning when the user may not see them', async () => {
    const it = await settled({ options: { auditHistory: 'denied' } })
    await it.over.put('VENDOR', { VENDORID: 'NEW', NAME: 'New', 'DISPLAYCONTACT.PRINTAS': 'New' })
    const first = await read(it, it.cursor)
    expect(first.records.map(record => record.key)).to.deep.equal(['NEW'])
    await read(it, first.cursor)
    expect(dataCalls(it)).to.deep.equal(['query VENDOR', 'query AUDITHISTORY', 'query VENDOR'])
    expect(it.logged.filter(line => line.includes('audit history'))).to.have.length(1)
    const other = await again(it, { facts: it.facts, tokens: it.tokens, clock: it.clock })
    await read(other, first.cursor)
    expect(other.calls).to.deep.equal(['query VENDOR'])
  })

  it('come after all when the permission is given later', async () => {
    const it = await settled({ options: { auditHistory: 'denied' } })
    const key = await firstKey(it)
    await it.over.remove('VENDOR', key)
    const { cursor } = await read(it, it.cursor)
    await it.over.knobs({ auditHistory: 'allowed' })
    const day = 25 * 60 * MINUTE
    it.clock.advance(day)
    await it.over.clock({ advanceMs: day })
    expect((await read(it, cursor)).records.map(record => record.key)).to.deep.equal([key])
  })

  it('are left for the next run when the audit history fails three times', async () => {
    const it = await settled()
    const key = await firstKey(it)
    await it.over.remove('VENDOR', key)
    const body = answerWith(
      '<result><status>failure</status><function>query</function><controlid>query AUDITHISTORY</controlid><errormessage><error><errorno>DL02000001</errorno><description></description><description2>There was an error processing the request</description2><correction></correction></error></errormessage></result>',
    )
    await it.over.fault({ action: 'answer', bodyContains: 'AUDITHISTORY', times: 3, status: 200, headers: XML, body })
    const first = await read(it, it.cursor)
    expect(first.records).to.deep.equal([])
    expect(dataCalls(it)).to.deep.equal(['query VENDOR', ...Array(3).fill('query AUDITHISTORY')])
    expect(it.logged.filter(line => line.includes('in trouble'))).to.have.length(1)
    expect((await read(it, first.cursor)).records.map(record => record.key)).to.deep.equal([key])
  })

  it('are read although every second page of the audit history fails', async () => {
    const it = await settled({ options: { auditHistory: 'flaky' } })
    const key = await firstKey(it)
    await it.over.remove('VENDOR', key)
    expect((await read(it, it.cursor)).records.map(record => record.key)).to.deep.equal([key])
  })

  it('are all read when a bulk deletion fills several pages of one second, and none twice', async function () {
    this.timeout(60_000)
    const it = await settled({ records: 1 })
    const names = Array.from({ length: 1100 }, (_, index) => `B${index}`)
    await it.over.put(
      'CLASS',
      names.map(name => ({ CLASSID: name, NAME: name })),
    )
    for (const name of names) await it.over.remove('CLASS', name)
    const first = await readAll(it.connection, 'CLASS', { after: it.cursor, deletes: true })
    expect(first.records.map(({ key }) => key).sort()).to.deep.equal([...names].sort())
    expect(first.records.every(({ change }) => change === 'delete')).to.equal(true)
    expect((await readAll(it.connection, 'CLASS', { after: first.cursor, deletes: true })).records).to.deep.equal([])
  })

  it('are reported once although the run died between two pages of them', async function () {
    this.timeout(60_000)
    const it = await settled({ records: 1 })
    const names = Array.from({ length: 1100 }, (_, index) => `B${index}`)
    await it.over.put(
      'CLASS',
      names.map(name => ({ CLASSID: name, NAME: name })),
    )
    for (const name of names) await it.over.remove('CLASS', name)
    const reported: string[] = []
    let cursor = it.cursor
    for await (const page of it.connection.read('CLASS', { after: cursor, select: [], deletes: true })) {
      reported.push(...page.records.map(({ key }) => key))
      cursor = page.next
      if (reported.length > 0) break
    }
    expect(reported).to.have.length(1000)
    const rest = await readAll(it.connection, 'CLASS', { after: cursor, deletes: true })
    reported.push(...rest.records.map(({ key }) => key))
    expect(reported.sort()).to.deep.equal([...names].sort())
  })

  it('keep no more in the cursor than the next run can meet again', async () => {
    const it = await settled()
    const rows = Array.from({ length: 900 }, (_, index) => auditRow(index + 1, `G${index}`)).join('')
    await it.over.fault({
      action: 'answer',
      bodyContains: 'AUDITHISTORY',
      status: 200,
      headers: XML,
      body: auditPage(rows, 900),
    })
    const { cursor, records } = await read(it, it.cursor)
    expect(records).to.have.length(900)
    expect((cursor['deletes'] as { seen: string[] }).seen).to.have.length(900)
    const days = 3 * 24 * 60 * MINUTE
    it.clock.advance(days)
    await it.over.clock({ advanceMs: days })
    const later = await read(it, (await read(it, cursor)).cursor)
    expect((later.cursor['deletes'] as { seen: string[] }).seen).to.deep.equal([])
  })

  it('keep the newest ids when a bulk deletion goes beyond the bound', () => {
    const ids = Array.from({ length: MAX_SEEN + 10 }, (_, index) => `id${index}`)
    const kept = stillNeeded(new Set(ids), new Map(ids.map(id => [id, 5])), 5)
    expect(kept).to.deep.equal(ids.slice(10))
  })
})
