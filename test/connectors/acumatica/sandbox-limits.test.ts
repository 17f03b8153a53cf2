import { expect } from 'chai'
import { openRig, type Rig, wrap } from './sandbox.support.ts'

describe('Acumatica sandbox: limits and faults', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
  })
  afterEach(() => rig.close())

  const list = () => rig.call('GET', 'Customer?$top=1')
  const queued = async () => Number((await rig.control.facts())['queued'])
  const untilQueued = async (count: number) => {
    while ((await queued()) < count) await new Promise(resolve => setImmediate(resolve))
  }

  it('delays calls from half of the limit on, by the time left over the calls left', async () => {
    await rig.control.clock({ now: '2027-01-05T10:00:00.000Z' })
    await rig.signIn()
    await rig.control.knobs({ requestsPerMinute: 4 })
    expect([(await list()).status, (await list()).status]).to.deep.equal([200, 200])
    await rig.control.clock({ advanceMs: 20_000 })
    // two of four are done and 40 s are left: 40 / 2
    let isDone = false
    const third = list().then(answer => {
      isDone = true
      return answer.status
    })
    await untilQueued(1)
    await rig.control.clock({ advanceMs: 19_900 })
    await rig.control.facts()
    expect(isDone).to.equal(false)
    await rig.control.clock({ advanceMs: 200 })
    expect(await third).to.equal(200)
    await rig.control.clock({ advanceMs: 60_000 })
    expect((await list()).status).to.equal(200)
  })

  for (const [face, type, pattern] of [
    ['json', 'application/json; charset=utf-8', /"message"/],
    ['text', 'text/plain; charset=utf-8', /^The custom error module does not recognize this error\.$/],
  ] as const)
    it(`declines what comes when twenty wait, as ${face}`, async () => {
      await rig.control.knobs({ workers: 1, latencyMs: 400, declineFace: face, retryAfterSeconds: 7 })
      const waiting = Array.from({ length: 21 }, list)
      await untilQueued(20)
      const declined = await list()
      expect([declined.status, declined.headers.get('content-type'), pattern.test(declined.text)]).to.deep.equal([
        429,
        type,
        true,
      ])
      expect(declined.headers.get('retry-after')).to.equal('7')
      await rig.control.knobs({ latencyMs: 0, workers: 30 })
      expect(new Set((await Promise.all(waiting)).map(it => it.status))).to.deep.equal(new Set([200]))
    })

  it('declines a call that waited too long, and lets a sign-out pass the queue', async () => {
    await rig.control.knobs({ workers: 0, queueWaitMs: 600_000 })
    const waiting = list()
    await untilQueued(1)
    expect((await rig.raw('POST', 'entity/auth/logout', { body: '' })).status).to.equal(204)
    await rig.control.clock({ advanceMs: 601_000 })
    expect((await waiting).status).to.equal(429)
    expect((await rig.control.facts())['declined']).to.equal(1)
  })

  it('cuts a connection after the record was saved', async () => {
    await rig.control.fault({ action: 'cutAfter', path: 'PUT .*/Customer' })
    const put = rig.put('Customer', wrap({ CustomerName: 'Answer lost' }))
    expect(await put.catch((thrown: unknown) => String(thrown))).to.include('fetch failed')
    const held = await rig.control.records('Customer')
    expect(held.filter(it => it['CustomerName'] === 'Answer lost')).to.have.length(1)
  })

  it('answers with HTML and 503 when told to', async () => {
    await rig.control.fault({ action: 'answer', status: 503 })
    const answer = await list()
    expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([503, 'text/html'])
  })

  it('counts calls under the entity, never under a key', async () => {
    await rig.control.resetCalls()
    await rig.call('GET', "Customer/O'BRIEN")
    await rig.call('GET', 'SalesInvoice/Invoice/INV000001')
    await list()
    await rig.raw('GET', 'entity')
    await rig.call('GET', 'swagger.json')
    expect((await rig.control.calls()).byLabel).to.deep.equal({
      'GET Customer': 1,
      'GET Customer/{key}': 1,
      'GET SalesInvoice/{key}': 1,
      'GET entity': 1,
      'GET swagger.json': 1,
    })
  })
})
