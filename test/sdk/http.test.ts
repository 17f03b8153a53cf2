import { expect } from 'chai'
import { EngineError } from '../../engine/core/errors.ts'
import { createHttp, type HttpFailure } from '../../engine/sdk/http.ts'
import { createSandboxClock, startSandboxServer } from '../../engine/sdk/sandbox/server.ts'
import type { Fault } from '../../engine/sdk/sandbox/spec.ts'
import { control } from '../support/connect.ts'

describe('the HTTP client', () => {
  let server: Awaited<ReturnType<typeof startSandboxServer>>
  const calls: string[] = []
  const abort = new AbortController()
  const http = createHttp({
    concurrency: 2,
    timeoutMs: 300,
    maxAnswerBytes: 100_000,
    signal: abort.signal,
    onCall: label => calls.push(label),
  })
  let inFlight = 0
  let most = 0

  before(async () => {
    server = await startSandboxServer({
      port: 0,
      host: '127.0.0.1',
      clock: createSandboxClock(),
      data: { entities: [], list: () => [], put: (_entity, record) => record, remove: () => false },
      handle: async request => {
        inFlight += 1
        most = Math.max(most, inFlight)
        await new Promise(resolve => setTimeout(resolve, 5))
        inFlight -= 1
        if (request.path === '/redirect')
          return { label: 'r', answer: { status: 302, headers: { location: '/elsewhere' } } }
        if (request.path === '/big') return { label: 'b', answer: { status: 200, body: 'x'.repeat(1_000_000) } }
        return { label: 'x', answer: { status: 200, body: 'whole answer' } }
      },
    })
  })
  after(() => server.close())
  afterEach(() => control(server).clearFaults())

  const get = (path = '/') => http.send({ method: 'GET', url: server.url + path, label: path })
  const failing = async (fault: Fault): Promise<HttpFailure> => {
    await control(server).fault(fault)
    return get().then(
      () => expect.fail('an answer came'),
      (thrown: HttpFailure) => thrown,
    )
  }

  for (const action of ['cutBefore', 'cutAfter', 'cutMid', 'hang', 'hangBefore'] as const)
    it(`says that a request may have happened after ${action}`, async () => {
      const failure = await failing({ action })
      expect([failure.name, failure.mayHaveHappened]).to.deep.equal(['HttpFailure', true])
    })

  it('says that a request cannot have happened when nobody listens', async () => {
    const failure = await http
      .send({ method: 'GET', url: 'http://127.0.0.1:9', label: 'nobody' })
      .catch((thrown: unknown) => thrown)
    expect(failure).to.include({ name: 'HttpFailure', reason: 'connect', mayHaveHappened: false })
  })

  it('returns answers of any status', async () => {
    await control(server).fault({ action: 'answer', status: 503 })
    expect((await get()).status).to.equal(503)
  })

  it('follows no redirect, since credentials would travel along', async () => {
    expect((await get('/redirect')).status).to.equal(302)
  })

  it('stops an answer that is larger than allowed', async () => {
    const failure = await get('/big').catch((thrown: unknown) => thrown)
    expect(failure).to.include({ name: 'HttpFailure', reason: 'too-large' })
  })

  it('keeps to the calls in flight that are allowed', async () => {
    most = 0
    await Promise.all(Array.from({ length: 8 }, () => get()))
    expect(most).to.equal(2)
  })

  it('counts what goes out', async () => {
    calls.length = 0
    await get('/counted')
    expect(calls).to.deep.equal(['/counted'])
  })

  it('sends nothing more once cancelled', async () => {
    abort.abort()
    calls.length = 0
    const error = await get().catch((thrown: unknown) => thrown)
    expect([error instanceof EngineError && error.kind, calls]).to.deep.equal(['cancelled', []])
  })
})
