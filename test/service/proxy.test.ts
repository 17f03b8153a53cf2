import { expect } from 'chai'
import { cli } from '../cli/support/cli.ts'
import { createServed, type Served } from './support.ts'
import { brief } from './work.support.ts'

const WRONG = { token: 'mlc_nobody' }
const MOST_REFUSED = 20

describe('a service behind a proxy', () => {
  let served: Served
  const open = async (trustedProxies: readonly string[]) => {
    served = await createServed({ use: [], service: { trustedProxies } })
  }
  afterEach(() => served.close())
  const refusedFrom = async (address: string) =>
    brief(await served.ask('/me', { ...WRONG, headers: { 'x-forwarded-for': address } }))
  const refuseAll = async (address: string) => {
    for (let at = 0; at < MOST_REFUSED; at += 1) await refusedFrom(address)
  }
  const cookie = async () => {
    const body = { token: await served.token('viewer') }
    const headers = { 'x-forwarded-proto': 'https', 'x-ml-connector': '1' }
    const answer = await served.ask('/session', { body, headers })
    expect(answer.status, answer.text).to.be.below(300)
    return answer.headers.get('set-cookie') ?? ''
  }

  it('believes one that is trusted about who asks, and whether by TLS', async () => {
    await open(['10.0.0.0/8', '127.0.0.1'])
    await refuseAll('192.0.2.1')
    expect(await refusedFrom('192.0.2.1')).to.deep.equal([429, 'API_TOO_MANY'])
    expect(await refusedFrom('192.0.2.2')).to.deep.equal([401, 'API_SIGN_IN'])
    expect(served.logged.filter(it => it.includes('192.0.2.1'))).to.have.length(MOST_REFUSED)
    expect(await cookie()).to.match(/; Secure/)
  })

  it('believes nobody else: neither by default nor from another address', async () => {
    for (const trusted of [[], ['10.0.0.0/8']]) {
      await open(trusted)
      expect(await cookie()).to.not.match(/; Secure/)
      await refuseAll('192.0.2.1')
      expect(await refusedFrom('192.0.2.2')).to.deep.equal([429, 'API_TOO_MANY'])
      if (trusted.length === 0) await served.close()
    }
  })

  it('is not started with an address that is none', async () => {
    await open([])
    for (const wrong of ['proxy', '10.0.0.0/33', '10.0.0.0/0', '127.0.0.1,', 'fd00::/129']) {
      const { code, err } = await cli(['serve', '--port', '0', '--trust-proxy', wrong], { cwd: served.folder() })
      expect([code, err.includes('--trust-proxy')], wrong).to.deep.equal([2, true])
    }
  })
})

describe('an address for outside systems', () => {
  it('is one of the web, written whole', async () => {
    const served = await createServed({ use: [] })
    try {
      for (const wrong of ['connect.example.com', 'ftp://connect.example.com', 'localhost:8080']) {
        const { code, err } = await cli(['serve', '--port', '0', '--public-url', wrong], { cwd: served.folder() })
        expect([code, err.includes('--public-url')], wrong).to.deep.equal([2, true])
      }
    } finally {
      await served.close()
    }
  })
})

describe('a path that is none', () => {
  let served: Served
  before(async () => {
    served = await createServed({ use: [] })
  })
  after(() => served.close())

  it('is answered as every other error, in the API and beside it', async () => {
    const look = async (path: string) => {
      const answer = await fetch(`${served.url}${path}`)
      const { error } = JSON.parse(await answer.text())
      return [answer.status, error.code]
    }
    expect(await look('/api/v1/%')).to.deep.equal([400, 'API_INPUT'])
    expect(await look('/%ff')).to.deep.equal([400, 'API_INPUT'])
    expect(await look('/nowhere')).to.deep.equal([404, 'API_UNKNOWN'])
  })
})
