import { inspect } from 'node:util'
import { expect } from 'chai'
import { isEngineError } from '../../../engine/core/errors.ts'
import { accounts, codeOf, failureOf, type Opened, openZoho, readAll, upsertOf } from './open.ts'

const MINUTE = 60_000

describe('a call to Zoho', () => {
  let zoho: Opened
  beforeEach(async () => {
    zoho = await openZoho()
  })
  afterEach(() => zoho.close())

  it('throttled by concurrency backs off 1, 2, 4 seconds, jittered, and goes on', async () => {
    const body = JSON.stringify({
      code: 'TOO_MANY_REQUESTS',
      message: 'too many at once',
      details: {},
      status: 'error',
    })
    await zoho.at.fault({ action: 'answer', path: 'GET /crm/v8/org', times: 3, status: 429, body })
    await zoho.connection.ping()
    expect(zoho.clock.slept).to.deep.equal([500, 1_000, 2_000])
  })

  it('throttled as an older body says it, with a number for a code, backs off too', async () => {
    const body = JSON.stringify({ code: 429, error: 'TOO_MANY_REQUESTS', error_info: 'wait', details: [] })
    await zoho.at.fault({ action: 'answer', path: 'GET /crm/v8/org', status: 429, body })
    await zoho.connection.ping()
  })

  for (const [what, headers, message] of [
    ['the header', { 'x-api-credits-remaining': '0' }, 'no'],
    ['the message', {}, 'You have exceeded the API credits for 24 hours'],
  ] as const)
    it(`without credits for 24 hours (${what} says so) gives up at once and says so`, async () => {
      const body = JSON.stringify({ code: 'TOO_MANY_REQUESTS', message, details: {}, status: 'error' })
      await zoho.at.fault({ action: 'answer', path: 'GET /crm/v8/org', times: 9, status: 429, headers, body })
      const error = await failureOf(() => zoho.connection.ping())
      expect(codeOf(error)).to.equal('rate-limited ZOHO_TOO_MANY_REQUESTS')
      expect(isEngineError(error) && error.retryAfterMs).to.equal(15 * MINUTE)
      expect(zoho.clock.slept).to.deep.equal([])
    })

  it('never has more in flight than its setting says', async () => {
    await zoho.close()
    zoho = await openZoho({ settings: { concurrency: 2 } })
    await zoho.at.knobs({ concurrency: 2, latencyMs: 5 })
    await zoho.at.put('Accounts', accounts(1, 1))
    await Promise.all(Array.from({ length: 12 }, () => readAll(zoho.connection, 'Accounts')))
    expect((await zoho.at.facts())['throttled']).to.equal(0)
  })

  it('to another org than the one that is meant is refused', async () => {
    await zoho.close()
    zoho = await openZoho({ settings: { orgId: '42' } })
    const error = await failureOf(() => zoho.connection.ping())
    expect(codeOf(error)).to.equal('configuration ZOHO_OTHER_ORG')
    const preflight = failureOf(() =>
      zoho.connection.preflight({ entity: 'Accounts', use: 'write', fields: [], optional: [] }),
    )
    expect(codeOf(await preflight)).to.equal('configuration ZOHO_OTHER_ORG')
  })
})

describe('secrets of a Zoho connection', () => {
  it('appear in no error and no log line, whatever Zoho echoes', async () => {
    const zoho = await openZoho()
    const heard: unknown[] = []
    await zoho.connection.ping()
    const held = await zoho.tokens.get(zoho.tokens.names()[0] ?? '')
    const secrets = [...Object.values(zoho.sandbox.secrets), held?.value.reveal() ?? '']
    const echo = secrets.join(' and ')
    const hear = async (work: () => Promise<unknown>) => heard.push(await failureOf(work))
    const answer = (path: string, status: number, body: string) =>
      zoho.at.fault({ action: 'answer', path, times: 6, status, body })

    await answer('GET /crm/v8/org', 400, JSON.stringify({ code: 'INVALID_REQUEST', message: echo, details: {} }))
    await hear(() => zoho.connection.ping())
    await zoho.at.clearFaults()
    await answer('GET /crm/v8/org', 503, `<html>${echo}</html>`)
    await hear(() => zoho.connection.ping())
    await zoho.at.clearFaults()
    const item = { code: 'INVALID_DATA', status: 'error', message: echo, details: { value: echo } }
    await answer('upsert', 400, JSON.stringify({ data: [item] }))
    heard.push(await zoho.connection.write('Accounts', upsertOf(accounts(1, 1))))
    await zoho.at.clearFaults()
    await zoho.at.fault({ action: 'cutBefore', path: '.', times: 20 })
    await hear(() => zoho.connection.ping())
    await zoho.at.clearFaults()
    await zoho.tokens.forget(zoho.tokens.names()[0] ?? '')
    await answer('oauth', 200, JSON.stringify({ error: echo }))
    await hear(() => zoho.connection.ping())
    await zoho.close()

    const text = [inspect(heard, { depth: 12 }), JSON.stringify(heard), ...zoho.logged, ...zoho.calls].join('\n')
    for (const secret of secrets) expect(text).not.to.include(secret)
    expect(heard).to.have.length(5)
  })
})
