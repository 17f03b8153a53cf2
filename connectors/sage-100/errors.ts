import {
  type Clock,
  EngineError,
  type ErrorKind,
  type HttpAnswer,
  HttpFailure,
  isEngineError,
  isUntrusted,
  type JsonObject,
  lostAnswerOf,
  parseRetryAfter,
} from '../../engine/sdk/index.ts'
import { AGENT_ANSWERS, type Rule, SOAP_ANSWERS, UNKNOWN } from './answers.ts'

export { strange } from '../../engine/sdk/index.ts'

/** What an answer that is not the wished one says, whichever path it came over. */
export interface Fault {
  readonly status: number
  /** Of the agent's error, or `ErrorCode` of a MasFault; undefined where there is none. */
  readonly code: string | undefined
  readonly words: string
  readonly isPage: boolean
  readonly retryAfterMs?: number
  /** Whatever helps to find the call in the logs over there. */
  readonly details?: JsonObject
}

export interface Asked {
  /** Names the call without record data: `list customers`. */
  readonly where: string
  readonly isWrite: boolean
  redact(text: string): string
}

export const LOCKED = 'SAGE100_RECORD_LOCKED'
export const CURSOR_EXPIRED = 'SAGE100_CURSOR_EXPIRED'
export const RECORD_MISSING = 'SAGE100_RECORD_MISSING'
export const ACTION_UNKNOWN = 'SAGE100_ACTION_UNKNOWN'

export const agentError = (fault: Fault, asked: Asked): EngineError => errorOf(AGENT_ANSWERS, fault, asked)
export const soapError = (fault: Fault, asked: Asked): EngineError => errorOf(SOAP_ANSWERS, fault, asked)

function errorOf(rules: readonly Rule[], fault: Fault, { where, isWrite, redact }: Asked): EngineError {
  const rule = rules.find(it => fits(it, fault)) ?? UNKNOWN
  const kind: ErrorKind = isWrite ? (rule.write ?? rule.kind) : rule.kind
  const said = redact(fault.words.replaceAll(/\s+/g, ' ').trim()).slice(0, 300)
  const retryAfterMs = Math.max(fault.retryAfterMs ?? 0, rule.leastMs ?? 0)
  const code = fault.code === undefined ? {} : { code: redact(fault.code).slice(0, 60) }
  return new EngineError({
    kind,
    code: rule.as,
    message: `${where}: ${said === '' ? `status ${fault.status}` : said}`,
    remedy: rule.remedy,
    ...(said === '' ? {} : { said }),
    ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
    details: { ...fault.details, status: fault.status, ...code },
  })
}

function fits(rule: Rule, { status, code = '', words, isPage }: Fault): boolean {
  const isOne = <T>(wanted: readonly T[] | undefined, it: T): boolean => wanted === undefined || wanted.includes(it)
  return (
    isOne(rule.status, status) &&
    isOne(rule.code, code) &&
    (rule.says?.test(words) ?? true) &&
    (rule.hasCode === undefined || rule.hasCode === (code !== '')) &&
    (rule.isPage === undefined || rule.isPage === isPage)
  )
}

export const retryAfterIn = (answer: HttpAnswer, clock: Pick<Clock, 'now'>): number | undefined =>
  parseRetryAfter(answer.headers['retry-after'], clock.now())

/** A page of IIS or a proxy without its markup. */
export const plainText = (text: string): string => text.slice(0, 4_000).replaceAll(/<[^>]*>/g, ' ')

/** No usable answer came: `uncertain` when the call may have written. */
export const lostAnswer = lostAnswerOf({ transient: 'SAGE100_NO_ANSWER', uncertain: 'SAGE100_OUTCOME_UNKNOWN' })

/** The handshake failed: no repeat makes a certificate trusted. Undefined for any other failure. */
export function certificateError(where: string, failure: HttpFailure): EngineError | undefined {
  if (!isUntrusted(failure)) return undefined
  return new EngineError({
    kind: 'configuration',
    code: 'SAGE100_CERTIFICATE',
    message: `${where}: the certificate of the server is not trusted (${failure.message})`,
    remedy: 'Give the certificate of its authority as caCertificate, or its SHA-256 as certificateFingerprint.',
  })
}

/** What only an agent could do. */
export const knownKeysOnly = (what: string): EngineError =>
  new EngineError({
    kind: 'unavailable',
    code: 'SAGE100_KNOWN_KEYS_ONLY',
    message: `${what}: known keys only. The eBusiness Web Services read a record whose key is known and list nothing`,
    remedy:
      'Install an agent that speaks sage100-boi/1 (connectors/sage-100/agent.openapi.yaml) and give its agentUrl. Customers, contacts and orders whose keys you know are read by "ml-connector run <flow> --key".',
  })

/** About one record; it becomes a dead letter. */
export const refusal = (
  code: string,
  message: string,
  more: { readonly field?: string; readonly remedy: string },
): EngineError => new EngineError({ kind: 'record', code, message, ...more })

/** Whatever this connector's code lets through, as one of the engine's kinds; undefined: a defect of ours. */
export function classifySage100(thrown: unknown): EngineError | undefined {
  if (isEngineError(thrown)) return thrown
  if (thrown instanceof HttpFailure) return lostAnswer('a call to Sage 100', thrown.message, 'transient')
  return undefined
}
