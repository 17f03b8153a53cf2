import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { bodyOf, openRig, type Rig } from './sandbox.support.ts'

const DAY_MS = 86_400_000
const PASSWORD = {
  grant_type: 'password',
  username: 'integration',
  password: 'sandbox-password',
  scope: 'api offline_access',
}
const CALLBACK = 'https://localhost/ml-connector/callback'

describe('Acumatica sandbox: signing in', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
  })
  afterEach(() => rig.close())

  const refresh = (token: unknown) => rig.token({ grant_type: 'refresh_token', refresh_token: String(token) })
  const isIn = async () => (await rig.call('GET', 'Customer?$top=1')).status

  it('describes itself below the instance path', async () => {
    const found = bodyOf(await rig.raw('GET', 'identity/.well-known/openid-configuration'))
    const base = String(rig.sandbox.settings['instanceUrl'])
    expect(base).to.match(/\/AcumaticaERP$/)
    expect(found).to.include({
      token_endpoint: `${base}/identity/connect/token`,
      revocation_endpoint: `${base}/identity/connect/revocation`,
    })
    expect(found['grant_types_supported']).to.not.include('client_credentials')
  })

  it('gives an hour for a password, and a refresh token only where the scope asks for one', async () => {
    const token = bodyOf(await rig.token(PASSWORD))
    expect(token).to.include({ expires_in: 3600, token_type: 'Bearer', scope: 'api offline_access' })
    expect(token['refresh_token']).to.be.a('string')
    expect(bodyOf(await rig.token({ ...PASSWORD, scope: 'api' }))).to.not.have.property('refresh_token')
  })

  for (const [what, changes, error] of [
    ['a wrong secret', { client_secret: 'no' }, { error: 'invalid_client' }],
    ['a client without its tenant', { client_id: '88358B02-A48D-A50E-F710-39C1636C30F6' }, { error: 'invalid_client' }],
    [
      'a wrong password',
      { password: 'no' },
      { error: 'invalid_grant', error_description: 'invalid_username_or_password' },
    ],
    ['an unknown scope', { scope: 'api everything' }, { error: 'invalid_scope' }],
    ['client credentials', { grant_type: 'client_credentials' }, { error: 'unsupported_grant_type' }],
  ] as const)
    it(`refuses ${what}`, async () => {
      const answer = await rig.token({ ...PASSWORD, ...changes })
      expect([answer.status, bodyOf(answer)]).to.deep.equal([400, error])
    })

  it('takes credentials from the form only', async () => {
    const { settings, secrets } = rig.sandbox
    const basic = Buffer.from(`${String(settings['clientId'])}:${secrets['clientSecret']}`).toString('base64')
    const answer = await rig.raw('POST', 'identity/connect/token', {
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams(PASSWORD),
    })
    expect([answer.status, bodyOf(answer)]).to.deep.equal([400, { error: 'invalid_client' }])
  })

  it('ends an access token after its time, and all at once when told to', async () => {
    await rig.control.clock({ advanceMs: 3_599_000 })
    expect(await isIn()).to.equal(200)
    await rig.control.clock({ advanceMs: 2_000 })
    expect(await isIn()).to.equal(401)
    const { refresh_token } = await rig.signIn()
    await rig.control.knobs({ revokeTokens: true })
    expect(await isIn()).to.equal(401)
    expect((await refresh(refresh_token)).status).to.equal(200)
  })

  it('rotates refresh tokens: only the latest is good, in the same session', async () => {
    const first = await rig.signIn()
    const { sessions } = await rig.control.facts()
    const second = bodyOf(await refresh(first['refresh_token']))
    expect(second['refresh_token']).to.not.equal(first['refresh_token'])
    const used = await refresh(first['refresh_token'])
    expect([used.status, bodyOf(used)]).to.deep.equal([400, { error: 'invalid_grant' }])
    expect((await refresh(second['refresh_token'])).status).to.equal(200)
    expect((await rig.control.facts())['sessions']).to.equal(sessions)
  })

  it('kills the chain of a token that is used twice, when told to', async () => {
    await rig.control.knobs({ reuseRevokes: true })
    const first = await rig.signIn()
    const second = bodyOf(await refresh(first['refresh_token']))
    await refresh(first['refresh_token'])
    expect((await refresh(second['refresh_token'])).status).to.equal(400)
  })

  it('ends a chain thirty days after the first grant, however often it was refreshed', async () => {
    let { refresh_token } = await rig.signIn()
    for (let day = 10; day < 30; day += 10) {
      await rig.control.clock({ advanceMs: 10 * DAY_MS })
      refresh_token = bodyOf(await refresh(refresh_token))['refresh_token'] ?? ''
    }
    await rig.control.clock({ advanceMs: 9.9 * DAY_MS })
    refresh_token = bodyOf(await refresh(refresh_token))['refresh_token'] ?? ''
    await rig.control.clock({ advanceMs: 0.2 * DAY_MS })
    expect((await refresh(refresh_token)).status).to.equal(400)
  })

  it('with sliding expiration goes on up to the absolute life', async () => {
    await rig.control.knobs({ slidingExpiration: true, slidingDays: 15, absoluteDays: 40 })
    const statuses: number[] = []
    let { refresh_token } = await rig.signIn()
    for (let n = 0; n < 4; n += 1) {
      await rig.control.clock({ advanceMs: 13 * DAY_MS })
      const answer = await refresh(refresh_token)
      statuses.push(answer.status)
      refresh_token = bodyOf(answer)['refresh_token'] ?? ''
    }
    expect(statuses).to.deep.equal([200, 200, 200, 400])
  })

  it('revokes a chain, which leaves its session where it is', async () => {
    const { refresh_token } = await rig.signIn()
    const { sessions } = await rig.control.facts()
    const { settings, secrets } = rig.sandbox
    const body = new URLSearchParams({
      client_id: String(settings['clientId']),
      client_secret: secrets['clientSecret'] ?? '',
      token: String(refresh_token),
    })
    expect((await rig.raw('POST', 'identity/connect/revocation', { body })).status).to.equal(200)
    expect((await refresh(refresh_token)).status).to.equal(400)
    expect((await rig.control.facts())['sessions']).to.equal(sessions)
  })

  describe('by authorization code', () => {
    const verifier = 'a-verifier-that-is-long-enough-for-the-rule-of-43-letters'
    const authorize = (changes: Readonly<Record<string, string>> = {}) => {
      const query = new URLSearchParams({
        client_id: String(rig.sandbox.settings['clientId']),
        redirect_uri: CALLBACK,
        response_type: 'code',
        scope: 'api offline_access',
        state: 'xyz',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...changes,
      })
      return rig.raw('GET', `identity/connect/authorize?${query}`)
    }
    const codeOf = async () => {
      const location = new URL((await authorize()).headers.get('location') ?? '')
      expect(location.searchParams.get('state')).to.equal('xyz')
      return location.searchParams.get('code') ?? ''
    }
    const exchange = (code: string, changes: Readonly<Record<string, string>> = {}) =>
      rig.token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier, ...changes })

    it('gives tokens once', async () => {
      const code = await codeOf()
      expect(bodyOf(await exchange(code))['refresh_token']).to.be.a('string')
      expect(bodyOf(await exchange(code))).to.deep.equal({ error: 'invalid_grant' })
    })

    it('refuses another verifier, another address, and a code that is a minute old', async () => {
      expect((await exchange(await codeOf(), { code_verifier: 'other' })).status).to.equal(400)
      expect((await exchange(await codeOf(), { redirect_uri: `${CALLBACK}/` })).status).to.equal(400)
      const code = await codeOf()
      await rig.control.clock({ advanceMs: 61_000 })
      expect((await exchange(code)).status).to.equal(400)
      expect((await authorize({ redirect_uri: 'https://elsewhere.example' })).status).to.equal(400)
      expect((await authorize({ code_challenge_method: 'plain' })).headers.get('location')).to.include(
        'error=invalid_request',
      )
    })

    it('starts with a refresh token that a person allowed, when told to', async () => {
      const other = await openRig({ grant: 'authorization_code' })
      expect(Object.keys(other.sandbox.secrets).sort()).to.deep.equal(['clientSecret', 'refreshToken'])
      expect(other.sandbox.settings).to.include({ grant: 'authorization_code' })
      const answer = await other.token({
        grant_type: 'refresh_token',
        refresh_token: other.sandbox.secrets['refreshToken'] ?? '',
      })
      other.use(String(bodyOf(answer)['access_token']))
      expect((await other.call('GET', 'Customer?$top=1')).status).to.equal(200)
      await other.close()
    })
  })

  describe('by cookies', () => {
    const login = (body: JsonObject) =>
      rig.raw('POST', 'entity/auth/login', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'integration', password: 'sandbox-password', tenant: 'Acme Live', ...body }),
      })
    const cookieOf = async () =>
      (await login({})).headers
        .getSetCookie()
        .map(it => it.split(';')[0])
        .join('; ')
    const listBy = (cookie: string) =>
      rig.raw('GET', 'entity/Default/24.200.001/Customer?$top=1', { headers: { cookie } }).then(it => it.status)

    it('answers 204 with the whole set, and 204 to a sign-out that says its length', async () => {
      const answer = await login({})
      expect([answer.status, answer.text]).to.deep.equal([204, ''])
      const names = answer.headers.getSetCookie().map(it => it.split('=')[0])
      expect(names).to.include.members(['.ASPXAUTH', 'ASP.NET_SessionId', 'CompanyID', 'Locale', 'UserBranch'])
      const cookie = await cookieOf()
      expect(await listBy(cookie)).to.equal(200)
      // an empty body says its length, which is nought
      expect((await rig.raw('POST', 'entity/auth/logout', { headers: { cookie }, body: '' })).status).to.equal(204)
      expect(await listBy(cookie)).to.equal(401)
    })

    it('is told 411 when a sign-out does not say its length', async () => {
      const { hostname, port } = new URL(rig.sandbox.url)
      const socket = connect(Number(port), hostname)
      socket.write('POST /AcumaticaERP/entity/auth/logout HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\r\n')
      let text = ''
      for await (const part of socket) text += String(part)
      expect(text).to.match(/^HTTP\/1\.1 411 /)
    })

    it('answers 500 to a wrong password and to an unknown tenant', async () => {
      const wrong = await login({ password: 'no' })
      expect([wrong.status, bodyOf(wrong)['exceptionMessage']]).to.deep.equal([
        500,
        'Error: Invalid credentials. Please try again.',
      ])
      const elsewhere = await login({ tenant: 'Nowhere' })
      expect([elsewhere.status, bodyOf(elsewhere)['exceptionType']]).to.deep.equal([
        500,
        'PX.Data.PXUndefinedCompanyException',
      ])
    })

    it('forgets a session after ten idle minutes, and all of them in a restart', async () => {
      const cookie = await cookieOf()
      await rig.control.clock({ advanceMs: 9 * 60_000 })
      expect(await listBy(cookie)).to.equal(200)
      await rig.control.clock({ advanceMs: 11 * 60_000 })
      expect(await listBy(cookie)).to.equal(401)
      const other = await cookieOf()
      await rig.control.knobs({ restart: true })
      expect(await listBy(other)).to.equal(401)
      // a token outlives its session
      expect(await isIn()).to.equal(200)
    })

    for (const [face, status, pattern] of [
      ['500', 500, /API Login Limit/],
      ['429', 429, /API Login Limit/],
      ['302', 302, /Object moved/],
    ] as const)
      it(`is refused with ${face} when the licence is full, and let in after a sign-out`, async () => {
        await rig.control.knobs({ apiSessions: 2, loginLimitFace: face })
        const cookie = await cookieOf()
        const refused = await login({})
        expect([refused.status, pattern.test(refused.text)]).to.deep.equal([status, true])
        if (face === '302') expect(refused.headers.get('location')).to.include('/Frames/Error.aspx')
        await rig.raw('POST', 'entity/auth/logout', { headers: { cookie }, body: '' })
        expect((await login({})).status).to.equal(204)
      })
  })

  it('refuses a grant when the licence is full; a revoked chain keeps its slot, a signed-out one gives it back', async () => {
    await rig.control.knobs({ apiSessions: 1 })
    const refused = await rig.token(PASSWORD)
    expect([refused.status, refused.text]).to.deep.equal([400, 'API Login Limit'])
    await rig.control.knobs({ revokeRefreshTokens: true })
    expect((await rig.token(PASSWORD)).status).to.equal(400)
    await rig.control.clock({ advanceMs: 61 * 60_000 })
    await rig.signIn()
    expect((await rig.token(PASSWORD)).status).to.equal(400)
    expect((await rig.call('POST', '../../auth/logout', { body: '' })).status).to.equal(204)
    expect((await rig.token(PASSWORD)).status).to.equal(200)
  })

  it('sends a token over the cap of its user to an error page with a redirect', async () => {
    await rig.control.knobs({ sessionsPerUser: 1 })
    await rig.signIn()
    const answer = await rig.call('GET', 'Customer?$top=1')
    expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([302, 'text/html; charset=utf-8'])
    expect(answer.headers.get('location')).to.match(/^\/AcumaticaERP\/Frames\/Error\.aspx\?.*concurrent%20API%20logins/)
  })
})
