import { connect } from 'node:net'
import { expect } from 'chai'
import { eventually, movableClock } from './hooks.support.ts'
import { createServed, type Served } from './support.ts'

describe('a page that listens', () => {
  let served: Served
  const clock = movableClock()
  beforeEach(async () => {
    served = await createServed({ clock })
  })
  afterEach(() => served.close())

  const listen = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${served.url}/api/v1/workspaces/acme/events`, { headers })
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    const until = async (isSo: (text: string) => boolean): Promise<string> => {
      while (!isSo(text)) {
        const { done, value = '' } = (await reader?.read()) ?? { done: true }
        if (done) return `${text}(ended)`
        // only the end of it is looked at
        text = `${text}${value}`.slice(-1_000)
      }
      return text
    }
    return { until }
  }

  it('hears a heartbeat, and is let go once its token is revoked', async () => {
    const page = await listen(await served.token('viewer'))
    await page.until(it => it.includes('retry:'))
    clock.advance(15_000)
    await page.until(it => it.includes(': still here'))
    const [kept] = await served.ledger().apiTokens()
    await served.ledger().revokeToken(kept?.id ?? '', clock.now().toISOString())
    clock.advance(15_000)
    expect(await page.until(() => false)).to.match(/\(ended\)$/)
  })

  it('is cut off when it does not read: others wait for nobody', async () => {
    const token = await served.token('viewer')
    const { hostname, port } = new URL(served.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.write(`GET /api/v1/workspaces/acme/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    await new Promise(resolve => socket.once('data', resolve))
    socket.pause()
    const other = await listen(token)
    const [entity, count] = ['x'.repeat(100_000), 300]
    for (let n = 0; n < count; n++) {
      served.service.hub.tell({ is: 'delivered', workspace: 'acme', connection: 'zoho', entity, keys: n })
      await other.until(it => it.includes(`"keys":${n}}`))
    }
    let read = 0
    socket.on('data', part => {
      read += part.length
    })
    const closed = new Promise(resolve => socket.once('close', resolve))
    socket.resume()
    await closed
    expect(read).to.be.lessThan((entity.length * count) / 2)
  })

  it('is told to wait when very many listen already, and heard once they have gone', async () => {
    const headers = { authorization: `Bearer ${await served.token('viewer')}` }
    const stop = new AbortController()
    const one = (signal?: AbortSignal) =>
      fetch(`${served.url}/api/v1/workspaces/acme/events`, { headers, ...(signal ? { signal } : {}) })
    const statuses = await Promise.all(Array.from({ length: 500 }, async () => (await one(stop.signal)).status))
    expect(new Set(statuses)).to.deep.equal(new Set([200]))
    const late = await one()
    expect([late.status, await late.text()]).to.satisfy(
      ([status, text]: [number, string]) => status === 429 && text.includes('API_TOO_MANY'),
    )
    stop.abort()
    expect(
      await eventually(
        async () => (await one(AbortSignal.timeout(500))).status,
        it => it === 200,
      ),
    ).to.equal(200)
  })
})
