import { expect } from 'chai'
import { zohoCrm } from '../../../connectors/zoho-crm/index.ts'
import { type EngineError, isEngineError } from '../../../engine/core/errors.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import { connect } from '../../support/connect.ts'
import { codeOf, failureOf, type Opened, openZoho } from './open.ts'
import { json, sendThrough } from './wire.ts'

const TOKEN_CALL = 'POST oauth/v2/token'
const MINUTE = 60_000

describe('signing in to Zoho', () => {
  let zoho: Opened
  const tokenCalls = () => zoho.calls.filter(it => it === TOKEN_CALL).length
  const answerToken = (body: JsonObject, status = 200) =>
    zoho.at.fault({ action: 'answer', path: 'oauth', times: 9, status, body: JSON.stringify(body) })

  beforeEach(async () => {
    zoho = await openZoho()
  })
  afterEach(() => zoho.close())

  it('happens on the first call, once however many wait', async () => {
    expect(zoho.calls).to.deep.equal([])
    await Promise.all(Array.from({ length: 5 }, () => zoho.connection.ping()))
    expect(tokenCalls()).to.equal(1)
  })

  it('is not repeated by another process that shares the tokens', async () => {
    await zoho.connection.ping()
    const other = await connect(zohoCrm, zoho.sandbox, { tokens: zoho.tokens })
    await other.connection.ping()
    expect(other.calls).to.deep.equal(['GET org'])
  })

  it('sends secrets in the body, never in an address', async () => {
    const sent = await sendThrough([json({ access_token: 't', expires_in: 3600 }), json({ org: [{ id: '1' }] })])
    const [first] = sent.requests
    expect(first?.url).to.equal('https://accounts.zoho.eu/oauth/v2/token')
    expect(String(first?.body)).to.include('client_secret=top-secret')
    expect(first?.signIn).to.equal(true)
  })

  it('is done anew five minutes before the token lapses', async () => {
    await zoho.connection.ping()
    zoho.clock.advance(54 * MINUTE)
    await zoho.connection.ping()
    expect(tokenCalls()).to.equal(1)
    zoho.clock.advance(2 * MINUTE)
    await zoho.connection.ping()
    expect(tokenCalls()).to.equal(2)
  })

  it('reads the legacy pair of life times in the right units', async () => {
    await zoho.at.knobs({ expiresInSec: true })
    await zoho.connection.ping()
    const held = await zoho.tokens.get(zoho.tokens.names()[0] ?? '')
    const lifeMs = Date.parse(held?.expiresAt ?? '') - zoho.clock.now().getTime()
    expect(lifeMs).to.be.within(54 * MINUTE, 55 * MINUTE)
  })

  it('of a short-lived token uses it for half its life instead of asking before every call', async () => {
    await zoho.at.knobs({ expiresInSeconds: 60 })
    await zoho.connection.ping()
    await zoho.connection.ping()
    expect(tokenCalls()).to.equal(1)
  })

  it('renews a revoked token once, and the call succeeds', async () => {
    await zoho.connection.ping()
    await zoho.at.knobs({ revokeTokens: true })
    await Promise.all([zoho.connection.ping(), zoho.connection.ping(), zoho.connection.ping()])
    expect(tokenCalls()).to.equal(2)
  })

  for (const code of ['INVALID_TOKEN', 'AUTHENTICATION_FAILURE'])
    it(`ends after one renewal when ${code} stays, tells of the other data centre, and does not burn more tokens`, async () => {
      const body = JSON.stringify({ code, message: 'invalid oauth token', details: {}, status: 'error' })
      await zoho.at.fault({ action: 'answer', path: 'GET /crm/v8/org', times: 99, status: 401, body })
      for (let i = 0; i < 4; i += 1) {
        const error = await failureOf(() => zoho.connection.ping())
        expect(codeOf(error)).to.equal('auth ZOHO_TOKEN_REFUSED')
        expect(isEngineError(error) && error.message).to.include('another data centre')
      }
      expect(tokenCalls()).to.equal(2)
    })

  for (const [status, code, expected] of [
    [401, 'OAUTH_SCOPE_MISMATCH', 'auth ZOHO_OAUTH_SCOPE_MISMATCH'],
    [403, 'NO_PERMISSION', 'unavailable ZOHO_NO_PERMISSION'],
  ] as const)
    it(`asks for no new token after ${code}: it would not help`, async () => {
      const body = JSON.stringify({ code, message: 'no', details: {}, status: 'error' })
      await zoho.at.fault({ action: 'answer', path: 'GET /crm/v8/org', status, body })
      expect(codeOf(await failureOf(() => zoho.connection.ping()))).to.equal(expected)
      expect(tokenCalls()).to.equal(1)
    })

  describe('is refused', () => {
    for (const [word, expected] of [
      ['invalid_client', 'auth ZOHO_INVALID_CLIENT'],
      ['invalid_client_secret', 'auth ZOHO_INVALID_CLIENT_SECRET'],
      ['invalid_code', 'auth ZOHO_INVALID_REFRESH_TOKEN'],
      ['something_new', 'auth ZOHO_SIGN_IN_REFUSED'],
    ] as const)
      it(`with ${word} in an HTTP 200`, async () => {
        await answerToken({ error: word })
        expect(codeOf(await failureOf(() => zoho.connection.ping()))).to.equal(expected)
        expect(tokenCalls()).to.equal(1)
      })

    it('for ten minutes, in whatever language, and nobody knocks again meanwhile', async () => {
      await answerToken({ error: '访问被拒绝', error_description: '请稍后再试', status: 'failure' }, 400)
      const error = await failureOf(() => zoho.connection.ping())
      expect(codeOf(error)).to.equal('rate-limited ZOHO_TOKEN_LIMIT')
      expect(isEngineError(error) && error.retryAfterMs).to.equal(15 * MINUTE)
      const other = await connect(zohoCrm, zoho.sandbox, { facts: zoho.facts, clock: zoho.clock })
      expect(codeOf(await failureOf(() => other.connection.ping()))).to.equal('rate-limited ZOHO_TOKEN_LIMIT')
      expect([tokenCalls(), other.calls]).to.deep.equal([1, []])
      await zoho.at.clearFaults()
      zoho.clock.advance(16 * MINUTE)
      await other.connection.ping()
    })

    for (const [what, status, body] of [
      ['HTML', 502, '<html>bad gateway</html>'],
      ['an empty 200', 200, ''],
      ['a 200 with neither token nor error', 200, '{}'],
    ] as const)
      it(`by ${what}: tried again`, async () => {
        await zoho.at.fault({ action: 'answer', path: 'oauth', times: 2, status, body })
        await zoho.connection.ping()
        expect(tokenCalls()).to.equal(3)
      })
  })
})

describe('where calls to Zoho go', () => {
  const spoofed = async (apiDomain: string, settings: JsonObject = {}) =>
    sendThrough(
      [json({ access_token: 't', expires_in: 3600, api_domain: apiDomain }), json({ org: [{ id: '1' }] })],
      settings,
    )

  it("is what the token says, when it is the host of the connection's own data centre", async () => {
    const { requests } = await spoofed('https://www.zohoapis.eu')
    expect(requests[1]?.url).to.equal('https://www.zohoapis.eu/crm/v8/org')
    expect(requests[1]?.headers).to.include({ authorization: 'Zoho-oauthtoken t' })
  })

  for (const [what, domain, expected] of [
    ['a stranger', 'https://www.zohoapis.eu.evil.example', 'configuration URL_REFUSED'],
    ['a bare domain', 'https://zohoapis.eu', 'configuration URL_REFUSED'],
    ['plain http', 'http://www.zohoapis.eu', 'configuration URL_REFUSED'],
    ['another port', 'https://www.zohoapis.eu:8443', 'configuration URL_REFUSED'],
    ['credentials in it', 'https://a:b@www.zohoapis.eu', 'configuration URL_REFUSED'],
    ['this machine', 'http://127.0.0.1:9', 'configuration URL_REFUSED'],
    ['another data centre', 'https://www.zohoapis.com', 'configuration ZOHO_OTHER_DATACENTER'],
    ['a sandbox org', 'https://sandbox.zohoapis.eu', 'configuration ZOHO_OTHER_DATACENTER'],
    ['no address', 'www', 'configuration URL_REFUSED'],
  ] as const)
    it(`is refused before the token leaves: ${what}`, async () => {
      const sent = await spoofed(domain)
      expect(codeOf(sent.error)).to.equal(expected)
      expect(sent.requests).to.have.length(1)
    })

  it('is never this machine when the sign-in was at Zoho, not even behind the development switch', async () => {
    const token = json({ access_token: 't', expires_in: 3600, api_domain: 'http://127.0.0.1:9' })
    const sent = await sendThrough([token], {}, true)
    expect(codeOf(sent.error)).to.equal('configuration URL_REFUSED')
  })

  it("is the connection's own host when a token answer names none", async () => {
    const { requests } = await sendThrough([
      json({ access_token: 't', expires_in: 3600 }),
      json({ org: [{ id: '1' }] }),
    ])
    expect(requests[1]?.url).to.equal('https://www.zohoapis.eu/crm/v8/org')
  })

  it('is kept when a later token answer leaves it out', async () => {
    const zoho = await openZoho()
    await zoho.connection.ping()
    await zoho.at.knobs({ apiDomain: '', revokeTokens: true })
    await zoho.connection.ping()
    expect((await zoho.tokens.get(zoho.tokens.names()[0] ?? ''))?.data?.['apiDomain']).to.equal(zoho.sandbox.url)
    await zoho.close()
  })

  it('is zohocloud.ca for signing in to Canada', async () => {
    const { requests } = await sendThrough([json({ error: 'invalid_client' })], { datacenter: 'ca' })
    expect(requests[0]?.url).to.equal('https://accounts.zohocloud.ca/oauth/v2/token')
  })

  it('is refused for unconfirmed data centres unless they are allowed', async () => {
    expect(codeOf((await sendThrough([], { datacenter: 'uk' })).error)).to.equal(
      'configuration ZOHO_DATACENTER_UNCONFIRMED',
    )
    const allowed = await sendThrough([json({ error: 'invalid_client' })], {
      datacenter: 'uk',
      unconfirmedDatacenters: true,
    })
    expect(allowed.requests[0]?.url).to.equal('https://accounts.zoho.uk/oauth/v2/token')
  })

  it('is a local sandbox only behind the development switch', async () => {
    const local = { accountsUrl: 'http://127.0.0.1:9' }
    expect(codeOf((await sendThrough([], local)).error)).to.equal('configuration URL_REFUSED')
    expect(codeOf((await sendThrough([], { accountsUrl: 'https://evil.example' })).error)).to.equal(
      'configuration URL_REFUSED',
    )
  })
})

describe('another grant', () => {
  it('never uses the token or the remembered facts of the old one', async () => {
    const zoho = await openZoho()
    await zoho.connection.preflight({ entity: 'Accounts', use: 'write', fields: [], optional: [] })
    const { tokens, facts, sandbox } = zoho
    const other = await connect(zohoCrm, sandbox, { tokens, facts, secrets: { refreshToken: 'another-grant' } })
    const preflight = other.connection.preflight({ entity: 'Accounts', use: 'write', fields: [], optional: [] })
    expect(await preflight.catch((thrown: EngineError) => thrown.code)).to.equal('ZOHO_INVALID_REFRESH_TOKEN')
    await zoho.close()
  })
})
