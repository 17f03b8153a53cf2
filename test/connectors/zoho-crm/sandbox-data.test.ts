import { expect } from 'chai'
import fc from 'fast-check'
import { zohoSandbox } from '../../../connectors/zoho-crm/sandbox/index.ts'
import { createSortedList } from '../../../connectors/zoho-crm/sandbox/sorted-list.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import { type Body, openRig, type Rig } from './sandbox.support.ts'

describe('Zoho sandbox: its data', () => {
  let rig: Rig
  afterEach(() => rig?.close())

  it('starts empty, or with what people made, the same for the same seed', async () => {
    rig = await openRig()
    expect(await rig.control.records('Accounts')).to.deep.equal([])
    await rig.close()
    rig = await openRig({}, 30)
    const accounts = await rig.control.records('Accounts')
    expect(accounts.length).to.equal(30)
    expect(accounts.every(it => it['ERP_ID'] === null)).to.equal(true)
    const won = (await rig.control.records('Deals')).filter(it => it['Stage'] === 'Closed Won')
    expect(won.length).to.be.greaterThan(1)
    expect(won.every(it => it['Account_Name'] !== null && it['Amount'] !== null)).to.equal(true)
    expect((await rig.control.records('Products')).length).to.equal(30)
    expect((await rig.control.records('Contacts')).length).to.equal(15)
    const other = await openRig({}, 30)
    const names = (records: readonly JsonObject[]) => records.map(it => it['Account_Name'])
    expect(names(await other.control.records('Accounts'))).to.deep.equal(names(accounts))
    await other.close()
  })

  it('takes records from a person: not the integration user, the clock moves on, other fields stay', async () => {
    rig = await openRig()
    await rig.control.clock({ now: '2026-03-02T10:00:00Z' })
    const [id = ''] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1', Phone: '1' })
    await rig.control.clock({ advanceMs: 60_000 })
    const [held = {}] = await rig.control.records('Accounts')
    // a record that was read can be put back with a change
    const put = (await rig.control.put('Accounts', { ...held, Phone: '2' })) as Body
    expect(put).to.deep.include({ id, Phone: '2', ERP_ID: 'C1', Modified_Time: '2026-03-02T11:01:00+01:00' })
    expect([put.Created_By.name, put.Modified_By.name]).to.deep.equal(['ERP Sync', 'A. Roy'])
    const made = (await rig.control.put('Accounts', { Account_Name: 'B' })) as Body
    expect(made.Created_By.name).to.equal('A. Roy')
    const refused = await rig.control.put('Accounts', { Phone: '1' }).catch((thrown: unknown) => String(thrown))
    expect(refused).to.contain('500')
  })

  it('prints times with the offset that it was started with', async () => {
    rig = await openRig({ utcOffset: '-07:00' })
    await rig.control.clock({ now: '2026-03-04T02:15:00Z' })
    await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    const { body } = await rig.call('GET', 'Accounts?fields=Created_Time')
    expect(body.data[0].Created_Time).to.equal('2026-03-03T19:15:00-07:00')
  })

  it('runs beside other sandboxes and shares nothing with them', async () => {
    rig = await openRig({ edition: 'free' })
    const other = await openRig()
    await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    expect(await other.control.records('Accounts')).to.deep.equal([])
    expect((await other.call('GET', 'Vendors?fields=id')).status).to.equal(204)
    expect((await rig.call('GET', 'Vendors?fields=id')).status).to.equal(400)
    await other.close()
  })

  it('refuses options that it does not know', async () => {
    const start = zohoSandbox.start({ port: 0, host: '127.0.0.1', records: 0, seed: 1, options: { colour: 'red' } })
    expect(await start.catch((thrown: unknown) => String(thrown))).to.contain('colour')
    rig = await openRig()
  })

  it('writes thousands of records a second by key, and lists them without sorting', async function () {
    this.timeout(60_000)
    rig = await openRig({ credits: '1000000' })
    const batch = (from: number) =>
      Array.from({ length: 100 }, (_, i) => ({ Account_Name: `A${from + i}`, ERP_ID: `C${from + i}`, Phone: '1' }))
    const write = async (from: number) => {
      const body = { data: batch(from), duplicate_check_fields: ['ERP_ID'], trigger: [] }
      expect((await rig.call('POST', 'Accounts/upsert', { body })).status).to.equal(200)
    }
    const began = Date.now()
    for (let from = 0; from < 20_000; from += 100) await write(from % 10_000)
    // some ten times this is usual; the floor only shows that nothing is quadratic
    expect(20_000 / ((Date.now() - began) / 1000)).to.be.greaterThan(4000)
    const query = 'Accounts?fields=ERP_ID,Modified_Time&sort_by=Modified_Time&sort_order=asc'
    let token = ''
    let seen = 0
    do {
      const { body } = await rig.call('GET', `${query}${token && `&page_token=${token}`}`)
      seen += body.data.length
      token = body.info.next_page_token ?? ''
    } while (token)
    expect(seen).to.equal(10_000)
  })
})

describe('Zoho sandbox: its orders', () => {
  const numbers = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 400 })), { maxLength: 3000 })

  it('keep every item at its place, whatever is added and removed', () => {
    fc.assert(
      fc.property(numbers, steps => {
        const list = createSortedList<number, number>((a, b) => a - b)
        const model = new Set<number>()
        for (const [isAdding, n] of steps) {
          if (isAdding === model.has(n)) continue
          if (isAdding) list.add(n)
          else list.remove(n)
          if (isAdding) model.add(n)
          else model.delete(n)
        }
        const expected = [...model].sort((a, b) => a - b)
        const walked = (from: number, direction: 1 | -1) => {
          const seen: number[] = []
          list.walk(from, direction, n => seen.push(n) > 0)
          return seen
        }
        expect(list.size).to.equal(expected.length)
        expect(walked(0, 1)).to.deep.equal(expected)
        expect(walked(list.size - 1, -1)).to.deep.equal(expected.toReversed())
        for (const n of [0, 200, 399]) expect(list.rank(n)).to.equal(expected.filter(it => it < n).length)
      }),
    )
  })

  it('hold thousands in chunks that split', () => {
    const list = createSortedList<number, number>((a, b) => a - b)
    const shuffled = Array.from({ length: 5000 }, (_, i) => (i * 2003) % 5000)
    for (const n of shuffled) list.add(n)
    for (const n of shuffled) expect(list.rank(n)).to.equal(n)
    for (const n of shuffled.filter(it => it % 2 === 1)) list.remove(n)
    const seen: number[] = []
    list.walk(2400, 1, n => seen.push(n) < 3)
    expect([list.size, ...seen]).to.deep.equal([2500, 4800, 4802, 4804])
    expect(() => list.remove(1)).to.throw(RangeError)
  })
})
