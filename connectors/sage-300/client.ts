import PQueue from 'p-queue'
import {
  type Context,
  checkUrl,
  DEFAULT_RETRIES,
  EngineError,
  type FactStore,
  fingerprint,
  type HttpAnswer,
  HttpFailure,
  type HttpRequest,
  isEngineError,
  type Json,
  type JsonObject,
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
  /** none: reads. repeatable: a write that may be sent twice. once: an ambiguous failure is `uncertain` at once. */
  readonly effect: 'none' | 'repeatable' | 'once'
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

/** A call with its retries. Once an attempt may have written, no later failure may say that it did not (Writer contract). */
async function perform(session: Session, call: Call): Promise<Reply> {
  let mayHaveWritten = false
  let broken = 0
  try {
    return await withRetries(session.context, DEFAULT_RETRIES, async () => {
      try {
        return await attempt(session, call)
      } catch (thrown) {
        const { error, isAmbiguous } = judge(call, thrown)
        mayHaveWritten ||= isAmbiguous && call.effect !== 'none'
        if (isAmbiguous && call.effect === 'once') throw lostAnswer(call.label, messageOf(thrown), 'uncertain')
        if (!isEngineError(error, 'record') || error.code !== RULE_BROKEN || broken >= MOST_RULE_REPEATS) throw error
        broken += 1
        throw lostAnswer(call.label, error.message, 'transient')
      }
    })
  } catch (thrown) {
    // a refusal of a repeat settles it: this record was looked at, and the answer is about it
    if (mayHaveWritten && !isEngineError(thrown, 'uncertain') && !isEngineError(thrown, 'record'))
      throw lostAnswer(call.label, messageOf(thrown), 'uncertain')
    throw thrown
  }
}

const messageOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown))

/** `isAmbiguous`: the request may have reached Sage 300 and been carried out. */
function judge(call: Call, thrown: unknown): { readonly error: unknown; readonly isAmbiguous: boolean } {
  if (thrown instanceof HttpFailure) {
    const error = certificateError(call.label, thrown) ?? lostAnswer(call.label, thrown.message, 'transient')
    return { error, isAmbiguous: thrown.mayHaveHappened }
  }
  if (!isEngineError(thrown, 'uncertain')) return { error: thrown, isAmbiguous: false }
  // what may be said again is: a repeat of it changes nothing
  return { error: lostAnswer(call.label, thrown.message, 'transient'), isAmbiguous: true }
}

async function attempt(session: Session, call: Call): Promise<Reply> {
  if (session.refused) throw session.refused
  return session.queue.add(async () => {
    if (session.refused) throw session.refused
    return settle(session, call, await sendInterruptibly(session, call))
  })
}

/** Cancelled while a write is on its way: it may have happened. */
async function sendInterruptibly(session: Session, call: Call): Promise<HttpAnswer> {
  const { context } = session
  const wasCancelled = context.signal.aborted
  try {
    return await context.http.send(requestOf(session, call))
  } catch (thrown) {
    if (!wasCancelled && isEngineError(thrown, 'cancelled') && call.effect !== 'none')
      throw lostAnswer(call.label, 'the run was cancelled before the answer came', 'uncertain')
    throw thrown
  }
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
  throw lostAnswer(call.label, unreadable(answer, body), call.effect === 'none' ? 'transient' : 'uncertain')
}

function isExpected({ expect }: Call, { status, text }: HttpAnswer, body: Json | undefined): boolean {
  if (expect === 'xml') return /<(\w+:)?Edmx\b/.test(text) && /<\/(\w+:)?Edmx>\s*$/.test(text)
  if (expect === 'nothing' && text.trim() === '') return status === 204 || status === 200
  if (!isObject(body) || 'error' in body) return false
  if (expect !== 'list') return true
  return isList(body['value']) && body['value'].every(isObject)
}

const unreadable = ({ status, text }: HttpAnswer, body: Json | undefined): string =>
  text.trim() === ''
    ? `status ${status} with an empty body`
    : `status ${status} with ${body === undefined ? 'a body that is not JSON' : 'an unexpected JSON body'}`

function todayAt({ context }: Session, answer: HttpAnswer): string | undefined {
  const at = Date.parse(answer.headers['date'] ?? '')
  if (Number.isNaN(at)) return undefined
  const { timeZone = DEFAULTS.timeZone } = context.settings
  return dayIn(timeZone, new Date(at))
}

/** `YYYY-MM-DD` in a zone. */
export function dayIn(timeZone: string, at: Date): string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const parts = Object.fromEntries(format.formatToParts(at).map(it => [it.type, it.value]))
  return `${parts['year']}-${parts['month']}-${parts['day']}`
}
