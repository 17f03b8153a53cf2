import { expect } from 'chai'
import { sage300 } from '../../../connectors/sage-300/index.ts'
import { connect } from '../../support/connect.ts'
import { errorOf, HOUR, list, type Opened, open, order, writtenAs } from './open.ts'

const CUSTOMERS = 'AR/ARCustomers'
const customer = (CustomerNumber: string) => ({
  CustomerNumber,
  GroupCode: 'WHL',
  CustomerName: `Name ${CustomerNumber}`,
})

async function within(options: Record<string, string>, records: number, work: (erp: Opened) => Promise<void>) {
  const erp = await open(options, { records })
  try {
    await work(erp)
  } finally {
    await erp.close()
  }
}

const sorted = (keys: Iterable<string>) => [...keys].sort()
const keysIn = async (erp: Opened, entity: string, key: string) =>
  sorted((await erp.at.records(entity)).map(it => String(it[key])))

describe('records of sage-300', () => {
  it('come without blanks at the end, empty values and annotations, with dates as days, in every dialect', () =>
    within({}, 12, async erp => {
      const wanted = (await erp.read(CUSTOMERS, { select: 'all' })).records
      expect(wanted.find(it => it.key === '1400')?.fields).to.include({ CustomerNumber: '1400', Status: 'Active' })
      for (const knobs of [{ padded: true }, { dateSuffix: '-08:00' }, { dateSuffix: '' }, { lenient: true }]) {
        await erp.at.knobs(knobs)
        expect((await erp.read(CUSTOMERS, { select: 'all' })).records).to.deep.equal(wanted)
      }
    }))

  it('keep every digit of a uniquifier beyond 2^53', () =>
    within({ firstUniquifier: '900719925474099301' }, 12, async erp => {
      const { keys, records } = await erp.read('OE/OEOrders', { select: 'all', pageSize: 4 })
      expect(keys).to.deep.equal(keys.map((_, n) => String(900719925474099301n + BigInt(n))))
      expect(records[0]?.fields['OrderUniquifier']).to.equal('900719925474099301')
      const where = { field: 'OrderUniquifier', values: keys.slice(3, 5) }
      expect((await erp.read('OE/OEOrders', { where })).keys).to.deep.equal(keys.slice(3, 5))
    }))

  it('are found by keys that look like numbers, and no zero is lost', () =>
    within({}, 0, async erp => {
      for (const key of ['007', '7', '1E5', '100000', "O'NEIL", 'A&B', 'é']) await erp.at.put(CUSTOMERS, customer(key))
      for (const key of ['007', '1E5', "O'NEIL", 'A&B', 'é'])
        expect((await erp.read(CUSTOMERS, { where: { field: 'id', values: [key] } })).keys).to.deep.equal([key])
    }))

  it('that hold one of many values are asked for in queries that IIS takes', () =>
    within({}, 200, async erp => {
      const values = await keysIn(erp, CUSTOMERS, 'CustomerNumber')
      const found = await erp.connection.find(CUSTOMERS, { field: 'id', values, select: ['CustomerName'] })
      expect(sorted(found.map(it => it.sinkKey))).to.deep.equal(values)
      expect(erp.calls.length).to.be.at.most(values.length / 5)
    }))

  it('cost no call when no record can hold the value', () =>
    within({}, 0, async erp => {
      const none = [
        ['OE/OEOrders', 'OrderUniquifier', 'twelve'],
        ['OE/OEOrders', 'OrderDate', '2026-02-30'],
        ['IC/ICItems', 'Status', 'maybe'],
        [CUSTOMERS, 'Status', 'Asleep'],
      ] as const
      for (const [entity, field, value] of none)
        expect((await erp.read(entity, { where: { field, values: [value] } })).keys).to.deep.equal([])
      expect(erp.calls).to.deep.equal([])
    }))
})

describe('pages of sage-300', () => {
  it('go on when the server gives smaller ones than asked for, and never follow its link', () =>
    within({ pageSize: '5', nextLinkOrigin: 'http://erp-internal:8080' }, 23, async erp => {
      const { keys } = await erp.read(CUSTOMERS, { pageSize: 100 })
      expect(sorted(keys)).to.deep.equal(await keysIn(erp, CUSTOMERS, 'CustomerNumber'))
    }))

  it('that come in no order are read in ranges, which the log tells', () =>
    within({ order: 'entry' }, 90, async erp => {
      const all = await keysIn(erp, CUSTOMERS, 'CustomerNumber')
      const { keys, pages } = await erp.read(CUSTOMERS, { pageSize: 10 })
      expect(sorted(keys)).to.deep.equal(all)
      expect(pages.at(-1)?.complete).to.equal(true)
      expect(erp.logged.filter(it => it.includes('reading in ranges'))).to.have.length(1)
      // remembered: the next walk does not try the order again
      await erp.read(CUSTOMERS, { pageSize: 10, full: true })
      expect(erp.logged.filter(it => it.includes('reading in ranges'))).to.have.length(1)
    }))

  it('cost one call each, and a few to count', () =>
    within({}, 400, async erp => {
      await erp.read(CUSTOMERS, { pageSize: 10 })
      const calls = erp.calls.length
      await erp.read(CUSTOMERS, { pageSize: 10, full: true })
      expect(erp.calls.length - calls).to.be.at.most(46)
    }))

  it('of one call are all there is when the server says so: no second one is asked for', () =>
    within({}, 12, async erp => {
      await erp.read(CUSTOMERS)
      expect(erp.calls).to.deep.equal(['list AR/ARCustomers'])
    }))

  const rows = [{ CustomerNumber: 'A' }, { CustomerNumber: 'B' }]
  const BAD = {
    'the same record twice': list([...rows, ...rows]),
    'a record without its key': list([{ CustomerName: 'Nobody' }]),
    'more records than asked for': list([
      ...rows,
      { CustomerNumber: 'C' },
      { CustomerNumber: 'D' },
      { CustomerNumber: 'E' },
    ]),
    'nothing although more follows': list([], { '@odata.nextLink': 'https://erp.example/x?$skip=4' }),
    'nothing although records are counted': list([], { '@odata.count': 12 }),
  }
  for (const [what, answer] of Object.entries(BAD))
    it(`with ${what} end the run: nothing of it is believed`, () =>
      within({}, 12, async erp => {
        await erp.at.fault(answer)
        const error = await errorOf(() => erp.read(CUSTOMERS, { pageSize: 4 }))
        expect([error.kind, error.code.startsWith('SAGE300_')]).to.deep.equal(['contract', true])
      }))

  it('are read to the empty one where the server does not count', () =>
    within({}, 0, async erp => {
      // the second answers the count that proves the order of the first
      const answers = [list(rows), list(rows.slice(0, 1)), list([{ CustomerNumber: 'C' }]), list([])]
      await erp.at.fault(answers.map((it, index) => ({ ...it, nth: index + 1 })))
      const { keys } = await erp.read(CUSTOMERS, { pageSize: 2 })
      expect(keys).to.deep.equal(['A', 'B', 'C'])
    }))
})

describe('changes of sage-300', () => {
  it('of one day come though the day was read before, and what looks the same does not', () =>
    within({}, 12, async erp => {
      const first = await erp.read(CUSTOMERS, { select: ['City'] })
      await erp.at.put(CUSTOMERS, { CustomerNumber: '1400', City: 'Leeds' })
      const second = await erp.read(CUSTOMERS, { select: ['City'], after: first.next })
      expect(second.keys).to.deep.equal(['1400'])
      await erp.at.put(CUSTOMERS, { CustomerNumber: '1400', City: 'York' })
      const third = await erp.read(CUSTOMERS, { select: ['City'], after: second.next })
      expect(third.records.map(it => it.fields['City'])).to.deep.equal(['York'])
      expect(third.records[0]?.version).to.not.equal(second.records[0]?.version)
      expect((await erp.read(CUSTOMERS, { select: ['City'], after: third.next })).keys).to.deep.equal([])
    }))

  for (const timeZone of ['America/Vancouver', 'Pacific/Auckland', 'America/Sao_Paulo'])
    for (const told of [timeZone, 'UTC'])
      it(`around midnight in ${timeZone} come once the settings say ${told}`, async () => {
        const erp = await open({ timeZone }, { settings: { timeZone: told } })
        await erp.at.clock({ now: '2026-03-08T00:30:00.000Z' })
        let { next } = await erp.read(CUSTOMERS)
        // every hour for two days, over the change to daylight time on 8 March
        for (let hour = 0; hour < 48; hour += 1) {
          await erp.at.put(CUSTOMERS, { CustomerNumber: '1400', CustomerName: `Hour ${hour}` })
          const run = await erp.read(CUSTOMERS, { after: next })
          expect(run.records.map(it => it.fields['CustomerName'])).to.include(`Hour ${hour}`)
          next = run.next
          await erp.at.clock({ advanceMs: HOUR })
        }
        await erp.close()
      })

  it('beyond what is remembered come again, and the cursor stays small', () =>
    within({}, 900, async erp => {
      const keys = await keysIn(erp, CUSTOMERS, 'CustomerNumber')
      const select = ['City']
      const first = await erp.read(CUSTOMERS, { select, pageSize: 100 })
      await erp.at.put(
        CUSTOMERS,
        keys.map(CustomerNumber => ({ CustomerNumber, City: 'Leeds' })),
      )
      const bulk = await erp.read(CUSTOMERS, { select, pageSize: 100, after: first.next })
      expect(sorted(bulk.keys)).to.deep.equal(keys)
      const again = await erp.read(CUSTOMERS, { select, pageSize: 100, after: bulk.next })
      expect(again.keys.length).to.be.within(1, 900 - 500)
      expect(JSON.stringify(again.next).length).to.be.below(40_000)
    }))

  it('of a record dated in the future do not move the mark', () =>
    within({}, 12, async erp => {
      const first = await erp.read(CUSTOMERS)
      await erp.at.clock({ advanceMs: 240 * HOUR })
      await erp.at.put(CUSTOMERS, { CustomerNumber: '1400', City: 'Leeds' })
      await erp.at.clock({ advanceMs: -240 * HOUR })
      const second = await erp.read(CUSTOMERS, { after: first.next })
      expect([second.next['mark'], second.keys]).to.deep.equal([first.next['mark'], ['1400']])
    }))

  it('of orders show without a date of change; with documentDays only of those of so many days', async () => {
    const erp = await open()
    await erp.at.clock({ now: '2026-06-30T12:00:00.000Z' })
    const key = writtenAs(await erp.create('OE/OEOrders', order({ OrderDate: '2026-06-29' })))
    const old = writtenAs(await erp.create('OE/OEOrders', order({ OrderDate: '2026-01-05', OrderReference: 'OLD' })))
    const windowed = await connect(sage300, erp.sandbox, { settings: { documentDays: 30 } })
    const request = { select: [], deletes: false } as const
    const first = await erp.read('OE/OEOrders')
    for (const it of [key, old]) await erp.at.put('OE/OEOrders', { OrderUniquifier: it, LastShipmentNumber: 'SH1' })
    const all = await erp.read('OE/OEOrders', { after: first.next })
    expect([sorted(all.keys), all.pages.at(-1)?.complete]).to.deep.equal([sorted([key, old]), undefined])
    const recent: string[] = []
    for await (const page of windowed.connection.read('OE/OEOrders', { ...request, after: first.next }))
      recent.push(...page.records.map(it => it.key))
    expect(recent).to.deep.equal([key])
    await erp.close()
  })
})
