import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { asStored, codeOf, failureOf, type Opened, openAcumatica, readAll } from './open.ts'

const MINUTE = 60_000
const sorted = (keys: Iterable<string>) => [...keys].sort()

const liveOf = async (erp: Opened, entity: string, key: string) =>
  sorted((await erp.at.records(entity)).map(it => String(it[key])))

const edit = (erp: Opened, CustomerID: string, CustomerName: string) =>
  erp.at.put('Customer', { CustomerID, CustomerName })

describe('acumatica: records', () => {
  let erp: Opened
  afterEach(() => erp.close())

  it('with odd keys and values are read as they are, in lists, by key and one by one', async () => {
    erp = await openAcumatica({ records: 80 })
    const truth = new Map((await erp.at.records('Customer')).map(it => [String(it['CustomerID']), it['CustomerName']]))
    const odd = [...truth.keys()].filter(key => !/^C\d+$/.test(key))
    expect(odd).to.include.members(['0000010', '1E5', "O'BRIEN", 'A&B-CO', '100%', 'X+Y', 'N/A', 'MÜLLER'])
    const select = ['CustomerName', 'MainContact.Email', 'MainContact.Address.City']
    const all = await readAll(erp.connection, 'Customer', { select })
    expect(new Map(all.records.map(it => [it.key, it.fields['CustomerName']]))).to.deep.equal(truth)
    const chosen = await readAll(erp.connection, 'Customer', { select, where: { field: 'CustomerID', values: odd } })
    expect(sorted(chosen.keys)).to.deep.equal(sorted(odd))
    await erp.at.knobs({ delegates: ['Customer.MainContact'] })
    const single = await readAll(erp.connection, 'Customer', { select })
    expect(single.records).to.deep.equal(all.records)
    expect(erp.calls.filter(it => it === 'read Customer')).to.have.length(80)
  })

  it('whose fields cannot be listed are read one by one, at once from then on, and none is lost', async () => {
    erp = await openAcumatica({ records: 12, options: { delegates: 'Customer.MainContact' } })
    const select = ['MainContact.Email']
    const first = await readAll(erp.connection, 'Customer', { select, pageSize: 5 })
    expect(sorted(first.keys)).to.deep.equal(await liveOf(erp, 'Customer', 'CustomerID'))
    expect(first.records.filter(it => it.fields['MainContact'] !== undefined)).to.not.deep.equal([])
    expect(erp.logged.filter(it => it.includes('one by one'))).to.have.length(1)
    const calls = erp.calls.length
    await readAll(erp.connection, 'Customer', { select, pageSize: 12 })
    // a full page, the empty one after it, a look at the order, twelve records
    expect(erp.calls.length - calls).to.equal(15)
  })

  it('that are deleted between their list and their read are simply gone, and the walk goes on', async () => {
    erp = await openAcumatica({ records: 12, options: { delegates: 'Customer.MainContact' } })
    const keys = (await readAll(erp.connection, 'Customer', { pageSize: 100 })).keys
    const gone = keys[3] ?? ''
    const body = JSON.stringify({
      message: 'An error has occurred.',
      exceptionMessage: 'No entity satisfies the condition.',
      exceptionType: 'PX.Api.ContractBased.NoEntitySatisfiesTheConditionException',
    })
    await erp.at.fault({
      action: 'answer',
      status: 500,
      body,
      path: `GET /AcumaticaERP/entity/Default/[^/]*/Customer/`,
    })
    // still listed: nobody may take it for gone
    const error = await failureOf(() => readAll(erp.connection, 'Customer', { select: ['MainContact.Email'] }))
    expect(codeOf(error)).to.equal('contract ACUMATICA_RECORD_UNREADABLE')
    await erp.at.fault({
      action: 'delay',
      delayMs: 60,
      path: `GET /AcumaticaERP/entity/Default/[^/]*/Customer/${gone}`,
    })
    const reading = readAll(erp.connection, 'Customer', { select: ['MainContact.Email'], pageSize: 6 })
    await new Promise(resolve => setTimeout(resolve, 20))
    await erp.at.remove('Customer', gone)
    expect(sorted((await reading).keys)).to.deep.equal(sorted(keys.filter(it => it !== gone)))
  })

  it('with lines come whole, and days, amounts and balances as they are', async () => {
    erp = await openAcumatica({ records: 10 })
    const truth = new Map(
      (await erp.at.records('SalesInvoice')).map(it => [`${String(it['Type'])}/${String(it['ReferenceNbr'])}`, it]),
    )
    const { records } = await readAll(erp.connection, 'SalesInvoice', { select: 'all', pageSize: 7 })
    expect(sorted(records.map(it => it.key))).to.deep.equal(sorted(truth.keys()))
    for (const { key, fields } of records) {
      const own = truth.get(key) ?? {}
      expect(fields['Date']).to.match(/^\d{4}-\d\d-\d\d$/)
      expect([fields['DocumentKey'], fields['Balance'], fields['Amount']]).to.deep.equal([
        key,
        own['Balance'],
        own['Amount'],
      ])
      const linesOf = (it: JsonObject) =>
        (Array.isArray(it['Details']) ? it['Details'] : []).map(line => [line.InventoryID, line.Qty])
      expect(linesOf(fields)).to.deep.equal(linesOf(own))
      expect(linesOf(fields)).to.not.deep.equal([])
    }
  })

  it('that have two key fields are found by both joined', async () => {
    erp = await openAcumatica({ records: 4 })
    const { keys } = await readAll(erp.connection, 'SalesInvoice')
    const values = [...keys.slice(0, 2), 'Invoice/NOBODY', 'no slash', '/', '']
    const found = await readAll(erp.connection, 'SalesInvoice', { where: { field: 'DocumentKey', values } })
    expect(sorted(found.keys)).to.deep.equal(sorted(keys.slice(0, 2)))
  })

  for (const [endpointVersion, complete] of [
    ['22.200.001', true],
    ['23.200.001', undefined],
  ] as const)
    it(`of sales invoices in ${endpointVersion} are read ${complete ? 'in full by each run: there is no change field' : 'by change'}`, async () => {
      erp = await openAcumatica({ records: 4, settings: { endpointVersion } })
      const first = await readAll(erp.connection, 'SalesInvoice')
      const second = await readAll(erp.connection, 'SalesInvoice', { after: asStored(first.next) })
      expect([first.keys.length > 0, second.pages.at(-1)?.complete]).to.deep.equal([true, complete])
      expect(second.keys).to.have.length(complete ? first.keys.length : 0)
      expect(first.records.some(it => it.version === undefined)).to.equal(complete ?? false)
    })

  it('of stock items in 23.200.001 change by LastModified', async () => {
    erp = await openAcumatica({ records: 4, settings: { endpointVersion: '23.200.001' } })
    const first = await readAll(erp.connection, 'StockItem')
    await erp.advance(20 * MINUTE)
    await erp.at.put('StockItem', { InventoryID: first.keys[1] ?? '', Description: 'changed' })
    await erp.advance(MINUTE)
    const changes = await readAll(erp.connection, 'StockItem', { after: first.next, select: ['Description'] })
    expect(changes.records.map(it => [it.key, it.fields['Description']])).to.deep.equal([[first.keys[1], 'changed']])
  })

  it('printed with another offset move the mark no differently', async () => {
    erp = await openAcumatica({ records: 8, options: { timestampsIn: 'tenant', timeZone: 'America/Los_Angeles' } })
    const first = await readAll(erp.connection, 'Customer')
    await erp.advance(20 * MINUTE)
    await edit(erp, first.keys[2] ?? '', 'changed')
    await erp.advance(MINUTE)
    const changes = await readAll(erp.connection, 'Customer', { after: asStored(first.next) })
    expect(changes.keys).to.deep.equal([first.keys[2]])
    expect(changes.records[0]?.version).to.match(/Z$/)
  })

  it('edited in the hour that comes twice are read once each: offsets tell the two apart', async () => {
    erp = await openAcumatica({ records: 8, options: { timestampsIn: 'tenant', timeZone: 'America/New_York' } })
    await erp.at.clock({ now: '2026-11-01T05:20:00.000Z' })
    const first = await readAll(erp.connection, 'Customer')
    const [one = '', other = ''] = first.keys
    await erp.at.clock({ now: '2026-11-01T05:45:00.000Z' })
    await edit(erp, one, 'before the change')
    await erp.at.clock({ now: '2026-11-01T05:50:00.000Z' })
    const second = await readAll(erp.connection, 'Customer', { after: first.next })
    await erp.at.clock({ now: '2026-11-01T06:30:00.000Z' })
    await edit(erp, other, 'after the change')
    await erp.at.clock({ now: '2026-11-01T06:40:00.000Z' })
    const third = await readAll(erp.connection, 'Customer', { after: second.next })
    expect([second.keys, third.keys]).to.deep.equal([[one], [other]])
  })

  it('that become visible half an hour late are met by the second pass', async () => {
    erp = await openAcumatica({ records: 6 })
    let { next, keys } = await readAll(erp.connection, 'Customer')
    const [late = ''] = keys
    await erp.advance(20 * MINUTE)
    await erp.at.knobs({ lateMs: 30 * MINUTE })
    await edit(erp, late, 'visible late')
    await erp.at.knobs({ lateMs: 0 })
    const seen: string[] = []
    for (let n = 0; n < 8; n += 1) {
      await erp.advance(10 * MINUTE)
      const run = await readAll(erp.connection, 'Customer', { after: asStored(next), select: ['CustomerName'] })
      seen.push(...run.records.map(it => String(it.fields['CustomerName'])))
      next = run.next
      keys = run.keys
    }
    expect(seen).to.deep.equal(['visible late'])
  })

  it('of a bulk edit of one instant come once each, over many pages, and the cursor stays small', async () => {
    erp = await openAcumatica({ records: 1_500, options: { items: '0', invoices: '0' } })
    const first = await readAll(erp.connection, 'Customer')
    await erp.advance(2 * 60 * MINUTE)
    await erp.at.clock({ now: new Date(erp.clock.now()).toISOString() })
    await erp.at.put(
      'Customer',
      first.keys.map(CustomerID => ({ CustomerID, CustomerName: 'bulk' })),
    )
    await erp.at.clock({ now: null })
    await erp.advance(MINUTE)
    const bulk = await readAll(erp.connection, 'Customer', { after: first.next, pageSize: 100 })
    expect(bulk.keys).to.have.length(1_500)
    expect(new Set(bulk.keys).size).to.equal(1_500)
    expect(Math.max(...bulk.pages.map(it => JSON.stringify(it.next).length))).to.be.below(40_000)
    await erp.advance(10 * MINUTE)
    const quiet = await readAll(erp.connection, 'Customer', { after: bulk.next })
    expect(quiet.keys).to.deep.equal([])
  })

  it('without a Date header move no mark: the same is read again', async () => {
    erp = await openAcumatica({ records: 3 })
    const body = JSON.stringify([
      { id: 'g', CustomerID: { value: 'C1' }, LastModifiedDateTime: { value: '2026-01-01T00:00:00+00:00' } },
    ])
    await readAll(erp.connection, 'Customer')
    await erp.at.fault({ action: 'answer', status: 200, body, headers: { date: 'unreadable' }, path: 'GET /Acu' })
    const { next, pages } = await readAll(erp.connection, 'Customer')
    expect([next['mark'], pages.at(-1)?.complete]).to.deep.equal([undefined, true])
  })

  it('that a server gives beyond what was asked for, or twice, are not believed', async () => {
    erp = await openAcumatica({ records: 3 })
    await readAll(erp.connection, 'Customer')
    const row = (key: string) => ({
      id: key,
      CustomerID: { value: key },
      LastModifiedDateTime: { value: '2026-01-01T00:00:00+00:00' },
    })
    for (const rows of [
      [row('A'), row('B'), row('C')],
      [row('A'), row('A')],
    ]) {
      await erp.at.fault({ action: 'answer', status: 200, body: JSON.stringify(rows), path: 'GET /Acu' })
      const error = await failureOf(() => readAll(erp.connection, 'Customer', { pageSize: 2 }))
      expect(codeOf(error)).to.equal('contract ACUMATICA_PAGING')
    }
  })

  it('are asked for by the branch and the version of the connection, without following redirects', async () => {
    erp = await openAcumatica({ records: 3, settings: { branch: 'EAST', endpoint: 'default' } })
    expect((await readAll(erp.connection, 'Customer')).keys).to.have.length(3)
    await erp.at.fault({
      action: 'answer',
      status: 302,
      headers: { location: '/AcumaticaERP/ui/error', 'content-type': 'text/html' },
      path: 'GET /Acu',
      times: 100,
    })
    const error = await failureOf(() => readAll(erp.connection, 'Customer'))
    expect(codeOf(error)).to.equal('transient ACUMATICA_REDIRECTED')
  })
})

describe('acumatica: lists whose order is not that of keys', () => {
  for (const order of ['shuffled', 'random'])
    it(`(${order}) are read whole in ranges, and it is remembered`, async () => {
      const erp = await openAcumatica({ records: 330, options: { order, items: '0', invoices: '0' } })
      try {
        const live = await liveOf(erp, 'Customer', 'CustomerID')
        const first = await readAll(erp.connection, 'Customer', { pageSize: 60 })
        expect(sorted(new Set(first.keys))).to.deep.equal(live)
        expect(erp.logged.filter(it => it.includes('in ranges'))).to.have.length(1)
        const second = await readAll(erp.connection, 'Customer', { pageSize: 7 })
        expect(sorted(second.keys)).to.deep.equal(live)
        expect(Math.max(...second.pages.map(it => it.records.length))).to.equal(7)
        expect(erp.logged.filter(it => it.includes('in ranges'))).to.have.length(1)
      } finally {
        await erp.close()
      }
    })

  it('resume after any page, also within a range', async () => {
    const erp = await openAcumatica({ records: 120, options: { order: 'random', items: '0', invoices: '0' } })
    try {
      await readAll(erp.connection, 'Customer', { pageSize: 9 })
      const { pages, keys } = await readAll(erp.connection, 'Customer', { pageSize: 9 })
      for (const at of [0, 3, 7, pages.length - 2]) {
        const before = pages.slice(0, at + 1).flatMap(it => it.records.map(record => record.key))
        const rest = await readAll(erp.connection, 'Customer', { pageSize: 9, after: asStored(pages[at]?.next ?? {}) })
        expect(sorted([...before, ...rest.keys])).to.deep.equal(sorted(keys))
      }
    } finally {
      await erp.close()
    }
  })

  it('cost, where they are in order, one call a page and hardly one more', async () => {
    const erp = await openAcumatica({ records: 400, options: { items: '0', invoices: '0' } })
    try {
      await readAll(erp.connection, 'Customer', { where: { field: 'id', values: ['X'] } })
      const calls = erp.calls.length
      const { pages } = await readAll(erp.connection, 'Customer', { pageSize: 10 })
      expect(pages).to.have.length(41)
      // a look at the order at the end
      expect(erp.calls.length - calls).to.equal(41 + 1)
    } finally {
      await erp.close()
    }
  })

  it('cost, where many are in order, one look at the order a thousand records', async () => {
    const erp = await openAcumatica({ records: 1_300, options: { items: '0', invoices: '0' } })
    try {
      await readAll(erp.connection, 'Customer', { where: { field: 'id', values: ['X'] } })
      const calls = erp.calls.length
      const { pages, keys } = await readAll(erp.connection, 'Customer', { pageSize: 300 })
      expect([pages.length, new Set(keys).size]).to.deep.equal([5, 1_300])
      // after 900 records, and at the end
      expect(erp.calls.length - calls).to.equal(5 + 2)
      expect(Math.max(...pages.map(it => JSON.stringify(it.next).length))).to.be.below(40_000)
    } finally {
      await erp.close()
    }
  })
})
