import { expect } from 'chai'
import type { JsonObject } from '../../../engine/sdk/index.ts'
import { type Company, openCompany, orderBy, query, readByName, test, value, values } from './sandbox-company.ts'

const PRIVATE = '<options><showprivate>true</showprivate></options>'

describe('Sage Intacct sandbox: data', () => {
  let company: Company
  before(async () => {
    company = await openCompany()
  })
  after(() => company.close())

  const text = (record: JsonObject | undefined, field: string): string => String(record?.[field] ?? '')

  it('makes as many vendors and customers as asked, each with a display contact, and master data', async () => {
    const sizes: Record<string, number> = {}
    for (const object of [
      'VENDOR',
      'CUSTOMER',
      'VENDTYPE',
      'CUSTTYPE',
      'DEPARTMENT',
      'LOCATION',
      'LOCATIONENTITY',
      'CLASS',
      'PROJECT',
      'GLACCOUNT',
      'APTERM',
      'ARTERM',
      'USERINFO',
    ])
      sizes[object] = (await company.control.records(object)).length
    expect(sizes).to.deep.equal({
      VENDOR: 60,
      CUSTOMER: 60,
      VENDTYPE: 8,
      CUSTTYPE: 8,
      DEPARTMENT: 8,
      LOCATION: 7,
      LOCATIONENTITY: 3,
      CLASS: 5,
      PROJECT: 12,
      GLACCOUNT: 84,
      APTERM: 6,
      ARTERM: 6,
      USERINFO: 38,
    })
    const contacts = new Set((await company.control.records('CONTACT')).map(it => it['CONTACTNAME']))
    const owned: string[] = []
    for (const [object, key, letter] of [
      ['VENDOR', 'VENDORID', 'V'],
      ['CUSTOMER', 'CUSTOMERID', 'C'],
    ] as const)
      for (const it of await company.control.records(object))
        owned.push(`${text(it, 'NAME')}(${letter}${text(it, key)})`)
    expect(owned.filter(it => !contacts.has(it))).to.deep.equal([])
    expect(contacts.size).to.equal(owned.length + 12)
  })

  it('is the same for the same seed and shares nothing between sandboxes', async () => {
    const other = await openCompany()
    const before = await other.control.records('CUSTOMER')
    expect(before).to.deep.equal(await company.control.records('CUSTOMER'))
    await other.control.put('CUSTOMER', { CUSTOMERID: '007', NAME: 'Other' })
    expect(
      text(
        (await company.control.records('CUSTOMER')).find(it => it['CUSTOMERID'] === '007'),
        'NAME',
      ),
    ).to.equal('Bolt & Nut Supply')
    await other.close()
  })

  it('has hierarchies of three levels in which a child may be older than its parent', async () => {
    const vendors = new Map((await company.control.records('VENDOR')).map(it => [text(it, 'VENDORID'), it]))
    const depth = (id: string): number => (id === '' ? 0 : 1 + depth(text(vendors.get(id), 'PARENTID')))
    expect(Math.max(...[...vendors.keys()].map(depth))).to.equal(3)
    const older = [...vendors.values()].filter(
      it => it['PARENTID'] !== '' && Number(it['RECORDNO']) < Number(it['PARENTKEY']),
    )
    expect(older.length).to.be.greaterThan(3)
  })

  it('has the odd records that break integrations', async () => {
    const vendors = await company.control.records('VENDOR')
    const contacts = await company.control.records('CONTACT')
    expect(vendors.map(it => it['VENDORID'])).to.include.members([
      '007',
      '0000010',
      '1E5',
      'true',
      'null',
      '10',
      '100.00',
      '1000',
    ])
    for (const part of ['&', '<', '"', "'", 'é', '🚀', '北', '\\', '%'])
      expect(
        vendors.some(it => text(it, 'NAME').includes(part)),
        part,
      ).to.equal(true)
    expect(vendors.filter(it => it['STATUS'] === 'inactive').length).to.be.greaterThan(3)
    expect(contacts.filter(it => it['LASTNAME'] === '').length).to.be.greaterThan(3)
    expect(contacts.filter(it => it['EMAIL1'] === '').length).to.be.greaterThan(3)
    expect((await company.control.records('GLACCOUNT')).map(it => it['ACCOUNTNO'])).to.include('0010')
    const types = await company.control.records('VENDTYPE')
    expect(types.filter(it => it['PARENT'] !== '').length).to.equal(3)
  })

  it('prints every odd value so that it comes back unchanged', async () => {
    const odd = new Map((await company.control.records('VENDOR')).map(it => [text(it, 'RECORDNO'), text(it, 'NAME')]))
    const answer = await company.call(query('VENDOR', ['RECORDNO', 'NAME'], `${orderBy('RECORDNO')}${PRIVATE}`))
    const names = values(answer, 'NAME')
    expect(new Map(values(answer, 'RECORDNO').map((id, at) => [id, names[at]]))).to.deep.equal(odd)
  })

  it('numbers records in ascending order per object', async () => {
    for (const object of ['VENDOR', 'CUSTOMER', 'CONTACT', 'GLACCOUNT']) {
      const numbers = (await company.control.records(object)).map(it => Number(it['RECORDNO']))
      expect(numbers).to.deep.equal([...new Set(numbers)].sort((a, b) => a - b))
    }
  })

  it('puts records through the control routes: dotted names, other fields kept, a given change time wins', async () => {
    await company.control.clock({ now: '2026-03-01T00:00:00Z' })
    const before = (await company.control.records('VENDOR')).find(it => it['VENDORID'] === 'V10020')
    await company.control.put('VENDOR', {
      VENDORID: 'V10020',
      'DISPLAYCONTACT.EMAIL1': 'a@b.example',
      DISPLAYCONTACT: { PHONE1: '7' },
    })
    const stored = await company.call(readByName('VENDOR', 'V10020'))
    expect([value(stored, 'EMAIL1'), value(stored, 'PHONE1'), value(stored, 'NAME')]).to.deep.equal([
      'a@b.example',
      '7',
      text(before, 'NAME'),
    ])
    expect(value(stored, 'WHENMODIFIED')).to.equal('2026-03-01T00:00:00Z')
    await company.control.put('VENDOR', [
      { VENDORID: 'V10020', WHENMODIFIED: '2030-01-01T00:00:00Z' },
      { VENDORID: 'V10021', WHENMODIFIED: '' },
    ])
    const times = await company.call(readByName('VENDOR', 'V10020,V10021', 'WHENMODIFIED'))
    expect(values(times, 'WHENMODIFIED')).to.deep.equal(['2030-01-01T00:00:00Z', ''])
    const created = await company.control.put('CUSTOMER', { CUSTOMERID: 'NEW', NAME: 'New & Co' })
    expect(created).to.include({ CUSTOMERID: 'NEW', STATUS: 'active', 'DISPLAYCONTACT.CONTACTNAME': 'New & Co(CNEW)' })
    expect(await company.control.remove('CUSTOMER', 'NEW')).to.deep.equal({ removed: true })
    expect(await company.control.remove('CUSTOMER', 'NEW')).to.deep.equal({ removed: false })
  })

  it('answers by its indexes what a full scan answers', async () => {
    const busy = await openCompany({ vendors: '80', customers: '1', tie: '30' })
    await busy.control.clock({ now: '2023-05-06T14:30:07Z' })
    for (let at = 0; at < 80; at += 7)
      await busy.control.put('VENDOR', { VENDORID: `V${10_000 + at}`, NAME: `Again ${at}` })
    await busy.control.remove('VENDOR', 'V10040')
    const live = (await busy.control.records('VENDOR')).filter(it => it['WHENMODIFIED'] !== '')
    const rank = (it: JsonObject) => `${text(it, 'WHENMODIFIED')} ${text(it, 'RECORDNO')}`
    const expected = live.sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).map(it => text(it, 'RECORDNO'))
    const walk = (descending: boolean, inner: string) => {
      const direction = descending ? 'descending' : 'ascending'
      const orders = ['WHENMODIFIED', 'RECORDNO']
        .map(it => `<order><field>${it}</field><${direction}/></order>`)
        .join('')
      return busy.call(query('VENDOR', ['RECORDNO'], `<filter>${inner}</filter><orderby>${orders}</orderby>${PRIVATE}`))
    }
    const all = test('isnotnull', 'WHENMODIFIED')
    expect(values(await walk(false, all), 'RECORDNO')).to.deep.equal(expected)
    expect(values(await walk(true, all), 'RECORDNO')).to.deep.equal([...expected].reverse())
    const from = test('between', 'WHENMODIFIED', '05/06/2023 14:30:07', '05/06/2023 14:30:07')
    const tied = live.filter(it => it['WHENMODIFIED'] === '2023-05-06T14:30:07Z').map(it => text(it, 'RECORDNO'))
    expect(tied.length).to.be.greaterThan(35)
    expect(values(await walk(false, from), 'RECORDNO')).to.deep.equal(tied)
    await busy.close()
  })

  it('holds 200,000 vendors and answers a keyset page of 2000 in under 100 ms', async function () {
    this.timeout(60_000)
    const big = await openCompany({ vendors: '200000', customers: '1000' })
    const fields = ['RECORDNO', 'VENDORID', 'NAME', 'STATUS', 'DISPLAYCONTACT.EMAIL1', 'WHENMODIFIED']
    const inner =
      `<or>${test('greaterthan', 'WHENMODIFIED', '06/01/2023 00:00:00')}<and>${test('equalto', 'WHENMODIFIED', '06/01/2023 00:00:00')}` +
      `${test('greaterthan', 'RECORDNO', '7')}</and></or>`
    const page = query(
      'VENDOR',
      fields,
      `<filter>${inner}</filter>${orderBy('WHENMODIFIED', 'RECORDNO')}<pagesize>2000</pagesize>`,
    )
    const took: number[] = []
    for (let turn = 0; turn < 6; turn++) {
      const start = performance.now()
      const answer = await big.call(page)
      took.push(performance.now() - start)
      expect(values(answer, 'RECORDNO')).to.have.length(2000)
    }
    // the fastest of several: other work on the machine is not what is measured
    expect(Math.min(...took)).to.be.lessThan(100)
    await big.close()
  })
})
