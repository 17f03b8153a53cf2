import { got, RequestError } from 'got'
import PQueue from 'p-queue'
import { EngineError } from '../core/errors.ts'
import { agentFor, type TlsTrust } from './tls.ts'
import { tracedCall } from './trace.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** What it is for, without record data or secrets: `query VENDOR`. Calls are counted under it. */
  readonly label: string
  /** A sign-in or token call: counted apart. */
  readonly signIn?: boolean
  readonly timeoutMs?: number
  /** Whom to trust at an on-premises server whose certificate no public authority signed. */
  readonly tls?: TlsTrust
}

export interface HttpAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** One per connection. Sends once: retries are the caller's (`withRetries`), since only it knows what may be repeated. */
export interface HttpClient {
  /** Answers of any status are returned; only a missing or unusable answer throws an `HttpFailure`. */
  send(request: HttpRequest): Promise<HttpAnswer>
}

/** No whole answer came. `mayHaveHappened` is false only when the request certainly never reached the other side. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure'
  readonly reason: 'connect' | 'timeout' | 'cut' | 'too-large'
  readonly mayHaveHappened: boolean

  constructor(reason: HttpFailure['reason'], message: string, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
    this.mayHaveHappened = reason !== 'connect'
  }
}

/** Calls in flight and per window of one account. Clients that share it share the account's quota. */
export type Limiter = PQueue

export function createLimiter(limits: Pick<HttpOptions, 'concurrency' | 'perWindow'>): Limiter {
  return new PQueue({
    concurrency: limits.concurrency,
    ...(limits.perWindow ? { intervalCap: limits.perWindow.calls, interval: limits.perWindow.windowMs } : {}),
  })
}

export interface HttpOptions {
  /** Calls in flight. */
  readonly concurrency: number
  readonly perWindow?: { readonly calls: number; readonly windowMs: number }
  /** Of the account, where others use it too; one of its own when absent. */
  readonly limiter?: Limiter
  /** The longest that any call may take, whatever it asks for. */
  readonly timeoutMs: number
  readonly maxAnswerBytes: number
  readonly signal: AbortSignal
  /** Called for every request that goes out. */
  onCall(label: string, isSignIn: boolean): void
  /** How long a call waited for its turn; not called for one that did not wait. */
  onWait?(ms: number): void
}

// less is the queue's own pace
const A_WAIT_MS = 1

// never reached the other side: nothing was sent on a connection that was refused, unresolved or not yet there
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'])
// the certificate was refused in the handshake, before the request
const isCertificateError = (code: string) => /^(CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)

export function createHttp(options: HttpOptions): HttpClient {
  const limiter = options.limiter ?? createLimiter(options)
  const client = got.extend({
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    decompress: true,
    signal: options.signal,
    // connections are kept alive; one that the server has closed meanwhile shows as ECONNRESET and is classified like any cut
    headers: { 'user-agent': 'ml-connector' },
  })
  return {
    send: async request => {
      cancelledIf(options.signal)
      return tracedCall(request.label, attributesOf(request), async (span, bind) => {
        const askedAt = performance.now()
        const answer = await limiter.add(
          bind(() => {
            const waitedMs = performance.now() - askedAt
            if (waitedMs >= A_WAIT_MS) options.onWait?.(waitedMs)
            return sendOnce(client, options, request)
          }),
        )
        span.setAttribute('http.response.status_code', answer.status)
        return answer
      })
    },
  }
}

/** Neither path nor query: they hold keys of records, and some systems' secrets. */
function attributesOf({ method, url, signIn }: HttpRequest) {
  return {
    'http.request.method': method,
    'server.address': URL.canParse(url) ? new URL(url).hostname : '',
    ...(signIn ? { 'ml_connector.sign_in': true } : {}),
  }
}

async function sendOnce(client: typeof got, options: HttpOptions, request: HttpRequest): Promise<HttpAnswer> {
  cancelledIf(options.signal)
  options.onCall(request.label, request.signIn === true)
  const promise = client(request.url, {
    method: request.method,
    ...(request.headers ? { headers: { ...request.headers } } : {}),
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(request.tls ? { agent: { https: agentFor(request.tls) } } : {}),
    timeout: { request: Math.min(request.timeoutMs ?? options.timeoutMs, options.timeoutMs) },
  })
  let tooLarge = false
  promise.on('downloadProgress', progress => {
    if (progress.transferred <= options.maxAnswerBytes || tooLarge) return
    tooLarge = true
    promise.cancel()
  })
  try {
    const answer = await promise
    return { status: answer.statusCode, headers: flatten(answer.headers), text: answer.body }
  } catch (thrown) {
    cancelledIf(options.signal)
    if (tooLarge)
      throw new HttpFailure(
        'too-large',
        `the answer to ${request.label} is larger than ${options.maxAnswerBytes} bytes`,
      )
    throw asFailure(request, thrown)
  }
}

function asFailure(request: HttpRequest, thrown: unknown): unknown {
  if (!(thrown instanceof RequestError)) return thrown
  const { code } = thrown
  const { host } = new URL(request.url)
  if (code === 'ETIMEDOUT') return new HttpFailure('timeout', `${host} did not answer in time (${thrown.message})`)
  if (NOT_SENT.has(code) || isCertificateError(code))
    return new HttpFailure('connect', `cannot connect to ${host}: ${WORDS[code] ?? code}`)
  return new HttpFailure('cut', `the connection to ${host} broke: ${code}`)
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ENOTFOUND: 'no such host (ENOTFOUND)',
  EAI_AGAIN: 'the name cannot be looked up now (EAI_AGAIN)',
}

function cancelledIf(signal: AbortSignal): void {
  if (signal.aborted)
    throw new EngineError({ kind: 'cancelled', code: 'RUN_CANCELLED', message: 'the run was cancelled' })
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value
  return flat
}
