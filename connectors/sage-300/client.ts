import PQueue from 'p-queue'
import {
  type Context,
  carryOut,
  checkUrl,
  DEFAULT_RETRIES,
  describeUnusable,
  type Effect,
  type EffectfulCall,
  EngineError,
  type FactStore,
  fingerprint,
  type HttpAnswer,
  type HttpRequest,
  isEngineError,
  type Json,
  type JsonObject,
  sendInterruptibly,
  serverTimeOf,
  withRetries,
} from '../../engine/sdk/index.ts'
import { callError, certificateError, lostAnswer, RULE_BROKEN } from './errors.ts'
import { isList, isObject, parseJson } from './json.ts'
import { type Credentials, credentialsOf } from './redact.ts'
import { checkSettings, DEFAULTS, type Sage300Settings } from './settings.ts'

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** Below the company, already percent-encoded: `AR/ARCustomers('1200')`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: JsonObject
  /** For people and counters, without record data: `list AR/ARCustomers`. */
  readonly label: string
  readonly expect: 'list' | 'entry' | 'nothing' | 'xml'
  readonly effect: Effect
}

export interface Reply {
  /** Null where the answer is no JSON. */
  readonly body: Json
  readonly text: string
  /** The day that it was at the server, by its own clock and zone; undefined when the answer had no date. */
  readonly today: string | undefined
}

export interface Sage300Client {
  readonly context: Context<Sage300Settings>
  /** Facts of this user at this company only: others may see less. */
  readonly facts: FactStore
  call(call: Call): Promise<Reply>
}

/** The first call after idling starts the application pool (fact sheet 7). */
const TIMEOUT_MS = 120_000
/** `General` may be a lock: once or twice again, then a person looks (fact sheet 6). */
const MOST_RULE_REPEATS = 2

interface Session {
  readonly context: Context<Sage300Settings>
  readonly base: string
  readonly credentials: Credentials
  readonly queue: PQueue
  /** Refused once: more of the same could lock the user (fact sheet 1). */
  refused: EngineError | undefined
}

/** Sends nothing: credentials go with every call. */
export function createClient(context: Context<Sage300Settings>): Sage300Client {
  const { settings } = context
  checkSettings(settings)
  const session: Session = {
    context,
    base: `${baseOf(context)}/v1.0/-/${encodeURIComponent(settings.company)}`,
    credentials: credentialsOf(settings),
    queue: new PQueue({ concurrency: settings.concurrency ?? DEFAULTS.concurrency }),
    refused: undefined,
  }
  return { context, facts: ownFacts(context), call: call => perform(session, call) }
}

/** The customer's own server, so any host and port; http only where they say so (fact sheet 1). */
function baseOf({ settings, allowLoopback }: Context<Sage300Settings>): string {
  const url = checkUrl(settings.baseUrl, {
    what: 'settings.baseUrl',
    allowLoopback,
    isAllowedHost: () => true,
    anyPort: true,
    plainHttp: settings.allowPlainHttp === true,
  })
  const path = url.pathname.replace(/\/+$/, '')
  if (/\/Sage300WebApi$/i.test(path) && url.search === '' && url.hash === '') return `${url.origin}${path}`
  throw new EngineError({
    kind: 'configuration',
    code: 'SAGE300_BASE_URL',
    message: 'settings.baseUrl does not end in /Sage300WebApi',
    remedy: 'Give the address of the Web API: https://erp.acme.example/Sage300WebApi.',
  })
}

function ownFacts({ settings, facts }: Context<Sage300Settings>): FactStore {
  const { baseUrl, company, userId, password } = settings
  const own = fingerprint([baseUrl, company, userId, password.reveal()]).slice(0, 12)
  return {
    get: name => facts.get(`${name}-${own}`),
    set: (name, value, ttlMs) => facts.set(`${name}-${own}`, value, ttlMs),
    forget: name => facts.forget(`${name}-${own}`),
  }
}

const effectOf = ({ label, effect }: Call): EffectfulCall => ({
  where: label,
  effect,
  lost: lostAnswer,
  explain: certificateError,
  // a refusal of a repeat settles it: this record was looked at, and the answer is about it
  settles: thrown => isEngineError(thrown, 'record'),
})

async function perform(session: Session, call: Call): Promise<Reply> {
  let broken = 0
  const patiently = async () => {
    try {
      return await attempt(session, call)
    } catch (thrown) {
      if (!isEngineError(thrown, 'record') || thrown.code !== RULE_BROKEN || broken >= MOST_RULE_REPEATS) throw thrown
      broken += 1
      throw lostAnswer(call.label, thrown.message, 'transient')
    }
  }
  return carryOut(effectOf(call), patiently, once => withRetries(session.context, DEFAULT_RETRIES, once))
}

async function attempt(session: Session, call: Call): Promise<Reply> {
  if (session.refused) throw session.refused
  return session.queue.add(async () => {
    if (session.refused) throw session.refused
    return settle(session, call, await sendInterruptibly(session.context, effectOf(call), requestOf(session, call)))
  })
}

function requestOf({ context, base, credentials }: Session, call: Call): HttpRequest {
  const { caCertificate, certificateFingerprint } = context.settings
  const parts = Object.entries(call.query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  const tls = {
    ...(caCertificate === undefined ? {} : { authorities: caCertificate }),
    ...(certificateFingerprint === undefined ? {} : { fingerprint: certificateFingerprint }),
  }
  return {
    method: call.method,
    url: `${base}/${call.path}${parts.length > 0 ? `?${parts.join('&')}` : ''}`,
    headers: {
      accept: call.expect === 'xml' ? 'application/xml' : 'application/json',
      // documented as mandatory on every call, GET included (fact sheet 1)
      'content-type': 'application/json',
      authorization: credentials.authorization,
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    label: call.label,
    timeoutMs: TIMEOUT_MS,
    ...(Object.keys(tls).length > 0 ? { tls } : {}),
  }
}

function settle(session: Session, call: Call, answer: HttpAnswer): Reply {
  if (answer.status < 200 || answer.status >= 300) {
    const { context, credentials } = session
    const isWrite = call.effect !== 'none'
    const error = callError(answer, { where: call.label, isWrite, clock: context.clock, redact: credentials.redact })
    if (error.kind === 'auth') session.refused = error
    throw error
  }
  const body = parseJson(answer.text)
  if (isExpected(call, answer, body)) return { body: body ?? null, text: answer.text, today: todayAt(session, answer) }
  // a success whose body is an error, HTML, empty or cut says nothing about what happened
  throw lostAnswer(call.label, describeUnusable(answer, body), call.effect === 'none' ? 'transient' : 'uncertain')
}

function isExpected({ expect }: Call, { status, text }: HttpAnswer, body: Json | undefined): boolean {
  if (expect === 'xml') return /<(\w+:)?Edmx\b/.test(text) && /<\/(\w+:)?Edmx>\s*$/.test(text)
  if (expect === 'nothing' && text.trim() === '') return status === 204 || status === 200
  if (!isObject(body) || 'error' in body) return false
  if (expect !== 'list') return true
  return isList(body['value']) && body['value'].every(isObject)
}

function todayAt({ context }: Session, answer: HttpAnswer): string | undefined {
  const at = serverTimeOf(answer)
  if (at === undefined) return undefined
  const { timeZone = DEFAULTS.timeZone } = context.settings
  return dayIn(timeZone, at)
}

/** `YYYY-MM-DD` in a zone. */
export function dayIn(timeZone: string, at: Date): string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const parts = Object.fromEntries(format.formatToParts(at).map(it => [it.type, it.value]))
  return `${parts['year']}-${parts['month']}-${parts['day']}`
}
