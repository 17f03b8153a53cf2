import { inspect } from 'node:util'
import { expect } from 'chai'
import { zendesk } from '../../../connectors/zendesk/index.ts'
import { connect, memoryTokens } from '../../support/connect.ts'
import { codeOf, failureOf, type Opened, openZendesk, readAll, startSandbox } from './open.ts'

const TOKEN_CALL = 'POST oauth/tokens'
const signIns = ({ calls }: Pick<Opened, 'calls'>) => calls.filter(it => it === TOKEN_CALL).length

describe('signing in to zendesk', () => {
  let opened: Opened
  afterEach(() => opened.close())

  for (const auth of ['client-credentials', 'refresh-token', 'api-token'] as const)
    it(`goes by ${auth}`, async () => {
      opened = await openZendesk({ sandboxOptions: { auth } })
      expect((await opened.connection.ping()).account).to.equal('acme.zendesk.com as ERP Sync')
      expect(signIns(opened)).to.equal(auth === 'api-token' ? 0 : 1)
    })

  for (const [auth, wrong, code] of [
    ['client-credentials', 'clientSecret', 'auth ZENDESK_CLIENT_REFUSED'],
    ['refresh-token', 'clientSecret', 'auth ZENDESK_CLIENT_REFUSED'],
    ['refresh-token', 'refreshToken', 'auth ZENDESK_REFRESH_TOKEN_DEAD'],
    ['api-token', 'apiToken', 'auth ZENDESK_SIGN_IN_REFUSED'],
  ] as const)
    it(`by ${auth} with a wrong ${wrong} is tried once and says what to do`, async () => {
      opened = await openZendesk({ sandboxOptions: { auth }, secrets: { [wrong]: 'wrong-4711' } })
      const error = await failureOf(() => opened.connection.ping())
      expect([codeOf(error), opened.calls.length]).to.deep.equal([code, 1])
      expect(inspect(error, { depth: 9, showHidden: true })).to.not.include('wrong-4711')
    })

  it('is not believed when Zendesk answers as nobody', async () => {
    opened = await openZendesk()
    const body = '{"user":{"id":null,"name":"Anonymous user","role":"end-user"}}'
    await opened.at.fault({
      action: 'answer',
      status: 200,
      path: 'users/me',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(codeOf(await failureOf(() => opened.connection.ping()))).to.equal('auth ZENDESK_ANONYMOUS')
  })

  it('rotates: the pair is stored together, and only the newest is used', async () => {
    const tokens = memoryTokens()
    opened = await openZendesk({ sandboxOptions: { auth: 'refresh-token' }, tokens })
    for (let i = 0; i < 3; i += 1) {
      await opened.at.knobs({ revokeTokens: true })
      await opened.connection.ping()
    }
    const later = await connect(zendesk, opened.sandbox, { tokens })
    await opened.at.knobs({ revokeTokens: true })
    await later.connection.ping()
    expect(signIns(later)).to.equal(1)
    expect(await opened.at.facts()).to.include({ tokensRefused: 0 })
  })

  it('rotates once however many calls find the token dead', async () => {
    opened = await openZendesk({ sandboxOptions: { auth: 'refresh-token' } })
    await opened.connection.ping()
    await opened.at.knobs({ revokeTokens: true })
    await Promise.all(Array.from({ length: 16 }, () => opened.connection.ping()))
    expect(signIns(opened)).to.equal(2)
  })

  it('begins a new chain with a refresh token that a person stored anew', async () => {
    const tokens = memoryTokens()
    opened = await openZendesk({ sandboxOptions: { auth: 'refresh-token' }, tokens })
    await opened.connection.ping()
    const other = await startSandbox({ auth: 'refresh-token' })
    const moved = await connect(zendesk, other, { tokens })
    await moved.connection.ping()
    expect(moved.calls).to.deep.equal([TOKEN_CALL, 'GET users/me'])
    await other.close()
  })

  it('with a refresh whose answer was lost ends as what it is, after a few tries', async () => {
    opened = await openZendesk({ sandboxOptions: { auth: 'refresh-token' } })
    await opened.at.fault({ action: 'cutAfter', path: 'oauth/tokens' })
    const error = await failureOf(() => opened.connection.ping())
    expect([codeOf(error), signIns(opened)]).to.deep.equal(['auth ZENDESK_REFRESH_TOKEN_DEAD', 2])
  })

  it('is renewed before a token lapses, and where none tells its life by the first refusal', async () => {
    for (const [tellsExpiry, calls] of [
      ['true', ['POST oauth/tokens', 'GET users/me', 'POST oauth/tokens', 'GET users/me']],
      ['false', ['POST oauth/tokens', 'GET users/me', 'GET users/me', 'POST oauth/tokens', 'GET users/me']],
    ] as const) {
      opened = await openZendesk({ sandboxOptions: { tellsExpiry } })
      await opened.connection.ping()
      opened.clock.advance(31 * 60_000)
      await opened.at.clock({ advanceMs: 31 * 60_000 })
      await opened.connection.ping()
      expect(opened.calls).to.deep.equal(calls)
      if (tellsExpiry === 'true') await opened.close()
    }
  })

  it('is not tried again for a scope that is missing', async () => {
    opened = await openZendesk({ settings: { scope: 'users:read' } })
    const error = await failureOf(() => readAll(opened.connection, 'organizations'))
    expect(codeOf(error)).to.equal('auth ZENDESK_SCOPE_MISSING')
    expect(signIns(opened)).to.equal(1)
  })

  it('says so when the client may not have the scope', async () => {
    opened = await openZendesk({ sandboxOptions: { allowedScopes: 'users:read' } })
    expect(codeOf(await failureOf(() => opened.connection.ping()))).to.equal('configuration ZENDESK_SCOPE_REFUSED')
  })

  it('stops asking for tokens when a new one is refused as well', async () => {
    opened = await openZendesk()
    const refused = {
      action: 'answer',
      status: 401,
      path: 'api/v2',
      body: '{"error":"invalid_token"}',
      times: 100,
    } as const
    await opened.at.fault({ ...refused, headers: { 'content-type': 'application/json' } })
    for (let i = 0; i < 3; i += 1)
      expect(codeOf(await failureOf(() => opened.connection.ping()))).to.equal('auth ZENDESK_SIGN_IN_REFUSED')
    expect(signIns(opened)).to.equal(2)
  })

  it('warns about an API token, without showing it', async () => {
    opened = await openZendesk({ sandboxOptions: { auth: 'api-token' } })
    expect(opened.logged.filter(it => it.includes('30 April 2027'))).to.have.length(1)
    const secret = opened.sandbox.secrets['apiToken'] ?? ''
    expect(opened.logged.filter(it => it.includes(secret))).to.deep.equal([])
  })

  it('reports a token that was switched off', async () => {
    opened = await openZendesk({ sandboxOptions: { auth: 'api-token', apiTokens: 'disabled' } })
    expect(codeOf(await failureOf(() => opened.connection.ping()))).to.equal('auth ZENDESK_SIGN_IN_REFUSED')
  })
})
