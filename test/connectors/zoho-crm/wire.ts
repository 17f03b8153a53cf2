import { zohoCrm } from '../../../connectors/zoho-crm/index.ts'
import { EngineError } from '../../../engine/core/errors.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import { Secret } from '../../../engine/core/secret.ts'
import type { HttpAnswer, HttpRequest } from '../../../engine/sdk/http.ts'
import { testClock } from '../../support/clock.ts'
import { memoryFacts, memoryTokens } from '../../support/connect.ts'

export const json = (body: JsonObject, status = 200): HttpAnswer => ({
  status,
  headers: { date: new Date().toUTCString() },
  text: JSON.stringify(body),
})

/** A ping over a wire that only remembers: production addresses are never dialled. */
export async function sendThrough(answers: readonly HttpAnswer[], settings: JsonObject = {}, allowLoopback = false) {
  const requests: HttpRequest[] = []
  const clock = testClock()
  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    requests.push(request)
    const answer = answers[requests.length - 1]
    if (!answer) throw new EngineError({ kind: 'defect', code: 'TEST', message: `unexpected call ${request.url}` })
    return answer
  }
  const log = () => undefined
  const given = { datacenter: 'eu', clientId: 'c', ...settings }
  const secrets = { clientSecret: new Secret('top-secret'), refreshToken: new Secret('refresh-secret') }
  let error: unknown
  try {
    const connection = await zohoCrm.connect({
      settings: { ...given, ...secrets },
      connection: 'zoho',
      http: { send },
      log: { debug: log, info: log, warn: log },
      signal: new AbortController().signal,
      clock,
      random: () => 0.5,
      tokens: memoryTokens(),
      facts: memoryFacts(clock),
      allowLoopback,
    })
    await connection.ping()
  } catch (thrown) {
    error = thrown
  }
  return { requests, error }
}
