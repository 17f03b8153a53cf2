import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { zohoCrm } from '../../../connectors/zoho-crm/index.ts'
import { isEngineError } from '../../../engine/core/errors.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import { Secret } from '../../../engine/core/secret.ts'
import type { Delivery, Subscription } from '../../../engine/sdk/connector.ts'
import { accounts, failureOf, type Opened, openZoho, upsertOf } from './open.ts'

const DAY = 24 * 60 * 60_000
const CALLBACK = 'https://hooks.example.com/zoho/a1'
const webhook = zohoCrm.webhook
const verify = (body: unknown, held: readonly Subscription[]) => webhook?.verify(deliveryOf(body), held)
const parse = (body: unknown) => webhook?.parse(deliveryOf(body))

const deliveryOf = (body: unknown): Delivery => ({
  headers: {},
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  receivedAt: new Date(),
})

const channel: Subscription = { id: '1105', entities: ['Accounts', 'Deals'], secret: new Secret('v1.token') }
const told = {
  server_time: 1,
  module: 'Accounts',
  operation: 'update',
  channel_id: '1105',
  token: 'v1.token',
  ids: ['5000000000771001'],
}

describe('a delivery of Zoho CRM', () => {
  it('is genuine with the token, the channel and a module of one subscription', () => {
    const other: Subscription = { id: '2', entities: ['Contacts'], secret: new Secret('other') }
    expect(verify(told, [other, channel])).to.equal(true)
  })

  for (const [what, body, held] of [
    ['a wrong token', { ...told, token: 'v1.tokem' }, [channel]],
    ['no token', { ...told, token: undefined }, [channel]],
    ['an empty token for a subscription without one', { ...told, token: '' }, [{ id: '1105', entities: ['Accounts'] }]],
    ['another channel', { ...told, channel_id: '1106' }, [channel]],
    ['a module that was not subscribed', { ...told, module: 'Vendors' }, [channel]],
    ['no subscription at all', told, []],
    ['no JSON', 'hello', [channel]],
    ['a list', [told], [channel]],
  ] as const)
    it(`is refused with ${what}`, () => {
      expect(verify(body, held)).to.equal(false)
    })

  it('names changed and deleted records under the names that Zoho delivers', () => {
    const kinds = ['insert', 'update', 'delete'].map(operation => parse({ ...told, operation })?.[0]?.change)
    expect(kinds).to.deep.equal(['upsert', 'upsert', 'delete'])
    expect(parse({ ...told, ids: ['1', '2'] })?.[0]).to.deep.include({ entity: 'Accounts', keys: ['1', '2'] })
  })

  it('has the same id when it comes twice, and another one for another change', () => {
    const id = (body: unknown) => parse(body)?.[0]?.deliveryId
    expect(id(told)).to.equal(id({ ...told }))
    expect(id({ ...told, server_time: 2 })).not.to.equal(id(told))
  })

  for (const body of ['', '{', { ...told, ids: [] }, { ...told, ids: ['x'] }, { ...told, operation: 'other' }])
    it(`without anything to read again (${JSON.stringify(body).slice(0, 40)}) is no notification`, () => {
      expect(parse(body)).to.deep.equal([])
    })
})

describe('a subscription at Zoho CRM', () => {
  let zoho: Opened
  const wish = { callbackUrl: CALLBACK, entities: ['Accounts', 'Deals'] }
  const lifeOf = async (held: Subscription) => {
    const { now } = await zoho.at.clock({ advanceMs: 0 })
    return Date.parse(held.expiresAt ?? '') - Date.parse(now)
  }

  beforeEach(async () => {
    zoho = await openZoho()
  })
  afterEach(() => zoho.close())

  it('lives for days, within the week that Zoho allows', async () => {
    expect(await lifeOf(await zoho.connection.subscribe(wish))).to.be.within(5.9 * DAY, 7 * DAY)
  })

  it('lives for days also when our clock is wrong by weeks', async () => {
    zoho.clock.advance(30 * DAY)
    expect(await lifeOf(await zoho.connection.subscribe(wish))).to.be.within(5.9 * DAY, 7 * DAY)
  })

  it('that Zoho silently cut to an hour is taken as it is, and told', async () => {
    const expiry = '2026-03-02T11:00:00+01:00'
    const item = { code: 'SUCCESS', status: 'success', details: { events: [{ channel_expiry: expiry }] } }
    await zoho.at.fault({ action: 'answer', path: 'watch', status: 201, body: JSON.stringify({ watch: [item] }) })
    const held = await zoho.connection.subscribe(wish)
    expect(held.expiresAt).to.equal('2026-03-02T10:00:00.000Z')
    expect(zoho.logged.join()).to.include('less time than was asked for')
  })

  it('without an expiry in the answer counts as the silent hour', async () => {
    const item = { code: 'SUCCESS', status: 'success', details: {} }
    await zoho.at.fault({ action: 'answer', path: 'watch', status: 201, body: JSON.stringify({ watch: [item] }) })
    expect(await lifeOf(await zoho.connection.subscribe(wish))).to.be.within(0, 61 * 60_000)
  })

  it('is extended with its token and channel', async () => {
    const held = await zoho.connection.subscribe(wish)
    await zoho.at.clock({ advanceMs: 3 * DAY })
    zoho.clock.advance(3 * DAY)
    const renewed = await zoho.connection.renewSubscription(held, CALLBACK)
    expect([renewed.id, renewed.secret?.reveal()]).to.deep.equal([held.id, held.secret?.reveal()])
    expect(await lifeOf(renewed)).to.be.within(5.9 * DAY, 7 * DAY)
  })

  it('that had lapsed is made again', async () => {
    const held = await zoho.connection.subscribe(wish)
    await zoho.at.clock({ advanceMs: 8 * DAY })
    zoho.clock.advance(8 * DAY)
    const renewed = await zoho.connection.renewSubscription(held, CALLBACK)
    expect(await lifeOf(renewed)).to.be.within(5.9 * DAY, 7 * DAY)
    expect(zoho.logged.join()).to.include('had lapsed')
  })

  it('is removed, and removing it again is no error', async () => {
    const held = await zoho.connection.subscribe(wish)
    await zoho.connection.unsubscribe(held)
    await zoho.connection.unsubscribe(held)
  })

  it('that Zoho refuses is an error, also inside a list', async () => {
    const error = await failureOf(() => zoho.connection.subscribe({ ...wish, entities: ['No_Such_Module'] }))
    expect(isEngineError(error)).to.equal(true)
  })

  it('has a random token of at most 50 characters and a channel number that survives as a number', async () => {
    const [a, b] = [await zoho.connection.subscribe(wish), await zoho.connection.subscribe(wish)]
    expect(a.secret?.reveal()).not.to.equal(b.secret?.reveal())
    expect(a.secret?.reveal().length).to.be.within(30, 50)
    expect(Number.isSafeInteger(Number(a.id))).to.equal(true)
  })

  it('is one channel however often the same is wished, also when an answer is lost, and another one for another wish', async () => {
    await zoho.at.fault({ action: 'cutAfter', path: 'actions/watch', times: 20 })
    await failureOf(() => zoho.connection.subscribe(wish))
    await zoho.at.clearFaults()
    const [a, b] = [await zoho.connection.subscribe(wish), await zoho.connection.subscribe(wish)]
    expect(a.id).to.equal(b.id)
    const other = await zoho.connection.subscribe({ ...wish, callbackUrl: `${CALLBACK}/2` })
    const channels = (await zoho.at.facts())['channels'] as JsonObject[]
    expect(channels.map(it => it['id'])).to.deep.equal([a.id, other.id])
  })

  it('delivers what we verify and parse', async () => {
    const heard: Buffer[] = []
    let arrived: () => void = () => undefined
    const all = new Promise<void>(resolve => {
      arrived = resolve
    })
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', chunk => chunks.push(chunk))
      request.on('end', () => {
        heard.push(Buffer.concat(chunks))
        response.end()
        if (heard.length === 3) arrived()
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const held = await zoho.connection.subscribe({ ...wish, callbackUrl: `http://127.0.0.1:${port}/zoho` })
    const [made] = await zoho.connection.write('Accounts', upsertOf(accounts(1, 1)))
    const id = made?.is === 'written' ? made.sinkKey : ''
    await zoho.at.put('Accounts', { id, Phone: '1' })
    await zoho.at.remove('Accounts', id)
    await all
    await new Promise(resolve => server.close(resolve))
    const deliveries = heard.map(body => ({ headers: {}, body, receivedAt: new Date() }))
    expect(deliveries.map(it => webhook?.verify(it, [held]))).to.deep.equal([true, true, true])
    const notifications = deliveries.flatMap(it => webhook?.parse(it) ?? [])
    expect(notifications.map(it => it.change).sort()).to.deep.equal(['delete', 'upsert', 'upsert'])
    for (const it of notifications) expect([it.entity, it.keys]).to.deep.equal(['Accounts', [id]])
  })
})
