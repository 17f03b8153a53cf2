import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { sage100Sandbox } from '../../../connectors/sage-100/sandbox/index.ts'
import { KNOBS } from '../../../connectors/sage-100/sandbox/knobs.ts'
import {
  CUSTOMER,
  faultOf,
  keys,
  members,
  openRig,
  type Rig,
  type Row,
  refusal,
  resultOf,
  withRig,
} from './sandbox.support.ts'

/** A line of an order; fields of its own stand behind its item. */
const line = (values: Readonly<Record<string, string>>, own = '') =>
  `<SalesOrderLine>${members(values)}${own}</SalesOrderLine>`
const FIELD = (name: string) =>
  `<OtherFields><Field><MasFieldName>${name}</MasFieldName><Value>LOT 7</Value></Field></OtherFields>`
const order = (lines: string, number: string, customer = 'ABF') =>
  `<salesOrder>${members({ ARDivisionNo: '01', CustomerNo: customer })}<Lines>${lines}</Lines>${members({ SalesOrderNo: number })}</salesOrder>`
const DESK = line({ ItemCode: '1001-HON-H252', QuantityOrdered: '1' })

describe('Sage 100 sandbox: limits', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({}, 20)
  })
  afterEach(() => rig.close())

  it('takes messages of 64 KiB unless its web.config says otherwise', async () => {
    const padded = (bytes: number) => rig.soap('GetCustomer', `${CUSTOMER('01', 'ABF')}<!--${' '.repeat(bytes)}-->`)
    expect([(await padded(64_000)).status, (await padded(65_536)).status]).to.deep.equal([200, 413])
    await rig.at.knobs({ maxMessageBytes: 200_000 })
    expect((await padded(65_536)).status).to.equal(200)
    await rig.at.knobs({ maxMessageBytes: 300 })
    expect((await padded(100)).status).to.equal(413)
  })

  it('stores nothing of what was too large', async () => {
    const huge = members({ ARDivisionNo: '01', Comment: 'x', CustomerNo: 'HUGE', URLAddress: 'u'.repeat(65_536) })
    expect((await rig.soap('CreateCustomer', `<customer>${huge}</customer>`)).status).to.equal(413)
    expect(faultOf(await rig.soap('GetCustomer', CUSTOMER('01', 'HUGE')))).to.match(/^500 CI_NoKey/)
  })

  it('forgets cursors after as many minutes as it is told, and takes none of another company', async () => {
    await rig.at.knobs({ cursorMinutes: 30 })
    const first = await rig.agent('companies/ABC/customers?limit=5')
    const path = `customers?limit=5&cursor=${encodeURIComponent(first.body.nextCursor ?? '')}`
    expect(refusal(await rig.agent(`companies/ABX/${path}`))).to.deep.equal([400, 'BAD_REQUEST'])
    await rig.at.clock({ advanceMs: 29 * 60_000 })
    expect((await rig.agent(`companies/ABC/${path}`)).status).to.equal(200)
    await rig.at.clock({ advanceMs: 2 * 60_000 })
    expect(refusal(await rig.agent(`companies/ABC/${path}`))).to.deep.equal([410, 'CURSOR_EXPIRED'])
  })

  it('numbers orders and customers so that none is met that is there, and keeps counting after a refusal', async () => {
    const next = async (operation: string) => String(resultOf(operation, await rig.soap(operation)))
    const taken = await next('GetNextSalesOrderNo')
    const following = String(Number(taken) + 1).padStart(7, '0')
    expect((await rig.soap('CreateSalesOrder', order(DESK, following))).status).to.equal(200)
    expect(Number(await next('GetNextSalesOrderNo'))).to.equal(Number(taken) + 2)
    const before = (await rig.at.records('SO_SalesOrder')).length
    expect((await rig.soap('CreateSalesOrder', order(DESK, ''))).status).to.equal(200)
    expect((await rig.at.records('SO_SalesOrder')).length).to.equal(before + 1)
    const customers = new Set((await rig.at.records('AR_Customer')).map(it => String(it['CustomerNo'])))
    for (let at = 0; at < 30; at += 1) expect(customers).to.not.include(await next('GetNextCustomerNo'))
  })

  it('numbers what people make so that nothing is overwritten, however much there is', () =>
    withRig({ vendors: '60', accounts: '1200', customers: '5' }, 5, async other => {
      for (const [entity, count] of [
        ['AP_Vendor', 60],
        ['GL_Account', 1200],
      ] as const) {
        await other.at.put(entity, {})
        expect([entity, (await other.at.records(entity)).length]).to.deep.equal([entity, count + 1])
      }
    }))

  it('renumbers no customer onto another one, or onto half a key', async () => {
    for (const to of ['02~ABF', '01', '~X'])
      expect(
        await rig.at.knobs({ renumber: { from: '01~ABF', to } }).then(
          () => 'done',
          () => 'refused',
        ),
      ).to.equal('refused')
    expect((await rig.at.records('AR_Customer')).length).to.equal(20)
  })

  it('has orders of customers only, lines of items only', async () => {
    const send = (operation: string, inner: string) => rig.soap(operation, inner)
    expect(faultOf(await send('CreateSalesOrder', order(DESK, '', 'NOPE')))).to.match(/^500 CI_NOF: .*01-NOPE is not/)
    expect(faultOf(await send('PreviewSalesOrder', order(DESK, '', 'NOPE')))).to.match(/^500 CI_NOF/)
    const noItem = line({ QuantityOrdered: '1' })
    expect(faultOf(await send('CreateSalesOrder', order(noItem, '')))).to.match(/^500 CI_NOF: .*ItemCode/)
    // an item that stands behind the quantity is not read at all
    const late = line({ QuantityOrdered: '1', ItemCode: '1001-HON-H252' })
    expect(faultOf(await send('CreateSalesOrder', order(late, '')))).to.match(/^500 CI_NOF: .*ItemCode/)
    expect((await send('CreateSalesOrder', order(DESK, '0009001'))).status).to.equal(200)
    const unnamed = `<salesOrder>${members({ SalesOrderNo: '0009001' })}</salesOrder>`
    expect(faultOf(await send('UpdateSalesOrder', unnamed))).to.match(/^500 CI_NOF: .*CustomerNo/)
  })

  it('keeps fields of a line’s own, and shows every amount of a line as a number', async () => {
    const own = line({ ItemCode: '/C' }, FIELD('UDF_BATCH'))
    expect((await rig.soap('CreateSalesOrder', order(DESK + own, '0009001'))).status).to.equal(200)
    const shown = resultOf('GetSalesOrder', await rig.soap('GetSalesOrder', '<salesOrderNo>0009001</salesOrderNo>'))
    const [, second] = shown.Lines?.SalesOrderLine ?? []
    expect(second?.['OtherFields']).to.deep.equal({ Field: [{ MasFieldName: 'UDF_BATCH', Value: 'LOT 7' }] })
    const strange = order(line({ ItemCode: '/C' }, FIELD('UDF_NOPE')), '0009002')
    expect(faultOf(await rig.soap('CreateSalesOrder', strange))).to.match(/^500 CI_NOF: .*UDF_NOPE/)
    const amounts = [
      'QuantityOrdered',
      'QuantityShipped',
      'UnitPrice',
      'UnitCost',
      'LineDiscountPercent',
      'ExtensionAmt',
    ]
    for (const { Lines } of await rig.rows('sales-orders?include=lines'))
      for (const it of Lines) for (const name of amounts) expect(it[name]).to.match(/^\d+\.\d+$/)
  })

  it('has a test for each of its knobs', () => {
    const folder = new URL('.', import.meta.url)
    const files = readdirSync(folder).filter(it => /^sandbox.*\.test\.ts$/.test(it))
    const text = files.map(it => readFileSync(new URL(it, folder), 'utf8')).join('\n')
    const used = (name: string) => new RegExp(`(\\b${name}\\b\\s*[:\\]},]|'${name}')`).test(text)
    expect(Object.keys(KNOBS).filter(it => !used(it))).to.deep.equal([])
  })
})

describe('Sage 100 sandbox: several at a time', () => {
  it('share nothing', () =>
    withRig({ lockUserAfter: '1' }, 12, one =>
      withRig({ lockUserAfter: '1' }, 12, async other => {
        const seen = async ({ at, agent, soap }: Rig) => ({
          city: (await agent('companies/ABC/customers/01~ABF')).body['City'],
          health: (await agent('health')).body,
          next: resultOf('GetNextCustomerNo', await soap('GetNextCustomerNo')),
          facts: await at.facts(),
          vendors: (await at.records('AP_Vendor')).length,
        })
        for (const it of [one, other]) await it.at.clock({ now: '2026-05-04T12:00:00Z' })
        const before = await seen(other)
        await one.at.clock({ now: '2030-01-01T00:00:00Z' })
        await one.at.put('AR_Customer', { key: '01-ABF', City: 'Only here' })
        await one.at.remove('AP_Vendor', '00-ACME')
        await one.soap('GetNextCustomerNo')
        await one.soap('AddCreditCardToVault')
        await one.soap('GetNextCustomerNo', '', { password: 'wrong' })
        await one.at.knobs({
          timeZone: 'Asia/Tokyo',
          edition: 'Premium',
          exclusive: ['AR_Customer'],
          expireCursors: true,
        })
        await one.at.fault({ action: 'answer', status: 503, times: 9 })
        const after = await seen(other)
        expect(after).to.deep.equal({ ...before, next: String(Number(before.next) + 1).padStart(7, '0') })
        expect((await one.at.facts())['refusedLogons']).to.equal(1)
      }),
    ))
})

describe('Sage 100 sandbox: a large company', () => {
  const SIZES = { customers: '25000', contacts: '60000', vendors: '5000', accounts: '20000', orders: '50000' }

  it('starts in less than two seconds, and gives a page of each list and its last in less than half of one', async () => {
    const startedAt = performance.now()
    const sandbox = await sage100Sandbox.start({ port: 0, host: '127.0.0.1', records: 1, seed: 1, options: SIZES })
    const tookMs = performance.now() - startedAt
    await sandbox.close()
    expect(tookMs).to.be.below(2_000)
    await withRig(SIZES, 1, async rig => {
      for (const [path, size] of [
        ['customers', 25_000],
        ['customer-contacts', 60_000],
        ['vendors', 5_000],
        ['gl-accounts', 20_000],
        ['sales-orders', 50_000],
      ] as const)
        for (const query of ['?limit=1000', '/keys?updatedDate=20260110&limit=1000']) {
          const askedAt = performance.now()
          const { body } = await rig.agent(`companies/ABC/${path}${query}`)
          expect([path, body['scanned'], body.items.length > 0]).to.deep.equal([path, size, true])
          expect(performance.now() - askedAt).to.be.below(500)
        }
    })
  })

  it('is walked to its end, each record once, while records are edited', () =>
    withRig({ ...SIZES, contacts: '0', orders: '0' }, 1, async rig => {
      const found: Row[] = []
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const from: string = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const { body } = await rig.agent(`companies/ABC/customers/keys?limit=1000${from}`)
        found.push(...body.items)
        cursor = body.nextCursor
        if (found.length === 5_000) await rig.at.put('AR_Customer', { key: found[10]?.key ?? '', City: 'Later' })
      }
      expect([found.length, new Set(keys(found)).size, found.at(-1)?.key]).to.deep.equal([
        25_001,
        25_000,
        found[10]?.key,
      ])
    }))
})
