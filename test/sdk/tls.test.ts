import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { join } from 'node:path'
import { expect } from 'chai'
import { createHttp, type HttpFailure } from '../../engine/sdk/http.ts'
import type { TlsTrust } from '../../engine/sdk/tls.ts'

const file = (name: string) => readFileSync(join(import.meta.dirname, 'certificates', name), 'utf8')
const own = file('server.pem')
const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256

describe('a server with a certificate of its own', () => {
  let server: Server
  let url = ''
  let requests = 0
  before(async () => {
    server = createServer({ key: file('server.key'), cert: own }, (_request, response) => {
      requests += 1
      response.end('hello')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    url = `https://localhost:${typeof address === 'object' ? address?.port : 0}/`
  })
  after(() => new Promise(resolve => server.close(resolve)))

  const http = createHttp({
    concurrency: 2,
    timeoutMs: 5_000,
    maxAnswerBytes: 10_000,
    signal: new AbortController().signal,
    onCall: () => {},
  })
  const ask = async (tls?: TlsTrust) =>
    http
      .send({ method: 'GET', url, headers: { authorization: 'Basic c2VjcmV0' }, label: 'x', ...(tls ? { tls } : {}) })
      .then(
        answer => answer.text,
        (thrown: HttpFailure) => `${thrown.reason} ${thrown.mayHaveHappened}`,
      )

  const cases: readonly (readonly [string, TlsTrust | undefined, string])[] = [
    ['is refused when nobody vouches for it', undefined, 'connect false'],
    ['is trusted with its certificate as authority', { authorities: own }, 'hello'],
    ['is refused with another authority', { authorities: file('other.pem') }, 'connect false'],
    ['is trusted by its fingerprint alone', { fingerprint: fingerprint(own) }, 'hello'],
    [
      'is trusted by its fingerprint in another spelling',
      { fingerprint: fingerprint(own).replaceAll(':', '').toLowerCase() },
      'hello',
    ],
    [
      'is refused when the fingerprint is another one',
      { fingerprint: fingerprint(file('other.pem')) },
      'connect false',
    ],
    [
      'is refused when only the authority fits',
      { authorities: own, fingerprint: fingerprint(file('other.pem')) },
      'connect false',
    ],
  ]
  for (const [claim, tls, expected] of cases)
    it(claim, async () => {
      requests = 0
      expect([await ask(tls), requests]).to.deep.equal([expected, expected === 'hello' ? 1 : 0])
    })
})
