import {
  type Clock,
  EngineError,
  type ErrorKind,
  type HttpAnswer,
  HttpFailure,
  isEngineError,
  isUntrusted,
  lostAnswerOf,
  parseRetryAfter,
} from '../../engine/sdk/index.ts'
import { isObject, objectOf, parseJson, textOf } from './json.ts'

export { strange } from '../../engine/sdk/index.ts'

interface Rule {
  readonly status?: number | readonly number[]
  /** The code of the error body; the status alone says little (fact sheet 6). */
  readonly code?: string | readonly string[]
  /** Over the text for people: only where nothing else tells. */
  readonly says?: RegExp
  readonly isPage?: true
  readonly as: string
  readonly read: ErrorKind
  readonly write: ErrorKind
  readonly remedy: string
  readonly pauseMs?: number
}

const DATA = 'Correct the record at its source or the mapping, then replay it.'
const OURS = 'Sage 300 did not accept the form of our request: report it with the call that it names.'
const LATER = 'Sage 300 gave no usable answer: the next run goes on where this one stopped.'
const RIGHTS =
  'In the security group of the user, tick "Sage 300 Web API" and the right to the record, for this module and company.'
const POOL = 'The application pool ("Sage 300 Pool") is stopped or restarting: start it in IIS if it stays away.'

/** Business failures that repeats may heal, since a lock looks like any other (fact sheet 6, `General`). */
export const RULE_BROKEN = 'SAGE300_RULE'
export const RECORD_MISSING = 'SAGE300_RECORD_MISSING'

/** Fact sheet 6, as data; the first that fits. */
export const ANSWERS: readonly Rule[] = [
  {
    status: 401,
    as: 'SAGE300_CREDENTIALS_REFUSED',
    read: 'auth',
    write: 'auth',
    remedy:
      'Check userId (in capitals) and password (exact case). An older installation holds passwords in capitals: set upperCasePassword. It was not tried again, since that may lock the user.',
  },
  {
    status: 403,
    says: /sufficient security rights/i,
    as: 'SAGE300_USER_REFUSED',
    read: 'unavailable',
    write: 'unavailable',
    remedy:
      'Use another user than ADMIN, or set AllowWebApiAccessForAdmin to true in the web.config of Online\\Web and of Online\\WebApi and restart the application pool.',
  },
  { status: 403, as: 'SAGE300_NO_RIGHTS', read: 'unavailable', write: 'unavailable', remedy: RIGHTS },
  {
    status: 404,
    code: 'RecordNotFound',
    as: RECORD_MISSING,
    read: 'record',
    write: 'record',
    remedy: 'The record was deleted or has another key: resolve it in Sage 300, then replay.',
  },
  {
    status: 404,
    isPage: true,
    as: 'SAGE300_PAGE_MISSING',
    read: 'unavailable',
    write: 'unavailable',
    remedy: 'This is an answer of IIS and not of the Web API: check baseUrl, and that the Web API is installed.',
  },
  {
    status: 404,
    as: 'SAGE300_RESOURCE_MISSING',
    read: 'unavailable',
    write: 'unavailable',
    remedy: 'Check company, and whether this release and product update has the resource.',
  },
  {
    status: 409,
    code: 'RecordDuplicate',
    says: /day[\s-]*end/i,
    as: 'SAGE300_DAY_END',
    read: 'transient',
    write: 'transient',
    remedy: 'Day end processing is running: the record is sent again. Schedule the flow around it.',
    pauseMs: 60_000,
  },
  {
    status: 409,
    code: 'RecordDuplicate',
    as: 'SAGE300_RECORD_EXISTS',
    read: 'contract',
    write: 'record',
    remedy:
      'A record with this key is there and was left as it is. Match on the key, or choose another one, then replay.',
  },
  { status: 409, code: 'FieldInvalid', as: 'SAGE300_FIELD_INVALID', read: 'contract', write: 'record', remedy: DATA },
  { status: 409, as: RULE_BROKEN, read: 'transient', write: 'record', remedy: DATA },
  {
    status: 429,
    as: 'SAGE300_THROTTLED',
    read: 'rate-limited',
    write: 'rate-limited',
    remedy: 'Lower concurrency, or spread the flows over time.',
  },
  { status: 405, as: 'SAGE300_REQUEST_REFUSED', read: 'contract', write: 'contract', remedy: OURS },
  { status: 400, as: 'SAGE300_REQUEST_INVALID', read: 'contract', write: 'record', remedy: DATA },
  {
    status: [502, 503, 504],
    as: 'SAGE300_POOL_STOPPED',
    read: 'transient',
    write: 'uncertain',
    remedy: POOL,
    pauseMs: 5_000,
  },
  {
    status: 500,
    code: ['DBLinkError', 'SessionError'],
    as: 'SAGE300_SESSION',
    read: 'transient',
    write: 'uncertain',
    remedy: 'Sage 300 cannot open a session or its database: look at the server.',
    pauseMs: 15_000,
  },
  { status: 500, as: 'SAGE300_SERVER_ERROR', read: 'transient', write: 'uncertain', remedy: LATER },
]

const UNKNOWN: Rule = {
  as: 'SAGE300_UNKNOWN_ANSWER',
  read: 'contract',
  write: 'uncertain',
  remedy: 'Sage 300 answered with a status that its documentation does not name: report it with the call.',
}

export interface Asked {
  /** Names the call without record data: `POST OE/OEOrders`. */
  readonly where: string
  readonly isWrite: boolean
  readonly clock: Pick<Clock, 'now'>
  redact(text: string): string
}

/** What an answer means that is not the expected one. `uncertain`: it may have written nevertheless. */
export function callError(answer: HttpAnswer, { where, isWrite, clock, redact }: Asked): EngineError {
  const fault = faultOf(answer)
  const rule = ANSWERS.find(it => fits(it, fault)) ?? UNKNOWN
  const kind = isWrite ? rule.write : rule.read
  const said = redact(fault.words).slice(0, 300)
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], clock.now()) ?? rule.pauseMs
  return new EngineError({
    kind,
    code: rule.as,
    message: `${where}: ${said === '' ? `status ${fault.status}` : said}`,
    remedy: rule.remedy,
    ...(said === '' ? {} : { said }),
    ...(retryAfterMs === undefined || (kind !== 'transient' && kind !== 'rate-limited') ? {} : { retryAfterMs }),
    details: { status: fault.status, ...(fault.code === undefined ? {} : { code: redact(fault.code).slice(0, 60) }) },
  })
}

interface Fault {
  readonly status: number
  readonly code: string | undefined
  readonly words: string
  readonly isPage: boolean
}

/** Bodies on failure may be JSON, a page of IIS, or nothing. */
function faultOf({ status, text }: HttpAnswer): Fault {
  const body = parseJson(text)
  const error = objectOf(objectOf(body)['error'])
  const message = error['message']
  const told = textOf(isObject(message) ? message['value'] : message)
  const words = (told ?? plainText(text)).replaceAll(/\s+/g, ' ').trim()
  return { status, code: textOf(error['code']), words, isPage: body === undefined }
}

const plainText = (text: string): string => text.slice(0, 4_000).replaceAll(/<[^>]*>/g, ' ')

function fits(rule: Rule, fault: Fault): boolean {
  const isOne = <T>(wanted: T | readonly T[] | undefined, it: T | undefined): boolean =>
    wanted === undefined || (Array.isArray(wanted) ? wanted.includes(it) : wanted === it)
  return (
    isOne(rule.status, fault.status) &&
    isOne(rule.code, fault.code) &&
    (rule.says?.test(fault.words) ?? true) &&
    (rule.isPage === undefined || fault.isPage)
  )
}

/** No usable answer came: `uncertain` when the call may have written. */
export const lostAnswer = lostAnswerOf({ transient: 'SAGE300_NO_ANSWER', uncertain: 'SAGE300_OUTCOME_UNKNOWN' })

/** The handshake failed: no repeat makes a certificate trusted. Undefined for any other failure. */
export function certificateError(where: string, failure: HttpFailure): EngineError | undefined {
  if (!isUntrusted(failure)) return undefined
  return new EngineError({
    kind: 'configuration',
    code: 'SAGE300_CERTIFICATE',
    message: `${where}: the certificate of the server is not trusted (${failure.message})`,
    remedy: 'Give the certificate of its authority as caCertificate, or its SHA-256 as certificateFingerprint.',
  })
}

/** Whatever this connector's code lets through, as one of the engine's kinds; undefined: a defect of ours. */
export function classifySage300(thrown: unknown): EngineError | undefined {
  if (isEngineError(thrown)) return thrown
  if (thrown instanceof HttpFailure) return lostAnswer('a call to Sage 300', thrown.message, 'transient')
  return undefined
}
