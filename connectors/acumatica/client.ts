import { createHash } from 'node:crypto'
import PQueue from 'p-queue'
import {
  type Context,
  checkUrl,
  DEFAULT_RETRIES,
  EngineError,
  type HttpAnswer,
  HttpFailure,
  type HttpRequest,
  isEngineError,
  type Json,
  type JsonObject,
  type StoredToken,
  withRetries,
} from '../../engine/sdk/index.ts'
import { callError, lostAnswer } from './errors.ts'
import { faultOf } from './fault.ts'
import { isList, isObject, parseJson } from './json.ts'
import { type AcumaticaSettings, checkGrant, DEFAULTS } from './settings.ts'
import { type AcumaticaTokens, createTokens } from './token.ts'

export interface Call {
  readonly method: HttpRequest['method']
  /** Below `/entity/<endpoint>/<version>/`, already percent-encoded; with `atRoot` below `/entity`. */
  readonly path: string
  readonly atRoot?: boolean
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: JsonObject
  /** For people and counters, without record data: `list Customer`. */
  readonly label: string
  readonly expect: 'list' | 'record' | 'any'
  /** none: reads. repeatable: a write that may be sent twice. once: an ambiguous failure is `uncertain` at once. */
  readonly effect: 'none' | 'repeatable' | 'once'
}

export interface Reply {
  readonly body: Json
  /** Acumatica's own clock, from the `Date` header, as ISO UTC. */
  readonly serverTime: string | undefined
}

export interface AcumaticaClient {
  readonly context: Context<AcumaticaSettings>
  /** `Default/24.200.001`. */
  readonly endpoint: string
  /** Name under which something is remembered of this user, tenant, instance and endpoint, and of no other. */
  factName(name: string): string
  call(call: Call): Promise<Reply>
}

/** Requests may wait long in the licence's queue without a sign (fact sheet 8). */
const TIMEOUT_MS = 10 * 60_000
/** Refusals at the door that another token may heal (fact sheet 7). */
const SIGN_IN_PAGE = /login\.aspx|\/ui\/login|identity\/account/i

interface Session {
  readonly context: Context<AcumaticaSettings>
  readonly base: string
  readonly endpoint: string
  readonly tokens: AcumaticaTokens
  readonly queue: PQueue
  /** A token that was refused straight after it was issued: asking for more of them would only use up the chain. */
  refusedToken: string | undefined
}

/** Sends nothing yet: the first call signs in. */
export function createClient(context: Context<AcumaticaSettings>): AcumaticaClient {
  const { settings } = context
  checkGrant(settings)
  const base = baseOf(context)
  const { endpoint = DEFAULTS.endpoint, endpointVersion = DEFAULTS.endpointVersion } = settings
  const session: Session = {
    context,
    base,
    endpoint: `${endpoint}/${endpointVersion}`,
    tokens: createTokens(context, base),
    queue: new PQueue({ concurrency: settings.concurrency ?? DEFAULTS.concurrency }),
    refusedToken: undefined,
  }
  const { clientId, username = '' } = settings
  const whose = createHash('sha256').update(JSON.stringify([base, clientId, username, session.endpoint]))
  const scope = whose.digest('base64url').slice(0, 12)
  return {
    context,
    endpoint: session.endpoint,
    factName: name => `${scope}:${name}`,
    call: call => perform(session, call),
  }
}

/** The customer's own host, so any host; credentials only over https (fact sheet 1.1). */
function baseOf({ settings, allowLoopback }: Context<AcumaticaSettings>): string {
  const url = checkUrl(settings.instanceUrl, {
    what: 'settings.instanceUrl',
    allowLoopback,
    isAllowedHost: () => true,
    anyPort: true,
  })
  if (url.search === '' && url.hash === '') return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  throw new EngineError({
    kind: 'configuration',
    code: 'ACUMATICA_INSTANCE_URL',
    message: 'settings.instanceUrl has a query or a fragment',
    remedy: 'Give the address of the instance only: https://erp.acme.com/AcumaticaERP.',
  })
}

/** A call with its retries. Once an attempt may have written, no later failure may say that it did not (Writer contract). */
async function perform(session: Session, call: Call): Promise<Reply> {
  let mayHaveWritten = false
  try {
    return await withRetries(session.context, DEFAULT_RETRIES, async () => {
      try {
        return await signedIn(session, call)
      } catch (thrown) {
        const { error, isAmbiguous } = judge(call, thrown)
        mayHaveWritten ||= isAmbiguous && call.effect !== 'none'
        if (isAmbiguous && call.effect === 'once') throw lostAnswer(call.label, messageOf(thrown), 'uncertain')
        throw error
      }
    })
  } catch (thrown) {
    if (mayHaveWritten && !isEngineError(thrown, 'uncertain'))
      throw lostAnswer(call.label, messageOf(thrown), 'uncertain')
    throw thrown
  }
}

const messageOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown))

/** `isAmbiguous`: the request may have reached Acumatica and been carried out. */
function judge(call: Call, thrown: unknown): { readonly error: unknown; readonly isAmbiguous: boolean } {
  if (thrown instanceof HttpFailure)
    return { error: lostAnswer(call.label, thrown.message, 'transient'), isAmbiguous: thrown.mayHaveHappened }
  if (!isEngineError(thrown, 'uncertain')) return { error: thrown, isAmbiguous: false }
  // what may be said again is: a repeat of it changes nothing
  return { error: lostAnswer(call.label, thrown.message, 'transient'), isAmbiguous: true }
}

/** At most one new token per call, and only where a new token can heal (fact sheet 1.5). */
async function signedIn(session: Session, call: Call): Promise<Reply> {
  const { tokens } = session
  const token = await tokens.current()
  const first = await send(session, call, token)
  if (!isTokenRefusal(first)) return settle(session, call, first)
  if (session.refusedToken === tokens.accessOf(token)) throw refusal(session, call, first)
  const renewed = await tokens.renew(token)
  const second = await send(session, call, renewed)
  if (!isTokenRefusal(second)) return settle(session, call, second)
  session.refusedToken = tokens.accessOf(renewed)
  throw refusal(session, call, second)
}

const isTokenRefusal = ({ status, headers }: HttpAnswer): boolean =>
  status === 401 || (isRedirect(status) && SIGN_IN_PAGE.test(headers['location'] ?? ''))

const isRedirect = (status: number) => status >= 300 && status < 400

async function send(session: Session, call: Call, token: StoredToken): Promise<HttpAnswer> {
  const { base, endpoint, tokens, queue, context } = session
  const root = `${base}/entity`
  const path = call.atRoot ? `${root}${call.path}` : `${root}/${endpoint}/${call.path}`
  const { branch } = context.settings
  const request: HttpRequest = {
    method: call.method,
    url: `${path}${queryOf(call.query)}`,
    headers: {
      accept: 'application/json',
      ...(branch === undefined ? {} : { 'px-cbapibranch': branch }),
      ...call.headers,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      authorization: `Bearer ${tokens.accessOf(token)}`,
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    label: call.label,
    timeoutMs: TIMEOUT_MS,
  }
  return queue.add(() => sendInterruptibly(session, call, request))
}

/** `+` must be %2B, spaces %20: a form encoding would not survive in a datetimeoffset (fact sheet 5.2). */
export function queryOf(query: Readonly<Record<string, string>> = {}): string {
  const parts = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return parts.length > 0 ? `?${parts.join('&')}` : ''
}

/** Cancelled while a write is on its way: it may have happened. */
async function sendInterruptibly(session: Session, call: Call, request: HttpRequest): Promise<HttpAnswer> {
  const wasCancelled = session.context.signal.aborted
  try {
    return await session.context.http.send(request)
  } catch (thrown) {
    if (!wasCancelled && isEngineError(thrown, 'cancelled') && call.effect !== 'none')
      throw lostAnswer(call.label, 'the run was cancelled before the answer came', 'uncertain')
    throw thrown
  }
}

function settle(session: Session, call: Call, answer: HttpAnswer): Reply {
  if (answer.status >= 300) throw refusal(session, call, answer)
  const body = parseJson(answer.text)
  if (answer.status === 200 && body !== undefined && isExpected(call, body))
    return { body, serverTime: serverTimeOf(answer) }
  // a success whose body is an error, HTML, empty or cut says nothing about what happened (fact sheet 10)
  throw lostAnswer(call.label, unreadable(answer, body), call.effect === 'none' ? 'transient' : 'uncertain')
}

function isExpected({ expect }: Call, body: Json): boolean {
  if (expect === 'list') return isList(body) && body.every(isObject)
  const isFailure = isObject(body) && ('exceptionMessage' in body || 'exceptionType' in body)
  if (expect === 'record') return isObject(body) && 'id' in body && !isFailure
  return !isFailure
}

const unreadable = ({ status, text }: HttpAnswer, body: Json | undefined): string =>
  text.trim() === ''
    ? `status ${status} with an empty body`
    : `status ${status} with ${body === undefined ? 'a body that is not JSON' : 'an unexpected JSON body'}`

function refusal(session: Session, call: Call, answer: HttpAnswer): EngineError {
  const fault = faultOf(answer, session.tokens.redact)
  return callError(fault, { where: call.label, isWrite: call.effect !== 'none' }, session.context)
}

function serverTimeOf(answer: HttpAnswer): string | undefined {
  const at = Date.parse(answer.headers['date'] ?? '')
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
