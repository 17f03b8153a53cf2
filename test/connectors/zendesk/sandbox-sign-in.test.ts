import { expect } from 'chai'
import { openRig, type Rig } from './sandbox.support.ts'

const REFUSED = { error: "Couldn't authenticate you" }
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

describe('Zendesk sandbox: API tokens', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({ auth: 'api-token' })
    rig.carry(basic(`${rig.sandbox.settings['email']}/token:${rig.sandbox.secrets['apiToken']}`))
  })
  afterEach(() => rig.close())

  it('takes email/token and the token, and nothing that is less', async () => {
    const me = await rig.get('users/me.json')
    expect(me.body.user).to.include({ email: 'erp.sync@acme.example', role: 'admin' })
    for (const wrong of [
      `${rig.sandbox.settings['email']}:${rig.sandbox.secrets['apiToken']}`,
      `${rig.sandbox.settings['email']}/token:other`,
      `somebody@acme.example/token:${rig.sandbox.secrets['apiToken']}`,
    ]) {
      rig.carry(basic(wrong))
      const answer = await rig.get('organizations')
      expect([answer.status, answer.body]).to.deep.equal([401, REFUSED])
    }
  })

  it('refuses them when the tenant has none any more: by switch, by date, after 30 idle days', async () => {
    await rig.control.knobs({ apiTokens: 'disabled' })
    expect((await rig.get('users/me')).status).to.equal(401)
    await rig.control.knobs({ apiTokens: 'by-date' })
    expect((await rig.get('users/me')).status).to.equal(200)
    await rig.control.clock({ advanceMs: 29 * 86_400_000 })
    expect((await rig.get('users/me')).status).to.equal(200)
    await rig.control.clock({ advanceMs: 31 * 86_400_000 })
    expect((await rig.get('users/me')).status).to.equal(401)
    // deactivated for good
    await rig.control.clock({ advanceMs: -31 * 86_400_000 })
    expect((await rig.get('users/me')).status).to.equal(401)
  })

  it('ends them all on 2027-04-30, when told to go by the date', async () => {
    const late = await openRig({ auth: 'api-token', apiTokens: 'by-date' })
    late.carry(basic(`${late.sandbox.settings['email']}/token:${late.sandbox.secrets['apiToken']}`))
    for (const now of [
      '2026-11-25T00:00:00Z',
      '2026-12-20T00:00:00Z',
      '2027-01-15T00:00:00Z',
      '2027-02-10T00:00:00Z',
      '2027-03-10T00:00:00Z',
      '2027-04-05T00:00:00Z',
      '2027-04-29T23:00:00Z',
    ]) {
      await late.control.clock({ now })
      await late.get('users/me')
    }
    await late.control.clock({ now: '2027-04-30T00:00:01Z' })
    expect((await late.get('users/me')).status).to.equal(401)
    await late.control.knobs({ apiTokens: 'allowed' })
    expect((await late.get('users/me')).status).to.equal(200)
    await late.close()
  })

  it('answers nobody as the anonymous user, and only there', async () => {
    rig.carry('')
    const me = await rig.get('users/me')
    expect([me.status, me.body.user['id'], me.body.user['name']]).to.deep.equal([200, null, 'Anonymous user'])
    const other = await rig.get('organizations')
    expect([other.status, other.body]).to.deep.equal([401, REFUSED])
  })
})

describe('Zendesk sandbox: OAuth', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({ auth: 'refresh-token' })
    await rig.control.clock({ now: '2026-11-20T10:00:00Z' })
  })
  afterEach(() => rig.close())

  const refresh = (refreshToken: string | undefined, more = {}) =>
    rig.token({ grant_type: 'refresh_token', refresh_token: refreshToken ?? '', ...more })

  it('gives client credentials an access token of 30 minutes and no refresh token', async () => {
    const { status, body } = await rig.token({
      grant_type: 'client_credentials',
      scope: 'organizations:read users:read',
    })
    const { access_token: token, ...rest } = body
    expect(status).to.equal(201)
    expect(rest).to.deep.equal({ token_type: 'bearer', scope: 'organizations:read users:read', expires_in: 1800 })
    rig.carry(`Bearer ${token}`)
    expect((await rig.get('organizations')).status).to.equal(200)
    const current = (await rig.get('oauth/tokens/current.json')).body.token
    expect(current).to.deep.include({
      scopes: ['organizations:read', 'users:read'],
      expires_at: '2026-11-20T10:30:00Z',
    })
    await rig.control.clock({ advanceMs: 1800_000 })
    const dead = await rig.get('organizations')
    expect([dead.status, dead.body['error']]).to.deep.equal([401, 'invalid_token'])
  })

  it('rotates: each refresh gives a new pair and kills both old ones', async () => {
    const first = (await refresh(rig.sandbox.secrets['refreshToken'])).body
    const second = await refresh(first.refresh_token)
    expect([second.status, second.body['refresh_token_expires_in']]).to.deep.equal([201, 2_592_000])
    expect(
      new Set([first.refresh_token, second.body.refresh_token, first.access_token, second.body.access_token]).size,
    ).to.equal(4)
    rig.carry(`Bearer ${first.access_token}`)
    expect((await rig.get('organizations')).status).to.equal(401)
    rig.carry(`Bearer ${second.body.access_token}`)
    expect((await rig.get('organizations')).status).to.equal(200)
    const late = await refresh(first.refresh_token)
    expect([late.status, late.body['error']]).to.deep.equal([400, 'invalid_grant'])
  })

  it('ends a refresh token after its own time', async () => {
    await rig.control.clock({ advanceMs: 31 * 86_400_000 })
    expect((await refresh(rig.sandbox.secrets['refreshToken'])).status).to.equal(400)
  })

  it('keeps lifetimes within their bounds', async () => {
    const ask = async (body: object) => (await rig.token({ grant_type: 'client_credentials', ...body })).status
    expect(await ask({ expires_in: 301 })).to.equal(201)
    expect(await ask({ expires_in: 300 })).to.equal(400)
    expect(await ask({ expires_in: 172_800 })).to.equal(400)
    expect(await ask({ refresh_token_expires_in: 604_800 })).to.equal(400)
    expect(await ask({ refresh_token_expires_in: 7_776_000 })).to.equal(400)
  })

  it('refuses wrong clients, unknown grants, and bodies that are no JSON', async () => {
    const wrong = await rig.token({ grant_type: 'client_credentials', client_secret: 'wrong' })
    expect([wrong.status, wrong.body['error']]).to.deep.equal([401, 'invalid_client'])
    expect((await rig.token({ grant_type: 'password' })).body['error']).to.equal('unsupported_grant_type')
    const form = await rig.raw('POST', '/oauth/tokens', {
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    expect([form.status, form.body['error']]).to.deep.equal([400, 'invalid_request'])
    const list = await rig.token({ grant_type: 'client_credentials', scope: ['read'] })
    expect([list.status, list.body['error']]).to.deep.equal([400, 'invalid_scope'])
  })

  it('holds a token to its scopes', async () => {
    const { body } = await rig.token({ grant_type: 'client_credentials', scope: 'organizations:read' })
    rig.carry(`Bearer ${body.access_token}`)
    expect((await rig.get('organizations')).status).to.equal(200)
    const write = await rig.call('POST', 'organizations', { body: { organization: { name: 'A' } } })
    expect([write.status, write.body]).to.deep.equal([
      403,
      { error: 'Forbidden', description: 'Missing the following required scopes: write' },
    ])
    expect((await rig.get('users')).status).to.equal(403)
  })

  it('of a scope out of bounds refuses the token, or gives one that may do nothing', async () => {
    await rig.control.knobs({ allowedScopes: 'organizations:read' })
    const ask = () => rig.token({ grant_type: 'client_credentials', scope: 'users:read' })
    expect((await ask()).body['error']).to.equal('invalid_scope')
    await rig.control.knobs({ badScope: 'useless' })
    rig.carry(`Bearer ${(await ask()).body.access_token}`)
    expect((await rig.get('users')).status).to.equal(403)
    expect((await rig.get('job_statuses')).status).to.equal(403)
  })

  it('exchanges a code once, within 120 seconds, with its proof', async () => {
    const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    const consent = async () => {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: 'acme_sync',
        redirect_uri: 'http://127.0.0.1:9/back',
        scope: 'read',
        state: 's1',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      })
      const answer = await rig.raw('GET', `/oauth/authorizations/new?${query}`)
      const back = new URL(answer.headers.get('location') ?? '')
      expect([answer.status, back.searchParams.get('state')]).to.deep.equal([302, 's1'])
      return back.searchParams.get('code')
    }
    const redeem = (code: string | null, more = {}) =>
      rig.token({
        grant_type: 'authorization_code',
        code,
        redirect_uri: 'http://127.0.0.1:9/back',
        code_verifier: verifier,
        ...more,
      })
    const code = await consent()
    expect((await redeem(code)).body).to.include.keys('access_token', 'refresh_token')
    expect((await redeem(code)).body['error']).to.equal('invalid_grant')
    expect((await redeem(await consent(), { code_verifier: 'other' })).status).to.equal(400)
    const late = await consent()
    await rig.control.clock({ advanceMs: 120_000 })
    expect((await redeem(late)).status).to.equal(400)
  })

  it('revokes a token by its id, all of them by knob, and refuses the roles that a call is above', async () => {
    const grant = { grant_type: 'client_credentials', scope: 'read write' }
    rig.carry(`Bearer ${(await rig.token(grant)).body.access_token}`)
    const { id } = (await rig.get('oauth/tokens/current')).body.token
    expect((await rig.call('DELETE', `oauth/tokens/${id}`)).status).to.equal(204)
    expect((await rig.get('users/me')).status).to.equal(401)
    rig.carry(`Bearer ${(await rig.token(grant)).body.access_token}`)
    await rig.control.knobs({ role: 'agent' })
    const refused = await rig.get('incremental/tickets/cursor?start_time=1')
    expect([refused.status, Object.keys(refused.body['error'] ?? {})]).to.deep.equal([403, ['title', 'message']])
    await rig.control.knobs({ revokeTokens: true })
    expect((await rig.get('users/me')).status).to.equal(401)
  })

  it('leaves expiry out of the answer, or never ends tokens, when told', async () => {
    await rig.control.knobs({ tellsExpiry: false, accessTokenSeconds: null })
    const { body } = await rig.token({ grant_type: 'client_credentials', scope: 'read' })
    expect(body).to.not.have.any.keys('expires_in', 'refresh_token_expires_in')
    rig.carry(`Bearer ${body.access_token}`)
    await rig.control.clock({ advanceMs: 400 * 86_400_000 })
    expect((await rig.get('organizations')).status).to.equal(200)
  })
})
