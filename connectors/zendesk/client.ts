import PQueue from 'p-queue'
import {
  type Context,
  carryOut,
  createSigned,
  DEFAULT_RETRIES,
  describeUnusable,
  type Effect,
  type EffectfulCall,
  type HttpAnswer,
  type HttpRequest,
  type JsonObject,
  parseRetryAfter,
  sendInterruptibly,
  serverTimeOf,
  UnusableAnswer,
  withRetries,
} from '../../engine/sdk/index.ts'
import { callError, faultOf, isCode, lostAnswer, mapFault, type ZendeskFault } from './errors.ts'
import { isList, isObject, parseJson } from './json.ts'
import { createPace } from './pace.ts'
import { DEFAULT_CALLS_IN_FLIGHT, DEFAULT_EXPORTS_PER_MINUTE, type ZendeskSettings } from './settings.ts'
import { type Credential, createSignIn, originOf, type SignIn, withoutSecrets } from './token.ts'

export interface Call {
  readonly method: HttpRequest['method']
  /** Below `/api/v2/`, already percent-encoded: `organizations/create_many`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: JsonObject
  /** Path for people and counters, without record data; default: `path`. */
  readonly label?: string
  /** What an answer must hold; an answer without it is no answer. `nothing`: 200 or 204 with whatever body. */
  readonly expect: { readonly list: string } | { readonly object: string } | 'nothing'
  readonly effect: Effect
  /** A write without records: what Zendesk refuses is the call, not a record of it. */
  readonly isSetUp?: true
}

export interface Reply {
  readonly status: number
  readonly body: JsonObject
  /** Zendesk's own clock, from the `Date` header. */
  readonly serverTime: Date | undefined
}

export interface ZendeskClient {
  readonly context: Context<ZendeskSettings>
  call(call: Call): Promise<Reply>
  /** Zendesk's time now, as far as its answers told; our clock before the first answer. */
  serverNow(): Date
  redact(fault: ZendeskFault): ZendeskFault
}

interface Session {
  readonly context: Context<ZendeskSettings>
  readonly signIn: SignIn
  readonly origin: string
  readonly queue: PQueue
  readonly exportTurn: () => Promise<void>
  /** How far Zendesk's clock is ahead of ours. */
  aheadMs: number
  /** A new token only for a 401: it heals neither missing scopes nor missing rights (fact sheet 1.3, 5). */
  readonly signed: ReturnType<typeof createSigned<Credential, HttpAnswer>>
}

/** Sends nothing yet: the first call signs in. */
export function createClient(context: Context<ZendeskSettings>): ZendeskClient {
  const { settings } = context
  const signIn = createSignIn(context)
  const session: Session = {
    context,
    signIn,
    origin: originOf(context),
    queue: new PQueue({ concurrency: settings.concurrency ?? DEFAULT_CALLS_IN_FLIGHT }),
    exportTurn: createPace(context, settings.exportsPerMinute ?? DEFAULT_EXPORTS_PER_MINUTE),
    aheadMs: 0,
    signed: createSigned({ ...signIn, valueOf: it => it.header, isRefusal: ({ status }) => status === 401 }),
  }
  return {
    context,
    call: call => perform(session, call),
    serverNow: () => new Date(context.clock.now().getTime() + session.aheadMs),
    redact: fault => redactFault(session, fault),
  }
}

const whereOf = (call: Call) => `${call.method} ${call.label ?? call.path}`

const effectOf = (call: Call): EffectfulCall => ({
  where: whereOf(call),
  effect: call.effect,
  lost: lostAnswer,
  // a value that is taken says nothing of the kind "it did not happen": who has it is looked up, and may be the record that the first attempt made
  settles: thrown => isCode(thrown, 'ZENDESK_DUPLICATE_VALUE'),
})

const perform = (session: Session, call: Call): Promise<Reply> =>
  carryOut(
    effectOf(call),
    () => signedIn(session, call),
    once => withRetries(session.context, DEFAULT_RETRIES, once),
  )

async function signedIn(session: Session, call: Call): Promise<Reply> {
  if (call.path.startsWith('incremental/')) await session.exportTurn()
  return settle(session, call, await session.signed(credential => send(session, call, credential)))
}

async function send(session: Session, call: Call, credential: Credential): Promise<HttpAnswer> {
  const query = new URLSearchParams(call.query).toString()
  const request: HttpRequest = {
    method: call.method,
    url: `${session.origin}/api/v2/${call.path}${query === '' ? '' : `?${query}`}`,
    headers: {
      accept: 'application/json',
      authorization: credential.header,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    label: whereOf(call),
  }
  const answer = await session.queue.add(() => sendInterruptibly(session.context, effectOf(call), request))
  const { clock, log } = session.context
  const at = serverTimeOf(answer)
  if (at !== undefined) session.aheadMs = at.getTime() - clock.now().getTime()
  const ignored = answer.headers['x-zendesk-api-warn']
  if (ignored !== undefined)
    log.debug('Zendesk ignored a part of the request', { where: whereOf(call), said: clean(session, ignored) })
  return answer
}

function settle(session: Session, call: Call, answer: HttpAnswer): Reply {
  const { status } = answer
  const isSuccess = status >= 200 && status < 300
  const body = parseJson(answer.text)
  const serverTime = serverTimeOf(answer)
  const { expect } = call
  if (isSuccess && expect === 'nothing') return { status, body: isObject(body) ? body : {}, serverTime }
  if (isSuccess && expect !== 'nothing' && isObject(body) && holds(body, expect)) return { status, body, serverTime }
  // a success without what was asked for is none, also when it carries an error inside
  if (isSuccess) throw new UnusableAnswer(lostAnswer(whereOf(call), describeUnusable(answer, body), 'transient'))
  const fault = redactFault(session, faultOf(body, status, answer.text))
  const error = callError(fault, {
    where: whereOf(call),
    hasRecords: call.effect !== 'none' && !call.isSetUp,
    retryAfterMs: pauseOf(session, answer, fault),
  })
  throw status >= 500 ? new UnusableAnswer(error) : error
}

const holds = (body: JsonObject, expect: Exclude<Call['expect'], 'nothing'>): boolean =>
  'list' in expect ? isList(body[expect.list]) : isObject(body[expect.object])

/** Fact sheet 5: the guard at the edge asks for more patience than the account's own limit, and fewer calls at a time. */
const EDGE_PAUSE_MS = 15_000

function pauseOf(session: Session, answer: HttpAnswer, fault: ZendeskFault): number | undefined {
  const named = parseRetryAfter(answer.headers['retry-after'], session.context.clock.now())
  if (answer.status !== 429 || !/edge protection/i.test(fault.text)) return named
  session.queue.concurrency = 1
  return named ?? EDGE_PAUSE_MS
}

const clean = (session: Session, text: string) => withoutSecrets(text, session.signIn.secrets())

const redactFault = (session: Session, fault: ZendeskFault): ZendeskFault => mapFault(fault, it => clean(session, it))
