import { expect } from 'chai'
import { keys, openRig, type Rig, type Row, refusal, withRig } from './sandbox.support.ts'

const ticks = (row: Row) => Number(row['DateUpdated']) * 1e7 + Math.round(Number(row['TimeUpdated']) * 1e5)

describe('Sage 100 sandbox: lists of the agent', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({}, 40)
  })
  afterEach(() => rig.close())

  /** All pages. */
  const walk = async (path: string, between: (page: number) => Promise<void> = async () => {}) => {
    const rows: Row[] = []
    let cursor: string | null = ''
    for (let page = 1; cursor !== null; page += 1) {
      const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const { body } = await rig.agent(`companies/ABC/${path}${more}`)
      rows.push(...body.items)
      cursor = body.nextCursor
      await between(page)
    }
    return rows
  }
  const person = (key: string, more: Readonly<Record<string, string>> = {}) =>
    rig.at.put('AR_Customer', { key, Comment: 'edited', ...more })
  const codeOf = async (path: string) => refusal(await rig.agent(`companies/ABC/${path}`))

  it('have the shape of the protocol', async () => {
    await rig.at.clock({ now: '2026-01-15T06:00:00Z' })
    const { body } = await rig.agent('companies/ABC/customers?updatedDate=20260114&updatedTime=14.5&limit=1')
    const [first, ...more] = body.items
    expect(first).to.deep.include({
      key: '01~ABF',
      ARDivisionNo: '01',
      CustomerNo: 'ABF',
      DateUpdated: '20260114',
      TimeUpdated: '14.50833',
      DateCreated: '20180101',
    })
    expect(Object.values(first ?? {}).filter(it => typeof it !== 'string')).to.deep.equal([])
    const { items: _items, nextCursor, ...rest } = body
    expect(more).to.deep.equal([])
    expect(nextCursor).to.be.a('string')
    expect(rest).to.deep.equal({
      company: 'ABC',
      entity: 'customers',
      highWater: { date: '20260114', time: '14.50833' },
      scanned: 40,
      asOf: { date: '20260115', time: '00.00000' },
    })
  })

  it('come in the order of date, time as a number, and key; all of them once', async () => {
    for (const entity of [
      'customers',
      'customer-contacts',
      'vendors',
      'gl-accounts',
      'gl-main-accounts',
      'sales-orders',
    ]) {
      const rows = await walk(`${entity}?limit=3`)
      const stamped = rows.filter(it => it['DateUpdated'] !== '')
      const sorted = [...stamped].sort((a, b) => ticks(a) - ticks(b) || (a.key < b.key ? -1 : 1))
      expect([entity, keys(stamped)]).to.deep.equal([entity, keys(sorted)])
      expect(new Set(keys(rows)).size).to.equal(rows.length)
    }
    const times = (await walk('customers')).map(it => String(it['TimeUpdated']))
    expect([/^0\d\./, /^\d\.\d{5}$/, /^\d{1,2}\.\d{1,4}$/].map(it => times.some(time => it.test(time)))).to.deep.equal([
      true,
      true,
      true,
    ])
  })

  it('take the filter inclusively, and compare times as numbers', async () => {
    for (const time of ['9.5', '09.50000', '9.50000', '09.5'])
      expect(keys(await rig.rows(`customers?updatedDate=20260114&updatedTime=${time}`)).slice(0, 3)).to.deep.equal(
        ['02~ABF', "03~O'NEIL", '03~00 12'].sort(),
      )
    expect(keys(await rig.rows('customers?updatedDate=20260114&updatedTime=14.50834'))).to.not.include('01~ABF')
    expect(keys(await rig.rows('customers?updatedDate=20260309'))).to.deep.equal([])
    const { body } = await rig.agent('companies/ABC/customers?updatedDate=20990101')
    expect(body).to.include({ nextCursor: null, highWater: null })
    expect([body.items.length, body['scanned']]).to.deep.equal([0, 40])
  })

  it('take the creation where the change is blank, or never find such rows by a filter', async () => {
    const made = '/customers?updatedDate=20180101&updatedTime=08.00000&limit=2'.slice(1)
    const [first, second] = await rig.rows(made)
    expect([first?.key, second?.key]).to.deep.equal(['00~NULL', '01~0000010'])
    expect([first?.['DateUpdated'], first?.['TimeUpdated']]).to.deep.equal(['', ''])
    await rig.at.knobs({ blankStamps: 'hidden' })
    expect(keys(await rig.rows(made))).to.not.include('00~NULL')
    expect(keys(await walk('customers'))).to.include('00~NULL')
  })

  it('show a row again that changes while they are read, and lose none', async () => {
    const all = keys(await walk('customers'))
    const [early = '', late = ''] = [all[0], all[30]]
    const seen = await walk('customers?limit=10', async page => {
      if (page === 2) await person(early)
      if (page === 2) await person(late)
    })
    expect([...new Set(keys(seen))].sort()).to.deep.equal([...all].sort())
    expect(keys(seen).slice(-2)).to.deep.equal([early, late])
    expect(keys(seen).filter(it => it === early)).to.have.length(2)
    expect(keys(seen).filter(it => it === late)).to.have.length(1)
  })

  it('go on with a cursor for ten minutes, of their own entity only', async () => {
    const cursor = encodeURIComponent((await rig.agent('companies/ABC/customers?limit=5')).body.nextCursor ?? '')
    await rig.at.clock({ advanceMs: 9.9 * 60_000 })
    expect((await rig.rows(`customers?limit=5&cursor=${cursor}`)).length).to.equal(5)
    expect(await codeOf(`vendors?cursor=${cursor}`)).to.deep.equal([400, 'BAD_REQUEST'])
    expect(await codeOf('customers?cursor=nonsense')).to.deep.equal([400, 'BAD_REQUEST'])
    await rig.at.clock({ advanceMs: 0.2 * 60_000 })
    expect(await codeOf(`customers?limit=5&cursor=${cursor}`)).to.deep.equal([410, 'CURSOR_EXPIRED'])
    const fresh = encodeURIComponent((await rig.agent('companies/ABC/customers?limit=5')).body.nextCursor ?? '')
    await rig.at.knobs({ expireCursors: true })
    expect(await codeOf(`customers?cursor=${fresh}`)).to.deep.equal([410, 'CURSOR_EXPIRED'])
  })

  it('give pages of 200 unless another size up to 1000 is asked for', () =>
    withRig({ customers: '1200', contacts: '0', vendors: '0', orders: '0' }, 1, async big => {
      for (const [query, count] of [
        ['', 200],
        ['?limit=1000', 1000],
        ['?limit=1', 1],
      ] as const)
        expect((await big.rows(`customers${query}`)).length).to.equal(count)
      for (const limit of ['0', '1001', '-1', 'x', '']) {
        const answer = await big.agent(`companies/ABC/customers?limit=${limit}`)
        expect([limit, ...refusal(answer)]).to.deep.equal([limit, 400, 'BAD_REQUEST'])
      }
    }))

  it('refuse parameters that do not exist or mean nothing', async () => {
    for (const query of [
      'updatedTime=9.5',
      'updatedDate=2026-01-14',
      'updatedDate=20260230',
      'updatedDate=20260114&updatedTime=25',
      'updatedDate=20260114&updatedTime=09:30',
      'offset=5',
      'limit=1&limit=2',
      'fields=Nope',
      'include=lines',
      'include=everything',
    ])
      expect([query, ...(await codeOf(`customers?${query}`))]).to.deep.equal([query, 400, 'BAD_REQUEST'])
    expect(await codeOf('customers/keys?fields=City')).to.deep.equal([400, 'BAD_REQUEST'])
  })

  it('hold the columns that were asked for, and lines of orders on request', async () => {
    const [first] = await rig.rows('customers?fields=City,CustomerName&limit=1')
    expect(Object.keys(first ?? {})).to.deep.equal(['key', 'City', 'CustomerName'])
    const [plain] = await rig.rows('sales-orders?limit=1')
    const [full] = await rig.rows('sales-orders?limit=1&include=lines')
    expect(Object.keys(full ?? {})).to.deep.equal([...Object.keys(plain ?? {}), 'Lines'])
    expect(full?.Lines[0]).to.include({ ItemCode: '1001-HON-H252', LineKey: '000001', SalesOrderNo: full?.key })
  })

  it('never let tax numbers and bank data out', async () => {
    const [vendor] = await rig.rows('vendors?limit=1')
    expect(Object.keys(vendor ?? {}).filter(it => /Taxpayer|Bank/.test(it))).to.deep.equal([])
    expect(await codeOf('vendors?fields=BankAccountNo')).to.deep.equal([400, 'BAD_REQUEST'])
    expect(await codeOf('vendors?fields=TaxpayerIDSocialSecurityNo')).to.deep.equal([400, 'BAD_REQUEST'])
    expect((await rig.at.records('AP_Vendor'))[0]?.['BankAccountNo']).to.match(/^\d{12}$/)
  })

  it('are keys with stamps only, filtered and paged the same', async () => {
    const rows = await walk('customers?limit=7')
    const bare = await walk('customers/keys?limit=7')
    expect(bare).to.deep.equal(rows.map(({ key, DateUpdated, TimeUpdated }) => ({ key, DateUpdated, TimeUpdated })))
    const query = 'updatedDate=20260114&updatedTime=14'
    expect(keys(await rig.rows(`customers/keys?${query}`))).to.deep.equal(keys(await rig.rows(`customers?${query}`)))
  })

  it('are followed by single records, whatever stands in their keys', async () => {
    for (const [path, key] of [
      ['customers', '01~N/A'],
      ['customers', '01~R&D CO'],
      ['customers', "03~O'NEIL"],
      ['customers', '01~A-B-C'],
      ['customer-contacts', '01~ABF~ART J'],
      ['vendors', '00~A/B C'],
      ['gl-main-accounts', '01~1010'],
      ['gl-accounts', '000000001'],
    ] as const) {
      const { body } = await rig.agent(`companies/ABC/${path}/${key.split('~').map(encodeURIComponent).join('~')}`)
      expect(body.key).to.equal(key)
    }
    expect(await codeOf('customers/01~N/A')).to.deep.equal([404, 'NOT_FOUND'])
    expect(await codeOf('customers/01~NOPE')).to.deep.equal([404, 'NOT_FOUND'])
    expect(await codeOf('customers/1~ABF')).to.deep.equal([404, 'NOT_FOUND'])
  })

  it('show type and group of the main account, whatever the stamp of the account says', async () => {
    const [before] = await rig.rows('gl-accounts?limit=1')
    await rig.at.put('GL_MainAccount', { key: `01-${String(before?.['MainAccountCode'])}`, AccountGroup: '999' })
    const [after] = await rig.rows('gl-accounts?limit=1')
    expect(after).to.deep.equal({ ...before, AccountGroup: '999' })
  })
})
