import { createHash } from 'node:crypto'
import PQueue from 'p-queue'
import {
  type Context,
  carryOut,
  checkUrl,
  createSigned,
  DEFAULT_RETRIES,
  describeUnusable,
  type Effect,
  type EffectfulCall,
  EngineError,
  type HttpAnswer,
  type HttpRequest,
  type Json,
  type JsonObject,
  type StoredToken,
  sendInterruptibly,
  serverTimeOf,
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
  readonly effect: Effect
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
  /** A new token where it can heal (fact sheet 1.5), which uses up the chain of them. */
  readonly signed: ReturnType<typeof createSigned<StoredToken, HttpAnswer>>
}

/** Sends nothing yet: the first call signs in. */
export function createClient(context: Context<AcumaticaSettings>): AcumaticaClient {
  const { settings } = context
  checkGrant(settings)
  const base = baseOf(context)
  const { endpoint = DEFAULTS.endpoint, endpointVersion = DEFAULTS.endpointVersion } = settings
  const tokens = createTokens(context, base)
  const session: Session = {
    context,
    base,
    endpoint: `${endpoint}/${endpointVersion}`,
    tokens,
    queue: new PQueue({ concurrency: settings.concurrency ?? DEFAULTS.concurrency }),
    signed: createSigned({ ...tokens, valueOf: tokens.accessOf, isRefusal: isTokenRefusal }),
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

const effectOf = ({ label, effect }: Call): EffectfulCall => ({ where: label, effect, lost: lostAnswer })

const perform = (session: Session, call: Call): Promise<Reply> =>
  carryOut(
    effectOf(call),
    () => signedIn(session, call),
    once => withRetries(session.context, DEFAULT_RETRIES, once),
  )

async function signedIn(session: Session, call: Call): Promise<Reply> {
  const answer = await session.signed(token => send(session, call, token))
  if (isTokenRefusal(answer)) throw refusal(session, call, answer)
  return settle(session, call, answer)
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
  return queue.add(() => sendInterruptibly(context, effectOf(call), request))
}

/** `+` must be %2B, spaces %20: a form encoding would not survive in a datetimeoffset (fact sheet 5.2). */
export function queryOf(query: Readonly<Record<string, string>> = {}): string {
  const parts = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return parts.length > 0 ? `?${parts.join('&')}` : ''
}

function settle(session: Session, call: Call, answer: HttpAnswer): Reply {
  if (answer.status >= 300) throw refusal(session, call, answer)
  const body = parseJson(answer.text)
  if (answer.status === 200 && body !== undefined && isExpected(call, body))
    return { body, serverTime: serverTimeOf(answer)?.toISOString() }
  // a success whose body is an error, HTML, empty or cut says nothing about what happened (fact sheet 10)
  throw lostAnswer(call.label, describeUnusable(answer, body), call.effect === 'none' ? 'transient' : 'uncertain')
}

function isExpected({ expect }: Call, body: Json): boolean {
  if (expect === 'list') return isList(body) && body.every(isObject)
  const isFailure = isObject(body) && ('exceptionMessage' in body || 'exceptionType' in body)
  if (expect === 'record') return isObject(body) && 'id' in body && !isFailure
  return !isFailure
}

function refusal(session: Session, call: Call, answer: HttpAnswer): EngineError {
  const fault = faultOf(answer, session.tokens.redact)
  return callError(fault, { where: call.label, isWrite: call.effect !== 'none' }, session.context)
}
