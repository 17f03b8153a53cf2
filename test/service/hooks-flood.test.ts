import { createHmac } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { zendesk } from '../../connectors/zendesk/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { deliveriesOf } from '../../engine/service/hooks/index.ts'
import { control } from '../support/connect.ts'
import {
  ACCOUNTS,
  atOnce,
  dealtWith,
  deliver,
  eventually,
  type MovableClock,
  movableClock,
  type Served,
  serve,
  subscribed,
  zohoDelivery,
} from './hooks.support.ts'

const GOOD = 1_000
const EACH = 200
const SECRET = 'a signing secret that a person copied'
const MIB = 1024 * 1024

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const heapUsed = () => {
  collect()
  return process.memoryUsage().heapUsed
}

describe('the address of deliveries', () => {
  let sandboxes: readonly [crm: Sandbox, other: Sandbox, desk: Sandbox]
  let served: Served
  let clock: MovableClock
  let hook: string
  const slow: Socket[] = []

  beforeEach(async () => {
    const base = { port: 0, host: '127.0.0.1' as const, seed: 3, records: 0 }
    const unlimited = { edition: 'ultimate', credits: '100000000' }
    const crm = await zohoCrm.sandbox.start({ ...base, options: { ...unlimited, notifications: 'lost' } })
    const other = await zohoCrm.sandbox.start({ ...base, options: unlimited })
    const desk = await zendesk.sandbox.start({ ...base, options: {} })
    sandboxes = [crm, other, desk]
    clock = movableClock()
    served = await serve({
      clock,
      connections: {
        crm: { connector: 'zoho-crm', sandbox: crm },
        other: { connector: 'zoho-crm', sandbox: other },
        desk: { connector: 'zendesk', sandbox: { ...desk, secrets: { ...desk.secrets, webhookSecret: SECRET } } },
      },
      flows: ['flows/*.yaml'],
      files: { 'flows/accounts.yaml': ACCOUNTS },
    })
    hook = `${served.url}/hooks/test/crm`
    await subscribed(served)
  })
  afterEach(async () => {
    for (const it of slow.splice(0)) it.destroy()
    await served.stop()
    served.workspace.remove()
    for (const it of sandboxes) await it.close()
  })

  const accounts = async (count: number): Promise<string[]> => {
    const names = Array.from({ length: count }, (_, at) => ({ Account_Name: `Account ${at}` }))
    const made = (await control(sandboxes[0]).put('Accounts', names)) as JsonObject[]
    return made.map(it => String(it['id']))
  }
  const dribble = () =>
    new Promise<void>(resolve => {
      const socket = connect(Number(new URL(served.url).port), '127.0.0.1', () => {
        socket.write('POST /hooks/test/crm HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{')
        resolve()
      })
      socket.on('error', () => {})
      slow.push(socket)
    })

  const refusedFor = (because: string) =>
    served.events.filter(it => it.is === 'delivery-refused' && it.because === because).length

  const signed = (at: Date, body: string) => {
    const timestamp = at.toISOString()
    const signature = createHmac('sha256', SECRET).update(timestamp).update(body).digest('base64')
    return { 'x-zendesk-webhook-signature': signature, 'x-zendesk-webhook-signature-timestamp': timestamp }
  }

  it('takes each of 1,000 good deliveries exactly once, and none of as many others', async function () {
    this.timeout(60_000)
    const ids = await accounts(GOOD)
    const good = await Promise.all(ids.map((id, at) => zohoDelivery(served, [id], { server_time: at })))
    const forged = await Promise.all(ids.slice(0, EACH).map(id => zohoDelivery(served, [id], { token: 'v1.guess' })))
    const stale = JSON.stringify({ ticket_id: '1' })
    const old = signed(new Date(Date.now() - 6 * 60_000), stale)
    const bad = [
      ...forged.map(body => () => deliver(hook, body)),
      ...forged.map(body => () => deliver(hook, { ...body, channel_id: '1' })),
      ...forged.map(body => () => deliver(hook, JSON.stringify(body).slice(0, -9))),
      ...forged.map(() => () => deliver(hook, 'x'.repeat(MIB + 1))),
      ...forged.map(body => () => deliver(`${served.url}/hooks/test/${String(body['ids'])}`, body)),
      ...forged.map(() => () => deliver(`${served.url}/hooks/test/desk`, stale, old)),
    ]
    const replayed = good.slice(0, EACH)
    const works = [...good, ...replayed].map(body => () => deliver(hook, body))
    const mixed = works.flatMap((work, at) => [work, ...bad.slice(at, at + 1)])
    for (let n = 0; n < 20; n += 1) await dribble()
    const before = heapUsed()
    const answers = await atOnce(64, mixed)
    const statuses = Map.groupBy(answers, it => it.status)
    expect(statuses.get(200)).to.have.length(GOOD + EACH)
    expect(new Set(answers.map(it => it.text))).to.deep.equal(new Set(['']))
    expect([...statuses.keys()].filter(it => ![0, 200, 401, 413].includes(it))).to.deep.equal([])
    await dealtWith(served)
    const made = (await control(sandboxes[1]).records('Vendors')).map(it => String(it['ERP_ID'])).sort()
    expect(made).to.deep.equal([...ids].sort())
    const events = await served.held.ledger.events({ flow: 'accounts', outcome: 'written', limit: 5_000 })
    expect(events).to.have.length(GOOD)
    const { accepted, duplicates, refused } = deliveriesOf(served.held, 'crm')
    // on a busy machine those that dribble are cut off by now
    expect([accepted, duplicates, refused - refusedFor('slow')]).to.deep.equal([GOOD, EACH, 4 * EACH])
    expect(deliveriesOf(served.held, 'desk')).to.include({ accepted: 0, refused: EACH })
    expect(refusedFor('size')).to.equal(EACH)
    expect((heapUsed() - before) / MIB).to.be.lessThan(48)

    clock.advance(11_000)
    await Promise.all(slow.map(it => it.closed || new Promise(resolve => it.once('close', resolve))))
    expect(refusedFor('slow')).to.equal(20)
    expect(served.logged.join()).not.to.include('could not be kept')
  })

  it('believes a webhook that a person made by its secret, within five minutes', async () => {
    const body = JSON.stringify({ ticket_id: '1' })
    const id = { 'x-zendesk-webhook-invocation-id': '01J9' }
    const status = async (at: Date) =>
      (await deliver(`${served.url}/hooks/test/desk`, body, { ...id, ...signed(at, body) })).status
    expect(await status(new Date())).to.equal(200)
    expect(await status(new Date(Date.now() - 6 * 60_000))).to.equal(401)
    // nobody listens
    await dealtWith(served)
    expect(deliveriesOf(served.held, 'desk')).to.include({ accepted: 1, unheard: 1, refused: 1 })
  })

  it('answers for what it does not know as for a wrong signature, and as late', async () => {
    const took = async (url: string) => {
      const began = performance.now()
      const { status, text } = await deliver(url, await zohoDelivery(served, ['1'], { token: 'v1.guess' }))
      return { status, text, ms: performance.now() - began }
    }
    const places = ['test/crm', 'test/nobody', 'nowhere/crm']
    for (const place of places) {
      const times = await atOnce(
        1,
        Array.from({ length: 5 }, () => () => took(`${served.url}/hooks/${place}`)),
      )
      for (const { status, text, ms } of times) {
        expect([place, status, text]).to.deep.equal([place, 401, ''])
        expect(ms, place).to.be.within(45, 150)
      }
    }
    const unknown = served.events.flatMap(it =>
      it.is === 'delivery-refused' ? [`${it.workspace}/${it.connection} ${it.because}`] : [],
    )
    expect(new Set(unknown)).to.deep.equal(new Set(['test/crm signature', 'test/- unknown', '-/- unknown']))
  })

  it('tells whoever looks that it is there, whether or not it is', async () => {
    for (const place of ['test/crm', 'nowhere/at-all'])
      for (const method of ['GET', 'HEAD']) {
        const answer = await fetch(`${served.url}/hooks/${place}`, { method })
        expect([answer.status, await answer.text()]).to.deep.equal([200, ''])
      }
    expect((await fetch(hook, { method: 'PUT', body: '{}' })).status).to.equal(404)
  })

  it('refuses an address that sends too much, for this connection', async function () {
    this.timeout(60_000)
    const looks = Array.from({ length: 6_050 }, () => async () => (await fetch(hook, { method: 'HEAD' })).status)
    const statuses = Map.groupBy(await atOnce(64, looks), it => it)
    expect(statuses.get(429)).to.have.length(50)
    expect(refusedFor('rate')).to.equal(50)
    expect((await fetch(`${served.url}/hooks/test/desk`)).status).to.equal(200)
  })

  it('asks the sender to come again when nothing can be kept', async () => {
    const [id = ''] = await accounts(1)
    const body = await zohoDelivery(served, [id])
    await served.held.ledger.close()
    const answer = await fetch(hook, { method: 'POST', body: JSON.stringify(body) })
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).to.deep.equal([503, '30', ''])
    await eventually(
      async () => served.logged.join(),
      text => text.includes('could not be kept'),
    )
  })
})
