import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { openRig, type Rig, wrap } from './sandbox.support.ts'

interface Heard {
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: JsonObject
}

/** A listener that takes notifications with the statuses that it is given, in order, then with 200. */
async function openEar(statuses: readonly number[] = []) {
  const heard: Heard[] = []
  const waiting: { readonly count: number; resolve(): void }[] = []
  const left = [...statuses]
  const server: Server = createServer((request, response) => {
    let text = ''
    request.on('data', part => {
      text += String(part)
    })
    request.on('end', () => {
      heard.push({ headers: request.headers, text, body: JSON.parse(text) as JsonObject })
      response.writeHead(left.shift() ?? 200).end()
      for (const it of waiting) if (heard.length >= it.count) it.resolve()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    heard,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    until: (count: number) =>
      heard.length >= count ? Promise.resolve() : new Promise<void>(resolve => void waiting.push({ count, resolve })),
    close: () => new Promise(resolve => server.close(resolve)),
  }
}

describe('Acumatica sandbox: push notifications', () => {
  let rig: Rig
  let ear: Awaited<ReturnType<typeof openEar>>
  const listen = async (statuses: readonly number[] = [], knobs: JsonObject = {}) => {
    ear = await openEar(statuses)
    await rig.control.knobs({
      pushUrl: ear.url,
      pushHeader: 'X-Shared',
      pushSecret: 's3cret',
      pushRetryMs: 5,
      ...knobs,
    })
  }
  beforeEach(async () => {
    rig = await openRig()
  })
  afterEach(async () => {
    await rig.close()
    await ear.close()
  })

  const rename = (name: string) => rig.put('Customer', wrap({ CustomerID: 'C000000001', CustomerName: name }))
  const pushFact = async (name: string) => ((await rig.control.facts())['push'] as JsonObject)[name]
  const until = async (name: string, value: number) => {
    while ((await pushFact(name)) !== value) await new Promise(resolve => setImmediate(resolve))
  }

  it('tells an update as both halves, plain, with the header and a time stamp beyond 2^53', async () => {
    await listen()
    await rename('Renamed')
    await ear.until(1)
    const told = ear.heard[0]
    expect(told?.headers['x-shared']).to.equal('s3cret')
    expect(told?.body).to.include({ Query: 'Customer', CompanyId: 'Acme Live' })
    const inserted = (told?.body['Inserted'] as readonly JsonObject[] | undefined)?.[0]
    const deleted = (told?.body['Deleted'] as readonly JsonObject[] | undefined)?.[0]
    expect([inserted?.['CustomerID'], inserted?.['CustomerName']]).to.deep.equal(['C000000001', 'Renamed'])
    expect(deleted?.['CustomerName']).to.not.equal('Renamed')
    expect(inserted?.['Customer_lastModifiedDateTime']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?$/)
    const digits = /"TimeStamp":(\d+)/.exec(told?.text ?? '')?.[1] ?? ''
    expect(BigInt(digits) > 2n ** 53n).to.equal(true)
    expect(String(told?.body['TimeStamp'])).to.not.equal(digits)
  })

  it('tells a new record as inserted only, a removed one as deleted only, of persons too', async () => {
    await listen()
    const made = (await rig.control.put('Customer', { CustomerName: 'By hand' })) as JsonObject
    await ear.until(1)
    await rig.control.remove('Customer', String(made['CustomerID']))
    await ear.until(2)
    const sizes = ear.heard.map(it => [
      (it.body['Inserted'] as unknown[]).length,
      (it.body['Deleted'] as unknown[]).length,
    ])
    expect(sizes).to.deep.equal([
      [1, 0],
      [0, 1],
    ])
  })

  it('tells nothing of what is not queried, nor of a write that changed nothing', async () => {
    await listen()
    await rig.control.put('Vendor', { VendorName: 'Not asked for' })
    await rename('Once')
    await rename('Once')
    await ear.until(1)
    await rename('Twice')
    await ear.until(2)
    expect(ear.heard.map(it => (it.body['Inserted'] as readonly JsonObject[])[0]?.['CustomerName'])).to.deep.equal([
      'Once',
      'Twice',
    ])
  })

  it('names its queries and prints its times as it is told', async () => {
    await rig.control.clock({ now: '2026-07-01T12:00:00.470Z' })
    await rig.signIn()
    await listen([], { pushQueryPrefix: 'ML-', pushEntities: 'Vendor', pushTimesIn: 'tenant' })
    await rig.control.put('Vendor', { VendorID: 'V000000001', VendorName: 'Elsewhere' })
    await ear.until(1)
    const told = ear.heard[0]?.body
    const inserted = (told?.['Inserted'] as readonly JsonObject[] | undefined)?.[0]
    expect(told?.['Query']).to.equal('ML-Vendor')
    expect(inserted?.['Vendor_lastModifiedDateTime']).to.equal('2026-07-01T08:00:00.47')
  })

  it('sends the halves apart, or everything twice, of one transaction', async () => {
    await listen([], { pushSplit: true, pushDuplicates: true })
    await rename('Split')
    await ear.until(4)
    const halves = ear.heard.map(
      it => `${(it.body['Inserted'] as unknown[]).length}${(it.body['Deleted'] as unknown[]).length}`,
    )
    expect(halves.sort()).to.deep.equal(['01', '01', '10', '10'])
    expect(new Set(ear.heard.map(it => it.body['Id'])).size).to.equal(1)
  })

  it('lets the time stamps of transactions grow, even when the clock goes back', async () => {
    await listen()
    await rename('One')
    await rig.control.clock({ now: '2020-01-01T00:00:00.000Z' })
    await rename('Two')
    await ear.until(2)
    const stamps = ear.heard.map(it => BigInt(/"TimeStamp":(\d+)/.exec(it.text)?.[1] ?? 0))
    expect((stamps[1] ?? 0n) > (stamps[0] ?? 0n)).to.equal(true)
  })

  it('tries five times, then keeps what failed for two days until a person sends it again', async () => {
    await listen([500, 503, 404, 500, 500])
    await rename('Unheard')
    await until('failed', 1)
    expect(ear.heard).to.have.length(5)
    expect((await rig.control.facts())['failedNotifications']).to.have.length(1)
    await rig.control.knobs({ resendFailed: true })
    await until('sent', 1)
    expect((await rig.control.facts())['failedNotifications']).to.deep.equal([])
  })

  it('forgets what failed after two days', async () => {
    await listen([500, 500, 500, 500, 500])
    await rename('Unheard')
    await until('failed', 1)
    await rig.control.clock({ advanceMs: 2 * 86_400_000 })
    expect((await rig.control.facts())['failedNotifications']).to.deep.equal([])
  })

  it('never calls an address beyond loopback', async () => {
    await listen()
    await rig.control.knobs({ pushUrl: 'http://erp.example.com/hook' })
    await rename('Elsewhere')
    expect(await pushFact('undeliverable')).to.equal(1)
    expect(await pushFact('attempts')).to.equal(0)
  })
})
