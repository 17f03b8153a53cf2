import PQueue from 'p-queue'
import {
  type Context,
  carryOut,
  checkUrl,
  DEFAULT_RETRIES,
  type Effect,
  type EffectfulCall,
  EngineError,
  type FactStore,
  fingerprint,
  type HttpAnswer,
  type HttpRequest,
  isEngineError,
  sendInterruptibly,
  withRetries,
} from '../../engine/sdk/index.ts'
import { certificateError, LOCKED, lostAnswer } from './errors.ts'
import { despiteLocks } from './locks.ts'
import { type Credentials, credentialsOf } from './redact.ts'
import { checkSettings, DEFAULTS, type Sage100Settings } from './settings.ts'

/** One request and what its answer means. */
export interface Job<T> {
  /** For people and counters, without record data: `list customers`. */
  readonly label: string
  readonly request: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'>
  readonly effect: Effect
  /** Throws an EngineError for an answer that is not the wished one. */
  settle(answer: HttpAnswer): T
  /** Told how many tries a record took that somebody held. */
  readonly tried?: ((times: number) => void) | undefined
}

export interface Sage100Client {
  readonly context: Context<Sage100Settings>
  /** Facts that these credentials got, in this company: others may see less. */
  readonly facts: FactStore
  readonly credentials: Credentials
  /** Addresses without a slash at the end; undefined: that path is not there. */
  readonly agent: string | undefined
  readonly soap: string | undefined
  run<T>(job: Job<T>): Promise<T>
}

/** A scan of a large table takes long (fact sheet 11), and so does a company that is opened cold. */
const TIMEOUT_MS = 120_000

interface Session {
  readonly context: Context<Sage100Settings>
  readonly queue: PQueue
  /** Refused once: more of the same could lock the user (fact sheet 9). */
  refused: EngineError | undefined
}

/** Sends nothing: credentials go with every call. */
export function createClient(context: Context<Sage100Settings>): Sage100Client {
  const { settings } = context
  checkSettings(settings)
  const queue = new PQueue({ concurrency: settings.concurrency ?? DEFAULTS.concurrency })
  const session: Session = { context, queue, refused: undefined }
  const agent = settings.agentUrl === undefined ? undefined : baseOf(context, 'agentUrl', settings.agentUrl)
  const soap = settings.soapUrl === undefined ? undefined : baseOf(context, 'soapUrl', settings.soapUrl)
  return {
    context,
    facts: ownFacts(context),
    credentials: credentialsOf(settings),
    agent: agent === undefined || agent.endsWith('/v1') ? agent : `${agent}/v1`,
    soap,
    run: job => perform(session, job),
  }
}

/** The customer's own servers, so any host and port; http only where they say so. */
function baseOf({ settings, allowLoopback }: Context<Sage100Settings>, name: string, given: string): string {
  const url = checkUrl(given, {
    what: `settings.${name}`,
    allowLoopback,
    isAllowedHost: () => true,
    anyPort: true,
    plainHttp: settings.allowPlainHttp === true,
  })
  const isMeta = /^\?(singlewsdl|wsdl)$/i.test(url.search)
  if ((url.search === '' || isMeta) && url.hash === '') return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  throw new EngineError({
    kind: 'configuration',
    code: 'SAGE100_ADDRESS',
    message: `settings.${name} has a query or a fragment`,
    remedy: 'Give the bare address.',
  })
}

function ownFacts({ settings, facts }: Context<Sage100Settings>): FactStore {
  const { agentUrl = '', soapUrl = '', companyCode, username, password, agentKey } = settings
  const secrets = [password?.reveal() ?? '', agentKey?.reveal() ?? '']
  const own = fingerprint([agentUrl, soapUrl, companyCode, username, ...secrets]).slice(0, 12)
  return {
    get: name => facts.get(`${name}-${own}`),
    set: (name, value, ttlMs) => facts.set(`${name}-${own}`, value, ttlMs),
    forget: name => facts.forget(`${name}-${own}`),
  }
}

const effectOf = ({ label, effect }: Job<unknown>): EffectfulCall => ({
  where: label,
  effect,
  lost: lostAnswer,
  explain: certificateError,
  // a refusal of a repeat settles it: the record was looked at, and the answer is about it; a lock looked at nothing
  settles: thrown => isEngineError(thrown, 'record') && thrown.code !== LOCKED,
})

function perform<T>(session: Session, job: Job<T>): Promise<T> {
  const { context } = session
  const { lockAttempts = DEFAULTS.lockAttempts } = context.settings
  const patience = {
    label: job.label,
    attempts: lockAttempts,
    isWrite: job.effect !== 'none',
    ...(job.tried === undefined ? {} : { tried: job.tried }),
  }
  return carryOut(
    effectOf(job),
    () => attempt(session, job),
    once => despiteLocks(context, patience, () => withRetries(context, DEFAULT_RETRIES, once)),
  )
}

async function attempt<T>(session: Session, job: Job<T>): Promise<T> {
  if (session.refused) throw session.refused
  return session.queue.add(async () => {
    if (session.refused) throw session.refused
    const answer = await sendInterruptibly(session.context, effectOf(job), requestOf(session, job))
    try {
      return job.settle(answer)
    } catch (thrown) {
      if (isEngineError(thrown, 'auth')) session.refused = thrown
      throw thrown
    }
  })
}

function requestOf({ context }: Session, job: Job<unknown>): HttpRequest {
  const { caCertificate, certificateFingerprint } = context.settings
  const tls = {
    ...(caCertificate === undefined ? {} : { authorities: caCertificate }),
    ...(certificateFingerprint === undefined ? {} : { fingerprint: certificateFingerprint }),
  }
  const trust = Object.keys(tls).length > 0 ? { tls } : {}
  return { ...job.request, label: job.label, timeoutMs: TIMEOUT_MS, ...trust }
}
