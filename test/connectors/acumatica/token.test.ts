import { expect } from 'chai'
import { acumatica } from '../../../connectors/acumatica/index.ts'
import { testClock } from '../../support/clock.ts'
import { type Connected, connect, type MemoryTokens, memoryFacts, memoryTokens } from '../../support/connect.ts'
import { codeOf, failureOf, type Opened, openAcumatica, readAll } from './open.ts'

const DAY = 24 * 60 * 60_000
const TOKEN_CALL = 'POST identity/connect/token'
const byCode = { options: { grant: 'authorization_code' }, records: 3 }

const tokenCalls = (calls: readonly string[]) => calls.filter(it => it === TOKEN_CALL).length

/** A store that takes its time to store, and counts the calls that go out meanwhile. */
function slow(store: MemoryTokens, callsSoFar: () => number): MemoryTokens & { readonly meanwhile: number[] } {
  const meanwhile: number[] = []
  return {
    ...store,
    meanwhile,
    renew: (name, stale, renew) =>
      store.renew(name, stale, async () => {
        const token = await renew()
        const before = callsSoFar()
        await new Promise(resolve => setTimeout(resolve, 10))
        meanwhile.push(callsSoFar() - before)
        return token
      }),
  }
}

describe('acumatica: signing in', () => {
  let erp: Opened
  afterEach(() => erp.close())

  it('happens on the first call, once however many wait, by either grant', async () => {
    for (const options of [{ records: 3 }, byCode]) {
      erp = await openAcumatica(options)
      expect(erp.calls).to.deep.equal([])
      await Promise.all(Array.from({ length: 12 }, () => readAll(erp.connection, 'Customer')))
      expect([tokenCalls(erp.calls), (await erp.at.facts())['tokens']]).to.deep.equal([1, options === byCode ? 2 : 1])
      if (options !== byCode) await erp.close()
    }
  })

  it('stores the new refresh token before the access token is used, and uses each once, over many refreshes', async () => {
    erp = await openAcumatica(byCode)
    const tokens = slow(memoryTokens(), () => other.calls.length)
    const other: Connected = await connect(acumatica, erp.sandbox, { tokens, clock: erp.clock })
    for (let n = 0; n < 5; n += 1) {
      const reads = await Promise.all([1, 2, 3].map(() => readAll(other.connection, 'Customer')))
      expect(reads.map(it => it.keys.length)).to.deep.equal([3, 3, 3])
      await erp.advance(DAY)
    }
    expect(tokens.meanwhile).to.deep.equal([0, 0, 0, 0, 0])
    expect(tokenCalls(other.calls)).to.equal(5)
    await other.connection.close()
  })

  it('lives on in another process: the first refresh token is not tried again', async () => {
    erp = await openAcumatica(byCode)
    await readAll(erp.connection, 'Customer')
    await erp.advance(DAY)
    const other = await erp.again({ clock: erp.clock })
    await readAll(other.connection, 'Customer')
    await erp.advance(DAY)
    await readAll(erp.connection, 'Customer')
    expect([tokenCalls(erp.calls), tokenCalls(other.calls)]).to.deep.equal([2, 1])
  })

  it('goes on with the password when the chain of refresh tokens has ended', async () => {
    erp = await openAcumatica({ records: 3 })
    await readAll(erp.connection, 'Customer')
    await erp.advance(31 * DAY)
    expect((await readAll(erp.connection, 'Customer')).keys).to.have.length(3)
    expect(tokenCalls(erp.calls)).to.equal(3)
  })

  it('without a password says that a person must authorise, and does not loop', async () => {
    erp = await openAcumatica(byCode)
    await readAll(erp.connection, 'Customer')
    await erp.advance(31 * DAY)
    const error = await failureOf(() => readAll(erp.connection, 'Customer'))
    expect([codeOf(error), tokenCalls(erp.calls)]).to.deep.equal(['auth ACUMATICA_REFRESH_REFUSED', 2])
    expect(error.remedy).to.include('refreshToken')
  })

  it('whose answer is lost tries the same refresh token once more, and then says that it is spent', async () => {
    erp = await openAcumatica(byCode)
    await erp.at.fault({ action: 'cutAfter', path: 'POST /AcumaticaERP/identity' })
    const error = await failureOf(() => readAll(erp.connection, 'Customer'))
    expect([codeOf(error), tokenCalls(erp.calls)]).to.deep.equal(['auth ACUMATICA_REFRESH_REFUSED', 2])
  })

  it('that never arrived is simply sent again', async () => {
    erp = await openAcumatica(byCode)
    await erp.at.fault({ action: 'cutBefore', path: 'POST /AcumaticaERP/identity' })
    expect((await readAll(erp.connection, 'Customer')).keys).to.have.length(3)
  })

  it('starts anew with a refresh token that a person has stored since', async () => {
    erp = await openAcumatica(byCode)
    await readAll(erp.connection, 'Customer')
    const error = await failureOf(async () => {
      const other = await erp.again({ secrets: { refreshToken: 'a-newer-one' } })
      await readAll(other.connection, 'Customer')
    })
    // the newer one is asked with, although a token of the older one is held and alive
    expect(codeOf(error)).to.equal('auth ACUMATICA_REFRESH_REFUSED')
  })

  it('renews a token that dies early, and when the server has restarted', async () => {
    erp = await openAcumatica({ records: 3 })
    await readAll(erp.connection, 'Customer')
    await erp.at.knobs({ revokeTokens: true })
    expect((await readAll(erp.connection, 'Customer')).keys).to.have.length(3)
    await erp.at.knobs({ restart: true })
    expect((await readAll(erp.connection, 'Customer')).keys).to.have.length(3)
    expect(tokenCalls(erp.calls)).to.equal(2)
  })

  it('asks for one new token when every token is refused, not for one with each call', async () => {
    erp = await openAcumatica({ records: 3 })
    await readAll(erp.connection, 'Customer')
    await erp.at.fault({ action: 'answer', status: 401, body: '', path: 'GET /AcumaticaERP/entity', times: 100 })
    for (let n = 0; n < 3; n += 1)
      expect(codeOf(await failureOf(() => readAll(erp.connection, 'Customer')))).to.equal(
        'auth ACUMATICA_TOKEN_REFUSED',
      )
    expect(tokenCalls(erp.calls)).to.equal(2)
  })

  it('asks for no new token where rights are missing', async () => {
    erp = await openAcumatica({ records: 3, options: { deniedEntities: 'Customer' } })
    const error = await failureOf(() => readAll(erp.connection, 'Customer'))
    expect([codeOf(error), tokenCalls(erp.calls)]).to.deep.equal(['unavailable ACUMATICA_NO_RIGHTS', 1])
  })

  it('sends secrets in the body, never in an address', async () => {
    erp = await openAcumatica({ records: 3 })
    await readAll(erp.connection, 'Customer')
    const { byLabel } = await erp.at.calls()
    const addresses = JSON.stringify([byLabel, erp.calls, erp.logged])
    for (const secret of Object.values(erp.sandbox.secrets)) expect(addresses).to.not.include(secret)
  })

  it('keeps nothing of it outside the sealed value', async () => {
    erp = await openAcumatica({ records: 3 })
    await readAll(erp.connection, 'Customer')
    const stored = await erp.tokens.get('oauth')
    expect(JSON.stringify(stored)).to.match(/^\{"value":"\[secret\]","expiresAt":"[^"]+"\}$/)
  })

  for (const [what, more, code] of [
    ['another tenant', { clientId: '88358B02-A48D-A50E-F710-39C1636C30F6@Other' }, 'auth ACUMATICA_CLIENT_REFUSED'],
    ['a missing path', { instanceUrl: '' }, 'configuration ACUMATICA_INSTANCE_URL'],
  ] as const)
    it(`with ${what} ends after one call`, async () => {
      erp = await openAcumatica({ records: 1 })
      const settings = 'instanceUrl' in more ? { instanceUrl: erp.sandbox.url } : more
      const other = await erp.again({ settings, tokens: memoryTokens() })
      expect([codeOf(await failureOf(() => other.connection.ping())), other.calls.length]).to.deep.equal([code, 1])
    })
})

describe('acumatica: a full licence', () => {
  const faces = [
    ['500 with its words', { loginLimitFace: '500' }],
    ['429', { loginLimitFace: '429' }],
    ['a redirect to an error page', { loginLimitFace: '302' }],
  ] as const
  for (const [what, knobs] of faces)
    it(`that shows as ${what} is waited for, and is no page`, async () => {
      const erp = await openAcumatica({ records: 3 })
      try {
        await readAll(erp.connection, 'Customer')
        await erp.at.knobs({ ...knobs, restart: true, apiSessions: 0 })
        const reading = readAll(erp.connection, 'Customer')
        const giveUp = failureOf(() => reading)
        expect(codeOf(await giveUp)).to.equal('rate-limited ACUMATICA_LOGIN_LIMIT')
        expect(Math.min(...erp.clock.slept)).to.be.at.least(20_000)
        await erp.at.knobs({ apiSessions: 1 })
        expect((await readAll(erp.connection, 'Customer')).keys).to.have.length(3)
      } finally {
        await erp.close()
      }
    })

  it('at the sign-in is waited for, too', async () => {
    const erp = await openAcumatica({ records: 3, options: { apiSessions: '0' } })
    try {
      const error = await failureOf(() => readAll(erp.connection, 'Customer'))
      expect(codeOf(error)).to.equal('rate-limited ACUMATICA_LOGIN_LIMIT')
      await erp.at.knobs({ apiSessions: 1 })
      expect((await readAll(erp.connection, 'Customer')).keys).to.have.length(3)
    } finally {
      await erp.close()
    }
  })

  it('is not filled by many runs of one connection', async () => {
    const erp = await openAcumatica({ records: 3, options: { apiSessions: '1' } })
    try {
      for (let n = 0; n < 4; n += 1) await readAll((await erp.again()).connection, 'Customer')
      expect((await erp.at.facts())['sessions']).to.equal(1)
    } finally {
      await erp.close()
    }
  })
})

describe('acumatica: what is remembered', () => {
  it('of one instance is not used for another', async () => {
    const one = await openAcumatica({ records: 1 })
    const other = await openAcumatica({ records: 1, options: { build: '22.200.0100' } })
    try {
      const facts = memoryFacts(testClock())
      const first = await one.again({ facts })
      const wish = { entity: 'Customer', use: 'read', fields: ['CustomerName'], optional: [] } as const
      expect((await first.connection.preflight(wish)).is).to.equal('available')
      const second = await other.again({ facts })
      expect((await second.connection.preflight(wish)).is).to.equal('unavailable')
    } finally {
      await one.close()
      await other.close()
    }
  })
})
