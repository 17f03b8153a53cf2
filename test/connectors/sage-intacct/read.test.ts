import { expect } from 'chai'
import { sageIntacct } from '../../../connectors/sage-intacct/index.ts'
import type { Cursor, DataRecord } from '../../../engine/core/record.ts'
import { testClock } from '../../support/clock.ts'
import { again, closeAll, dataCalls, displayContactOf, type Intacct, readAll, startIntacct } from './support.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = '2026-02-03T12:00:00Z'
const keys = (records: readonly DataRecord[]) => records.map(it => it.key)

/** A sandbox and a clock of ours that stand at START, and the cursor of a first full read of the classes. */
async function settled(options: Parameters<typeof startIntacct>[0] = {}): Promise<Intacct & { cursor: Cursor }> {
  const clock = options.clock ?? testClock(new Date(START))
  const intacct = await startIntacct({ records: 1, ...options, clock })
  await intacct.over.clock({ now: START })
  const { cursor } = await readAll(intacct.connection, 'CLASS')
  await move(intacct, HOUR)
  intacct.calls.length = 0
  return { ...intacct, cursor }
}

async function move({ clock, over }: Pick<Intacct, 'clock' | 'over'>, ms: number): Promise<void> {
  clock.advance(ms)
  await over.clock({ advanceMs: ms })
}

async function putClasses({ over }: Pick<Intacct, 'over'>, names: readonly string[], stamp?: string): Promise<void> {
  await over.put(
    'CLASS',
    names.map(it => ({ CLASSID: it, NAME: it, ...(stamp === undefined ? {} : { WHENMODIFIED: stamp }) })),
  )
}

describe('sage-intacct: reading', () => {
  afterEach(closeAll)

  describe('what changed', () => {
    it('costs one call when nothing changed, and two with deletions', async () => {
      const it = await settled()
      const { records, cursor, pages } = await readAll(it.connection, 'CLASS', { after: it.cursor })
      expect({ records, pages }).to.deep.equal({ records: [], pages: 1 })
      expect(dataCalls(it)).to.deep.equal(['query CLASS'])
      await readAll(it.connection, 'CLASS', { after: cursor, deletes: true })
      expect(dataCalls(it)).to.deep.equal(['query CLASS', 'query CLASS', 'query AUDITHISTORY'])
    })

    it('brings rows that share one second exactly once, though they fill several pages', async () => {
      const it = await settled()
      const names = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7']
      await putClasses(it, names)
      const { records, pages } = await readAll(it.connection, 'CLASS', { after: it.cursor, pageSize: 2 })
      expect(keys(records)).to.deep.equal(names)
      expect(pages).to.equal(4)
    })

    it('finds rows without WHENMODIFIED through WHENCREATED, in the same call', async () => {
      const it = await settled()
      await putClasses(it, ['N1', 'N2'], '')
      await putClasses(it, ['S1'])
      const { records } = await readAll(it.connection, 'CLASS', { after: it.cursor })
      expect(keys(records).sort()).to.deep.equal(['N1', 'N2', 'S1'])
      expect(records.filter(record => record.version === undefined)).to.have.length(2)
      expect(dataCalls(it)).to.have.length(1)
    })

    it('brings stamped and unstamped rows once each over any number of pages', async () => {
      const it = await settled()
      await putClasses(it, ['N1', 'N2', 'N3', 'N4'], '')
      await putClasses(it, ['S1', 'S2', 'S3', 'S4', 'S5'])
      for (const pageSize of [1, 2, 3, 5]) {
        const { records } = await readAll(it.connection, 'CLASS', { after: it.cursor, pageSize })
        expect(keys(records).sort()).to.deep.equal(['N1', 'N2', 'N3', 'N4', 'S1', 'S2', 'S3', 'S4', 'S5'])
      }
    })

    it('leaves rows dated in the future, and reads what stands behind them', async () => {
      const it = await settled()
      await putClasses(it, ['F1', 'F2', 'F3', 'F4'], '2026-02-03T20:00:00Z')
      await putClasses(it, ['N1', 'N2'], '')
      const first = await readAll(it.connection, 'CLASS', { after: it.cursor, pageSize: 3 })
      expect(keys(first.records).sort()).to.deep.equal(['N1', 'N2'])
      expect(first.cursor['mark']).to.equal('2026-02-03T13:00:00Z')
      await putClasses(it, ['S1'])
      const second = await readAll(it.connection, 'CLASS', { after: first.cursor })
      expect(keys(second.records)).to.include('S1').and.not.include('F1')
      await move(it, 8 * HOUR)
      const third = await readAll(it.connection, 'CLASS', { after: second.cursor })
      expect(keys(third.records)).to.include.members(['F1', 'F2', 'F3', 'F4'])
    })

    it('reads a row that was edited during the walk in the next run, if not in this one', async () => {
      const it = await settled()
      await putClasses(it, ['A', 'B', 'C'], '2026-02-03T12:59:00Z')
      const versions = new Map<string, unknown>()
      let cursor: Cursor = {}
      for await (const page of it.connection.read('CLASS', {
        after: it.cursor,
        select: ['NAME'],
        deletes: false,
        pageSize: 1,
      })) {
        for (const { key, fields } of page.records) versions.set(key, fields['NAME'])
        cursor = page.next
        await move(it, 1000)
        // the next row leaves its place and goes behind the end of the walk
        if (versions.size === 1) await it.over.put('CLASS', { CLASSID: 'B', NAME: 'B2' })
      }
      expect([...versions.keys()]).to.deep.equal(['A', 'C'])
      const next = await readAll(it.connection, 'CLASS', { after: cursor, select: ['NAME'] })
      expect(next.records.find(({ key }) => key === 'B')?.fields['NAME']).to.equal('B2')
    })

    it('stops repeating the boundary row once the overlap is over', async () => {
      const it = await settled()
      await putClasses(it, ['A'])
      const first = await readAll(it.connection, 'CLASS', { after: it.cursor })
      const within = await readAll(it.connection, 'CLASS', { after: first.cursor })
      await move(it, 11 * MINUTE)
      const mark = await readAll(it.connection, 'CLASS', { after: within.cursor })
      const after = await readAll(it.connection, 'CLASS', { after: mark.cursor })
      expect([first, within, mark, after].map(({ records }) => keys(records))).to.deep.equal([['A'], ['A'], ['A'], []])
    })

    it('meets a row that became visible after the mark had passed it', async () => {
      const it = await settled()
      await move(it, 2 * HOUR)
      const first = await readAll(it.connection, 'CLASS', { after: it.cursor })
      await putClasses(it, ['L'], '2026-02-03T13:20:00Z')
      await move(it, 2 * HOUR)
      const second = await readAll(it.connection, 'CLASS', { after: first.cursor })
      expect([keys(first.records), keys(second.records)]).to.deep.equal([[], ['L']])
      expect(dataCalls(it)).to.deep.equal(['query CLASS', 'query CLASS'])
    })

    for (const [name, skewMs] of [
      ['a day ahead', 24 * HOUR],
      ['a day behind', -24 * HOUR],
    ] as const)
      it(`takes its mark from the server when our clock is ${name}`, async () => {
        const it = await settled({ clock: testClock(new Date(Date.parse(START) + skewMs)) })
        await putClasses(it, ['A'])
        const { records, cursor } = await readAll(it.connection, 'CLASS', { after: it.cursor })
        expect(keys(records)).to.deep.equal(['A'])
        expect(cursor['mark']).to.equal('2026-02-03T13:00:00Z')
      })

    it('keeps its place when the offset and the date format of the user change', async () => {
      const clock = testClock(new Date(START))
      const it = await settled({ clock, options: { gmtOffset: '-08:00' }, settings: { gmtOffset: '-08:00' } })
      await putClasses(it, ['A'])
      await it.over.knobs({ gmtOffset: '+02:00', dateFormat: '.dmY' })
      const { connection } = await again(it, { clock, settings: { gmtOffset: '+02:00', dateFormat: '.dmY' } })
      const { records } = await readAll(connection, 'CLASS', { after: it.cursor })
      expect(records.map(({ key, version }) => [key, version])).to.deep.equal([['A', '2026-02-03T13:00:00Z']])
    })

    it("does not see a contact's change in its vendor, so that CONTACT is read as well", async () => {
      const it = await startIntacct({ records: 2 })
      const vendors = await readAll(it.connection, 'VENDOR', { select: ['DISPLAYCONTACT'] })
      const contacts = await readAll(it.connection, 'CONTACT')
      await move(it, HOUR)
      const name = displayContactOf(vendors.records[0])
      await it.over.put('CONTACT', { CONTACTNAME: name, EMAIL1: 'new@bolt.example' })
      const after = { vendor: vendors.cursor, contact: contacts.cursor }
      expect((await readAll(it.connection, 'VENDOR', { after: after.vendor })).records).to.deep.equal([])
      expect(keys((await readAll(it.connection, 'CONTACT', { after: after.contact })).records)).to.deep.equal([name])
      const swept = await readAll(it.connection, 'VENDOR', { full: true, select: ['DISPLAYCONTACT.EMAIL1'] })
      expect(swept.records[0]?.fields['DISPLAYCONTACT']).to.deep.equal({ EMAIL1: 'new@bolt.example' })
    })
  })

  describe('everything', () => {
    it('goes on beyond the largest page', async () => {
      const it = await startIntacct({ records: 2100 })
      const { records, pages, complete } = await readAll(it.connection, 'VENDOR', { pageSize: 9999 })
      expect({ count: new Set(keys(records)).size, pages, complete }).to.deep.equal({
        count: 2100,
        pages: 2,
        complete: true,
      })
    })

    it('skips nothing when rows before its place are deleted while it pages', async () => {
      const it = await startIntacct({ records: 12 })
      const before = keys((await readAll(it.connection, 'VENDOR')).records)
      const seen: string[] = []
      for await (const page of it.connection.read('VENDOR', { select: [], deletes: false, pageSize: 3 })) {
        seen.push(...keys(page.records))
        for (const { key } of page.records) await it.over.remove('VENDOR', key)
      }
      expect(seen).to.deep.equal(before)
    })

    it('takes its mark from its first page, however long it goes on: what was edited behind it is read again', async () => {
      const it = await settled({ records: 1 })
      let cursor: Cursor = {}
      let isEdited = false
      for await (const page of it.connection.read('CLASS', { select: [], deletes: false, pageSize: 2 })) {
        if (!isEdited) await it.over.put('CLASS', { CLASSID: page.records[0]?.key ?? '', NAME: 'edited behind' })
        isEdited = true
        cursor = page.next
        await move(it, 5 * HOUR)
      }
      const { records } = await readAll(it.connection, 'CLASS', { after: cursor, select: ['NAME'] })
      expect(records.map(({ fields }) => fields['NAME'])).to.deep.equal(['edited behind'])
    })

    it('is complete on its last page only, and a walk over changes never is', async () => {
      const it = await startIntacct({ records: 5 })
      const flags: (boolean | undefined)[] = []
      let cursor: Cursor = {}
      for await (const page of it.connection.read('VENDOR', { select: [], deletes: false, pageSize: 2 })) {
        flags.push(page.complete)
        cursor = page.next
      }
      expect(flags).to.deep.equal([undefined, undefined, true])
      expect((await readAll(it.connection, 'VENDOR', { after: cursor })).complete).to.equal(false)
    })

    it('resumes exactly after any page, in another process, and is then complete', async () => {
      const it = await startIntacct({ records: 7 })
      const all = keys((await readAll(it.connection, 'VENDOR')).records)
      let seen = 0
      for await (const page of it.connection.read('VENDOR', { select: [], deletes: false, pageSize: 2 })) {
        seen += page.records.length
        if (page.complete) break
        const other = await again(it)
        const rest = await readAll(other.connection, 'VENDOR', { after: JSON.parse(JSON.stringify(page.next)) })
        expect(keys(rest.records)).to.deep.equal(all.slice(seen))
        expect(rest.complete).to.equal(true)
      }
    })

    it('starts over when a full read is asked for, whatever the cursor', async () => {
      const it = await startIntacct({ records: 4 })
      const { cursor, records } = await readAll(it.connection, 'VENDOR')
      const swept = await readAll(it.connection, 'VENDOR', { after: cursor, full: true })
      expect(keys(swept.records)).to.deep.equal(keys(records))
      expect(swept.complete).to.equal(true)
    })

    it('keeps a small cursor on a bulk import of one second', async () => {
      const it = await settled()
      await putClasses(
        it,
        Array.from({ length: 300 }, (_, index) => `B${index}`),
      )
      let largest = 0
      for await (const page of it.connection.read('CLASS', {
        after: it.cursor,
        select: [],
        deletes: false,
        pageSize: 50,
      }))
        largest = Math.max(largest, JSON.stringify(page.next).length)
      expect(largest).to.be.lessThan(400)
    })
  })

  describe('records', () => {
    it('are nested objects without empty fields, keys as printed, flags as booleans, times in UTC', async () => {
      const it = await startIntacct({ records: 1, options: { gmtOffset: '-08:00' }, settings: { gmtOffset: '-08:00' } })
      await it.over.clock({ now: START })
      await it.over.put('VENDOR', {
        VENDORID: '0000010',
        NAME: 'Bolt & Nut <Supply>',
        ONHOLD: 'true',
        CREDITLIMIT: '1000.50',
        'DISPLAYCONTACT.PRINTAS': 'Bolt',
        'DISPLAYCONTACT.MAILADDRESS.ZIP': '01234',
      })
      const [record] = (
        await readAll(it.connection, 'VENDOR', {
          where: { field: 'VENDORID', values: ['0000010'] },
          select: [
            'NAME',
            'ONHOLD',
            'CREDITLIMIT',
            'TAXID',
            'DISPLAYCONTACT.PRINTAS',
            'DISPLAYCONTACT.MAILADDRESS.ZIP',
          ],
        })
      ).records
      const { RECORDNO, ...fields } = record?.fields ?? {}
      expect(RECORDNO).to.match(/^\d+$/)
      expect({ ...record, fields }).to.deep.equal({
        key: '0000010',
        change: 'upsert',
        version: '2026-02-03T12:00:00Z',
        fields: {
          VENDORID: '0000010',
          WHENMODIFIED: '2026-02-03T12:00:00Z',
          WHENCREATED: '2026-02-03T12:00:00Z',
          NAME: 'Bolt & Nut <Supply>',
          ONHOLD: true,
          CREDITLIMIT: '1000.50',
          DISPLAYCONTACT: { PRINTAS: 'Bolt', MAILADDRESS: { ZIP: '01234' } },
        },
      })
    })

    it('carry fields of related contacts by path', async () => {
      const it = await startIntacct({ records: 1 })
      await it.over.put('CONTACT', { CONTACTNAME: 'Cashier', EMAIL1: 'pay@bolt.example', PRINTAS: 'Cashier' })
      await it.over.put('VENDOR', {
        VENDORID: 'A1',
        NAME: 'A',
        'DISPLAYCONTACT.PRINTAS': 'A',
        'PAYTOCONTACT.CONTACTNAME': 'Cashier',
      })
      const { records } = await readAll(it.connection, 'VENDOR', {
        where: { field: 'VENDORID', values: ['A1'] },
        select: ['PAYTOCONTACT.EMAIL1'],
      })
      expect(records[0]?.fields['PAYTOCONTACT']).to.deep.equal({ EMAIL1: 'pay@bolt.example' })
    })

    it('carry a related contact whole, as validation lets a flow name it', async () => {
      const it = await startIntacct({ records: 1 })
      await it.over.put('CONTACT', { CONTACTNAME: 'Cashier', EMAIL1: 'pay@bolt.example', PRINTAS: 'Cash Desk' })
      await it.over.put('CONTACT', { CONTACTNAME: 'Cashier', 'MAILADDRESS.ZIP': '01234', TAXABLE: 'true' })
      await it.over.put('VENDOR', {
        VENDORID: 'A1',
        NAME: 'A',
        'DISPLAYCONTACT.PRINTAS': 'A',
        'PAYTOCONTACT.CONTACTNAME': 'Cashier',
      })
      const where = { field: 'VENDORID', values: ['A1'] }
      for (const select of [['PAYTOCONTACT'], 'all'] as const) {
        const { records } = await readAll(it.connection, 'VENDOR', { where, select })
        expect(records[0]?.fields['PAYTOCONTACT']).to.deep.equal({
          CONTACTNAME: 'Cashier',
          PRINTAS: 'Cash Desk',
          EMAIL1: 'pay@bolt.example',
          TAXABLE: true,
          MAILADDRESS: { ZIP: '01234' },
        })
      }
    })

    const readable = Object.entries(sageIntacct.entities).flatMap(([name, { read }]) => (read ? [name] : []))
    for (const entity of readable)
      it(`of ${entity} can be read with all declared fields`, async () => {
        const it = await startIntacct({ records: 3 })
        const { records } = await readAll(it.connection, entity, { select: 'all' })
        expect(records.length).to.be.greaterThan(0)
      })
  })

  describe('by value', () => {
    it('brings the records that hold one of the values, without a cursor', async () => {
      const it = await startIntacct({ records: 6 })
      const all = keys((await readAll(it.connection, 'VENDOR')).records)
      const wanted = [all[4] ?? '', 'NOBODY', all[1] ?? '', all[4] ?? '']
      const { records, cursor } = await readAll(it.connection, 'VENDOR', {
        where: { field: 'VENDORID', values: wanted },
      })
      expect(keys(records)).to.deep.equal([all[1], all[4]])
      expect(cursor).to.deep.equal({})
    })

    it('reads fields of related objects', async () => {
      const it = await startIntacct({ records: 3 })
      const { records } = await readAll(it.connection, 'VENDOR', { select: ['DISPLAYCONTACT.CONTACTNAME'] })
      const name = displayContactOf(records[2])
      const found = await readAll(it.connection, 'VENDOR', {
        where: { field: 'DISPLAYCONTACT.CONTACTNAME', values: [name] },
      })
      expect(keys(found.records)).to.deep.equal([records[2]?.key])
    })

    it('asks for at most a thousand values in one call', async () => {
      const it = await startIntacct({ records: 1, options: { vendors: '1500' } })
      const all = keys((await readAll(it.connection, 'VENDOR')).records)
      it.calls.length = 0
      const { records } = await readAll(it.connection, 'VENDOR', { where: { field: 'VENDORID', values: all } })
      expect(new Set(keys(records)).size).to.equal(1500)
      expect(dataCalls(it)).to.have.length(2)
    })

    it('pages through values that many records share', async () => {
      const it = await startIntacct({ records: 9 })
      const { records } = await readAll(it.connection, 'VENDOR', {
        where: { field: 'STATUS', values: ['active', 'inactive'] },
        pageSize: 2,
      })
      expect(new Set(keys(records)).size).to.equal(9)
    })

    it('asks nothing for no values', async () => {
      const it = await startIntacct()
      const { records, pages } = await readAll(it.connection, 'VENDOR', { where: { field: 'VENDORID', values: [] } })
      expect({ records, pages, calls: it.calls }).to.deep.equal({ records: [], pages: 1, calls: [] })
    })
  })
})
