import PQueue from 'p-queue'
import {
  type Context,
  carryOut,
  createSigned,
  DEFAULT_RETRIES,
  describeUnusable,
  type Effect,
  type EffectfulCall,
  EngineError,
  type HttpAnswer,
  type HttpRequest,
  type JsonObject,
  parseRetryAfter,
  type RetryPolicy,
  redactor,
  type StoredToken,
  sendInterruptibly,
  serverTimeOf,
  UnusableAnswer,
  withRetries,
} from '../../engine/sdk/index.ts'
import { callError, DAY_LIMIT_PAUSE_MS, faultOf, lostAnswer, type ZohoFault } from './errors.ts'
import { isList, isObject, mapTextsOf, parseJson } from './json.ts'
import type { ZohoSettings } from './settings.ts'
import { createTokens, type ZohoTokens } from './token.ts'

export interface Call {
  readonly method: HttpRequest['method']
  /** Below `/crm/v8/`, already percent-encoded: `Accounts/upsert`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: JsonObject
  /** Path for people and counters, without record data; default: `path`. */
  readonly label?: string
  /** The list that an answer with content must have. An answer without it is no answer. */
  readonly expect: 'data' | 'watch' | 'fields' | 'modules' | 'org'
  readonly effect: Effect
}

/** An answer to be judged item by item. `body` is undefined for 204 and 304: nothing there, which is no error (fact sheet 3.1). */
export interface Reply {
  readonly status: number
  readonly body: JsonObject | undefined
  /** Zoho's own clock, from the `Date` header, as ISO UTC. */
  readonly serverTime: string | undefined
}

export interface ZohoClient {
  readonly context: Context<ZohoSettings>
  call(call: Call): Promise<Reply>
  /** Zoho's time now, as far as its answers told; our clock before the first answer. */
  serverNow(): Date
  /** What Zoho said, without this connection's secrets, whatever it echoes. */
  redact(fault: ZohoFault): ZohoFault
}

// the credits of 24 hours do not come back within a run: their pause is longer than this, so the run gives up and says so
const RETRIES: RetryPolicy = { ...DEFAULT_RETRIES, maxThrottledMs: DAY_LIMIT_PAUSE_MS - 1_000 }
const REFRESHABLE = new Set(['INVALID_TOKEN', 'AUTHENTICATION_FAILURE'])
const NOTHING = new Set([204, 304])

interface Session {
  readonly context: Context<ZohoSettings>
  readonly tokens: ZohoTokens
  readonly queue: PQueue
  /** How far Zoho's clock is ahead of ours. */
  aheadMs: number
  /** A new token for the two answers that it can heal (fact sheet 1.3, 5). */
  readonly signed: ReturnType<typeof createSigned<StoredToken, HttpAnswer>>
  lastToken: string | undefined
}

/** Sends nothing yet: the first call signs in. */
export function createClient(context: Context<ZohoSettings>): ZohoClient {
  const tokens = createTokens(context)
  const session: Session = {
    context,
    tokens,
    queue: new PQueue({ concurrency: context.settings.concurrency ?? 3 }),
    aheadMs: 0,
    signed: createSigned({ ...tokens, valueOf: token => token.value.reveal(), isRefusal: isTokenRefusal }),
    lastToken: undefined,
  }
  return {
    context,
    call: call => perform(session, call),
    serverNow: () => new Date(context.clock.now().getTime() + session.aheadMs),
    redact: fault => redactFault(session, fault),
  }
}

const whereOf = (call: Call) => `${call.method} ${call.label ?? call.path}`

const effectOf = (call: Call): EffectfulCall => ({ where: whereOf(call), effect: call.effect, lost: lostAnswer })

const perform = (session: Session, call: Call): Promise<Reply> =>
  carryOut(
    effectOf(call),
    () => signedIn(session, call),
    once => withRetries(session.context, RETRIES, once),
  )

async function signedIn(session: Session, call: Call): Promise<Reply> {
  const answer = await session.signed(token => send(session, call, token))
  if (isTokenRefusal(answer)) throw tokenRefused(session, call)
  return settle(session, call, answer)
}

function isTokenRefusal(answer: HttpAnswer): boolean {
  const body = answer.status === 401 ? parseJson(answer.text) : undefined
  return isObject(body) && REFRESHABLE.has(faultOf(body, 401).code)
}

const tokenRefused = (session: Session, call: Call): EngineError =>
  new EngineError({
    kind: 'auth',
    code: 'ZOHO_TOKEN_REFUSED',
    message: `Zoho refused a new access token for ${whereOf(call)}: it was issued for another data centre or org than that of the connection, ${session.context.settings.datacenter}, or it was revoked`,
    remedy:
      'Check that datacenter, client and refresh token come from the same data centre, then make a new refresh token.',
  })

async function send(session: Session, call: Call, token: StoredToken): Promise<HttpAnswer> {
  const { context, queue } = session
  const query = new URLSearchParams(call.query).toString()
  session.lastToken = token.value.reveal()
  const request: HttpRequest = {
    method: call.method,
    url: `${session.tokens.apiOrigin(token)}/crm/v8/${call.path}${query === '' ? '' : `?${query}`}`,
    headers: {
      ...call.headers,
      authorization: `Zoho-oauthtoken ${session.lastToken}`,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    label: whereOf(call),
  }
  const answer = await queue.add(() => sendInterruptibly(context, effectOf(call), request))
  const at = serverTimeOf(answer)
  if (at !== undefined) session.aheadMs = at.getTime() - context.clock.now().getTime()
  return answer
}

function settle(session: Session, call: Call, answer: HttpAnswer): Reply {
  const serverTime = serverTimeOf(answer)?.toISOString()
  if (NOTHING.has(answer.status)) {
    if (call.effect === 'none') return { status: answer.status, body: undefined, serverTime }
    throw new UnusableAnswer(lostAnswer(whereOf(call), `status ${answer.status} where an answer must be`, 'transient'))
  }
  const body = parseJson(answer.text)
  if (isObject(body) && isList(body[call.expect]) && answer.status < 500 && answer.status !== 429)
    return { status: answer.status, body, serverTime }
  const fault = redactFault(session, faultOf(isObject(body) ? body : {}, answer.status))
  if (answer.status < 300 && fault.code === '')
    throw new UnusableAnswer(lostAnswer(whereOf(call), describeUnusable(answer, body), 'transient'))
  const error = callError(fault, {
    where: whereOf(call),
    isWrite: call.effect !== 'none',
    retryAfterMs: pauseOf(session, answer, fault),
  })
  throw error.kind === 'transient' ? new UnusableAnswer(error) : error
}

/** No Retry-After is documented: a named wait is honoured, spent credits park the work, the rest backs off (fact sheet 6.3). */
function pauseOf(session: Session, answer: HttpAnswer, fault: ZohoFault): number | undefined {
  const named = parseRetryAfter(answer.headers['retry-after'], session.context.clock.now())
  if (answer.status !== 429) return named
  const areCreditsGone = answer.headers['x-api-credits-remaining'] === '0' || /24\s*-?\s*hours?/i.test(fault.message)
  return areCreditsGone ? Math.max(named ?? 0, DAY_LIMIT_PAUSE_MS) : named
}

function redactFault(session: Session, fault: ZohoFault): ZohoFault {
  const clean = (text: string) => redact(session, text)
  const { status, code, message, details } = fault
  return { status, code: clean(code), message: clean(message).slice(0, 300), details: mapTextsOf(details, clean) }
}

function redact(session: Session, text: string): string {
  const { clientSecret, refreshToken } = session.context.settings
  return redactor([clientSecret.reveal(), refreshToken.reveal(), session.lastToken ?? ''])(text)
}
