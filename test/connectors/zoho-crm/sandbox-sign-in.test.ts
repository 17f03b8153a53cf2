import { expect } from 'chai'
import { openRig, type Rig } from './sandbox.support.ts'

describe('Zoho sandbox: signing in', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
  })
  afterEach(() => rig.close())

  const withCredentials = (changes: Record<string, string>) => {
    const given = rig.credentials()
    for (const [name, value] of Object.entries(changes)) given.set(name, value)
    return given
  }
  const ask = (body: NonNullable<RequestInit['body']>) => rig.raw('POST', '/oauth/v2/token', { body })

  it('takes the parameters from the query, an urlencoded body or a multipart body', async () => {
    const form = new FormData()
    for (const [name, value] of rig.credentials()) form.set(name, value)
    const answers = [
      await rig.raw('POST', `/oauth/v2/token?${rig.credentials()}`),
      await ask(rig.credentials()),
      await ask(form),
    ]
    for (const answer of answers) {
      expect(answer.status).to.equal(200)
      expect(answer.body).to.include({ api_domain: rig.sandbox.url, token_type: 'Bearer', expires_in: 3600 })
      expect(answer.body.access_token).to.match(/^1000\./)
      expect(answer.body).not.to.have.any.keys('refresh_token', 'expires_in_sec')
    }
  })

  for (const [field, error] of [
    ['client_id', 'invalid_client'],
    ['client_secret', 'invalid_client_secret'],
    ['refresh_token', 'invalid_code'],
  ] as const)
    it(`answers a wrong ${field} with HTTP 200 and ${error}`, async () => {
      const answer = await ask(withCredentials({ [field]: 'wrong' }))
      expect([answer.status, answer.body]).to.deep.equal([200, { error }])
    })

  it('blocks the eleventh token of ten minutes until the window is over', async () => {
    // one token was minted when the rig was opened
    for (let i = 0; i < 9; i += 1) expect((await rig.signIn()).status).to.equal(200)
    const blocked = await rig.signIn()
    expect(blocked.status).to.equal(400)
    expect(blocked.body).to.include({ error: 'Access Denied', status: 'failure' })
    await rig.control.clock({ advanceMs: 10 * 60_000 })
    expect((await rig.signIn()).status).to.equal(200)
    expect(await rig.control.facts()).to.include({ refreshes: 11 })
  })

  it('lets a token die after its time', async () => {
    await rig.control.clock({ advanceMs: 3599_000 })
    expect((await rig.call('GET', 'org')).status).to.equal(200)
    await rig.control.clock({ advanceMs: 2_000 })
    const answer = await rig.call('GET', 'org')
    expect([answer.status, answer.body.code]).to.deep.equal([401, 'INVALID_TOKEN'])
  })

  it('keeps thirty tokens alive and drops the oldest', async () => {
    await rig.control.knobs({ expiresInSeconds: 7200 })
    const mint = async () => `Zoho-oauthtoken ${(await rig.signIn()).body.access_token}`
    const first = await mint()
    for (let i = 0; i < 30; i += 1) {
      if (i % 10 === 8) await rig.control.clock({ advanceMs: 10 * 60_000 })
      if (i === 29) expect((await rig.call('GET', 'org', { headers: { authorization: first } })).status).to.equal(200)
      await mint()
    }
    expect((await rig.call('GET', 'org', { headers: { authorization: first } })).status).to.equal(401)
    expect((await rig.call('GET', 'org')).status).to.equal(200)
  })

  it('says the life of a token in the legacy pair when told to', async () => {
    await rig.control.knobs({ expiresInSec: true, expiresInSeconds: 60 })
    expect((await rig.signIn()).body).to.include({ expires_in_sec: 60, expires_in: 60_000 })
  })

  it('can name another api_domain, or none', async () => {
    await rig.control.knobs({ apiDomain: 'https://elsewhere.example.com' })
    expect((await rig.signIn()).body.api_domain).to.equal('https://elsewhere.example.com')
    await rig.control.knobs({ apiDomain: '' })
    expect((await rig.signIn()).body).not.to.have.property('api_domain')
  })

  it('refuses calls without a header, with another scheme, or with an unknown token', async () => {
    const cases = [
      ['', 'AUTHENTICATION_FAILURE'],
      ['Bearer 1000.a.b', 'AUTHENTICATION_FAILURE'],
      ['Zoho-oauthtoken 1000.other.datacentre', 'INVALID_TOKEN'],
    ] as const
    for (const [authorization, code] of cases) {
      const answer = await rig.call('GET', 'org', { headers: { authorization } })
      expect([answer.status, answer.body.code, answer.body.status]).to.deep.equal([401, code, 'error'])
    }
  })

  it('kills all access tokens, or the refresh token, when told to', async () => {
    await rig.control.knobs({ revokeTokens: true })
    expect((await rig.call('GET', 'org')).body.code).to.equal('INVALID_TOKEN')
    await rig.signIn()
    expect((await rig.call('GET', 'org')).status).to.equal(200)
    await rig.control.knobs({ revokeRefreshToken: true })
    expect((await rig.call('GET', 'org')).body.code).to.equal('INVALID_TOKEN')
    expect((await rig.signIn()).body).to.deep.equal({ error: 'invalid_code' })
  })

  it('refuses what the scopes of the token do not cover, and only that', async () => {
    await rig.control.knobs({ scopes: 'ZohoCRM.modules.ALL,ZohoCRM.modules.accounts.READ' })
    await rig.signIn()
    expect((await rig.call('GET', 'Accounts?fields=id')).status).to.equal(204)
    for (const path of ['org', 'settings/fields?module=Accounts', 'settings/modules', 'users']) {
      const answer = await rig.call('GET', path)
      expect([answer.status, answer.body.code], path).to.deep.equal([401, 'OAUTH_SCOPE_MISMATCH'])
    }
  })

  it('tells the rights of a module apart', async () => {
    await rig.control.knobs({ scopes: 'ZohoCRM.modules.salesorders.READ ZohoCRM.modules.accounts.WRITE' })
    await rig.signIn()
    expect((await rig.call('GET', 'Sales_Orders?fields=id')).status).to.equal(204)
    expect((await rig.call('GET', 'Accounts?fields=id')).body.code).to.equal('OAUTH_SCOPE_MISMATCH')
    const body = { data: [{ Account_Name: 'A' }] }
    expect((await rig.call('POST', 'Accounts/upsert', { body })).status).to.equal(200)
    expect((await rig.call('DELETE', 'Accounts?ids=1')).body.code).to.equal('OAUTH_SCOPE_MISMATCH')
    expect((await rig.call('POST', 'Sales_Orders', { body })).body.code).to.equal('OAUTH_SCOPE_MISMATCH')
  })
})
