import { request as httpRequest } from 'node:http'
import { expect } from 'chai'
import type { MeView } from '../../engine/service/api/views.ts'
import { movableClock } from './hooks.support.ts'
import { type Answer, createServed, type Served, send, VENDORS } from './support.ts'

const DAY_MS = 86_400_000
const codeOf = ({ body }: Answer) => (body['error'] as { code?: string } | undefined)?.code
const brief = (answer: Answer) => [answer.status, codeOf(answer)]

describe('signing in', () => {
  let served: Served
  const clock = movableClock()
  const sessionOf = async (token: string, headers = {}) => {
    const answer = await served.ask<MeView>('/session', { body: { token }, headers })
    return { answer, cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
  }

  beforeEach(async () => {
    served = await createServed({
      workspaces: ['acme', 'globex'],
      clock,
      service: { publicUrl: 'https://mlc.example' },
    })
  })
  afterEach(() => served.close())

  it('says who one is, and what the token opens', async () => {
    const token = await served.token('operator', ['acme'], { name: 'anna' })
    const { body } = await served.ask('/me', { token })
    expect(body).to.deep.equal({ name: 'anna', version: '1.2.3', workspaces: [{ name: 'acme', role: 'operator' }] })
  })

  it('keeps the text of a token nowhere, and writes it into no log', async () => {
    const token = await served.token('viewer')
    await served.ask('/me', { token })
    await served.ask('/me', { token: `${token}x` })
    const kept = JSON.stringify(await served.ledger().apiTokens())
    expect([kept.includes(token), served.logged.join('').includes(token)]).to.deep.equal([false, false])
    expect(served.logged.join('')).to.include('a sign-in was refused')
  })

  it('ends when a token lapses', async () => {
    const token = await served.token('viewer', ['acme'], { expiresAt: new Date(clock.now().getTime() + DAY_MS) })
    expect((await served.ask('/workspaces/acme', { token })).status).to.equal(200)
    clock.advance(DAY_MS)
    expect(brief(await served.ask('/workspaces/acme', { token }))).to.deep.equal([401, 'API_SIGN_IN'])
  })

  it('ends at once when a token is revoked, for the sessions that it began as well', async () => {
    const admin = await served.token('admin', ['acme'])
    const token = await served.token('viewer', ['acme'], { name: 'bob' })
    const { cookie } = await sessionOf(token)
    expect((await served.ask('/me', { headers: { cookie } })).status).to.equal(200)
    const id = (await served.ledger().apiTokens()).find(it => it.name === 'bob')?.id
    expect((await served.ask(`/workspaces/acme/tokens/${id}`, { method: 'DELETE', token: admin })).status).to.equal(204)
    expect(brief(await served.ask('/me', { token }))).to.deep.equal([401, 'API_SIGN_IN'])
    expect(brief(await served.ask('/me', { headers: { cookie } }))).to.deep.equal([401, 'API_SIGN_IN'])
  })

  it('notes the use of a token at most once a minute', async () => {
    const token = await served.token('viewer', ['acme'])
    const usedAt = async () => (await served.ledger().apiTokens())[0]?.lastUsedAt
    await served.ask('/workspaces/acme', { token })
    const first = await usedAt()
    clock.advance(50_000)
    await served.ask('/workspaces/acme', { token })
    expect([typeof first, await usedAt()]).to.deep.equal(['string', first])
    clock.advance(20_000)
    await served.ask('/workspaces/acme', { token })
    expect(await usedAt()).not.to.equal(first)
  })

  it('says the same of a workspace that is not there and of one that the token does not open', async () => {
    const token = await served.token('admin', ['acme'])
    const other = await served.ask('/workspaces/globex', { token })
    const none = await served.ask('/workspaces/nowhere', { token })
    expect([other.status, other.text.replaceAll('globex', 'X')]).to.deep.equal([
      404,
      none.text.replaceAll('nowhere', 'X'),
    ])
  })

  it('answers 429 after many refusals, and lets the right token in all the same', async () => {
    const token = await served.token('viewer', ['acme'])
    const answers = await Promise.all(Array.from({ length: 25 }, () => served.ask('/me', { token: 'mlc_guess' })))
    const statuses = answers.map(it => it.status)
    expect([statuses.filter(it => it === 401).length, statuses.filter(it => it === 429).length]).to.deep.equal([20, 5])
    const late = answers.find(it => it.status === 429)
    expect([late && codeOf(late), Number(late?.headers.get('retry-after')) > 0]).to.deep.equal(['API_TOO_MANY', true])
    expect((await served.ask('/me', { token })).status).to.equal(200)
  })

  describe('with a browser', () => {
    it('gives a cookie that no script reads, no other site sends, and that is not the token', async () => {
      const token = await served.token('viewer')
      const { answer } = await sessionOf(token)
      const cookie = answer.headers.get('set-cookie') ?? ''
      expect(answer.body.workspaces.map(it => it.name)).to.deep.equal(['acme', 'globex'])
      expect(cookie).to.match(/^mlc_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
      expect(cookie).not.to.include(token)
    })

    it('refuses a token that is none', async () => {
      const answer = await served.ask('/session', { body: { token: 'mlc_no' } })
      expect([...brief(answer), answer.headers.get('set-cookie')]).to.deep.equal([401, 'API_SIGN_IN', null])
    })

    it('ends for good when it signs out: the cookie opens nothing even if somebody kept it', async () => {
      const { cookie } = await sessionOf(await served.token('viewer'))
      expect((await served.ask('/session', { method: 'DELETE', headers: { cookie } })).status).to.equal(204)
      expect((await served.ask('/me', { headers: { cookie } })).status).to.equal(401)
    })

    it('ends after twelve hours', async () => {
      const { cookie } = await sessionOf(await served.token('viewer'))
      clock.advance(DAY_MS / 2)
      expect((await served.ask('/me', { headers: { cookie } })).status).to.equal(401)
    })

    const PAUSE = `/workspaces/acme/flows/${VENDORS}/pause`
    const body = { reason: 'stocktaking' }
    const own = { 'x-ml-connector': '1' }

    it('takes changes from its own pages only', async () => {
      const { cookie } = await sessionOf(await served.token('operator'))
      const change = async (headers: Record<string, string>) =>
        brief(await served.ask(PAUSE, { body, headers: { cookie, ...headers } }))
      const refused = [403, 'API_CROSS_SITE']
      expect(await change({})).to.deep.equal(refused)
      expect(await change({ origin: served.url })).to.deep.equal(refused)
      expect(await change({ ...own, origin: 'https://evil.example' })).to.deep.equal(refused)
      expect(await change({ ...own, origin: 'null' })).to.deep.equal(refused)
      expect(await served.ledger().pauses()).to.deep.equal([])
      expect(await change({ ...own, origin: served.url })).to.deep.equal([200, undefined])
      expect(await change({ ...own, origin: 'https://mlc.example' })).to.deep.equal([200, undefined])
    })

    it('needs no such header for a token: nothing sends that by itself', async () => {
      expect((await served.ask(PAUSE, { body, token: await served.token('operator') })).status).to.equal(200)
    })

    it('does not let another site sign it in or out', async () => {
      const token = await served.token('viewer')
      const headers = { origin: 'https://evil.example' }
      expect(brief(await served.ask('/session', { body: { token }, headers }))).to.deep.equal([403, 'API_CROSS_SITE'])
      expect((await served.ask('/session', { method: 'DELETE', headers })).status).to.equal(403)
      const form = { 'content-type': 'text/plain' }
      expect((await served.ask('/session', { body: `{"token":"${token}"}`, headers: form })).status).to.equal(415)
    })

    it('tells other sites nothing by CORS', async () => {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
      const answer = await served.ask(PAUSE, { method: 'OPTIONS', headers })
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).to.deep.equal([404, null])
    })
  })
})

describe('a request that should not be', () => {
  let served: Served
  let token: string
  before(async () => {
    served = await createServed()
    token = await served.token('admin')
  })
  after(() => served.close())

  /** As it is, without what fetch makes of a path. */
  const raw = (path: string, headers: Record<string, string> = {}): Promise<number> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(served.url)
      const authorization = `Bearer ${token}`
      httpRequest({ hostname, port, path, agent: false, headers: { authorization, ...headers } }, answer => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })

  it('reaches no file by its path', async () => {
    const paths = [
      '/api/v1/../../../../etc/passwd',
      '/api/v1/workspaces/..%2f..%2fetc%2fpasswd',
      '/api/v1/workspaces/acme/flows/..%2f..%2fml-connector.yaml',
      '/api/v1/workspaces/acme/flows/%2e%2e%2f%2e%2e%2fml-connector.yaml',
      '/api/v1/schemas/..%2fflow',
      '/api/v1/schemas/connections/sage-intacct',
      '/api/v1/workspaces/acme/flows/%00',
      '/api/v1/workspaces/%E0%A4%A',
    ]
    for (const path of paths) expect(await raw(path), path).to.be.oneOf([400, 404])
  })

  it('is refused when its body, its headers or its path are too long', async () => {
    const large = await served.ask('/workspaces/acme/validate', { token, body: { yaml: 'x'.repeat(2_000_000) } })
    expect(brief(large)).to.deep.equal([413, 'API_TOO_LARGE'])
    const signIn = await served.ask('/session', { body: { token: 'x'.repeat(5_000) } })
    expect(brief(signIn)).to.deep.equal([413, 'API_TOO_LARGE'])
    expect(await raw('/api/v1/me', { 'x-much': 'x'.repeat(20_000) })).to.equal(431)
    expect(await raw(`/api/v1/workspaces/${'x'.repeat(20_000)}`)).to.be.oneOf([404, 414, 431])
  })

  it('is refused with the place of the mistake and what to do', async () => {
    const cases: readonly (readonly [string, unknown, RegExp])[] = [
      [`/workspaces/acme/flows/${VENDORS}/run`, { mode: 'all' }, /body\/mode.*incremental/],
      [`/workspaces/acme/flows/${VENDORS}/run`, { modes: 'sweep' }, /there is no "modes"/],
      [`/workspaces/acme/flows/${VENDORS}/run`, { keys: 'V1' }, /body\/keys: must be array/],
      [`/workspaces/acme/flows/${VENDORS}/pause`, {}, /reason/],
      ['/workspaces/acme/dead-letters/discard', { ids: ['1'] }, /reason/],
      ['/workspaces/acme/dead-letters/discard', { ids: ['1'], reason: '' }, /reason/],
      ['/workspaces/acme/dead-letters/replay', {}, /which ones, or all/],
      ['/workspaces/acme/dead-letters/replay', { ids: ['1', '2'], body: {} }, /edited body belongs to one/],
      ['/workspaces/acme/tokens', { name: 'x', role: 'root' }, /body\/role/],
      ['/workspaces/acme/tokens', { name: 'x', role: 'viewer', expires: '999999d' }, /cannot last/],
      ['/workspaces/acme/flows/nowhere/run', {}, /no flow "nowhere"/],
    ]
    for (const [path, body, says] of cases) {
      const answer = await served.ask<{ error: { message: string; remedy: string | null } }>(path, { token, body })
      expect(answer.status, path).to.be.oneOf([400, 404])
      expect(answer.body.error.message).to.match(says)
      expect(answer.body.error.remedy).to.be.a('string')
    }
    const query = await served.ask('/workspaces/acme/runs?limit=0', { token })
    expect([...brief(query), query.text.includes('querystring/limit')]).to.deep.equal([400, 'API_INPUT', true])
    expect(brief(await served.ask('/workspaces/acme/validate', { token, body: '{"yaml":' }))).to.deep.equal([
      400,
      'API_INPUT',
    ])
  })

  it('says what a flow near that name is', async () => {
    const { text } = await served.ask(`/workspaces/acme/flows/${VENDORS.replace('vendors', 'vendor')}`, { token })
    expect(text).to.include(`Did you mean ${VENDORS}?`)
  })

  it('gets an answer that nobody keeps and no page of others frames', async () => {
    const { headers } = await send(`${served.url}/api/v1/me`, { token })
    expect(headers.get('cache-control')).to.equal('no-store')
    expect(headers.get('content-security-policy')).to.include("frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).to.equal('nosniff')
  })
})
