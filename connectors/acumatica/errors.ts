import {
  type Context,
  EngineError,
  type ErrorKind,
  type HttpAnswer,
  HttpFailure,
  isEngineError,
  lostAnswerOf,
  parseRetryAfter,
} from '../../engine/sdk/index.ts'
import { decodedOf, type Fault, fieldErrorsOf } from './fault.ts'

export { strange } from '../../engine/sdk/index.ts'

export interface Rule {
  readonly status?: number | readonly number[]
  /** Over exception type, message and the target of a redirect: status codes alone classify nothing (fact sheet 10). */
  readonly says?: RegExp
  readonly code: string
  readonly read: ErrorKind
  readonly write: ErrorKind
  readonly remedy: string
  /** How long the system is known to need; 20 to 40 s in the case of a full licence. */
  readonly pauseMs?: number
}

const LOGIN_LIMIT = /API Login Limit|number of concurrent API logins/i
const TRY_LATER = 'Acumatica gave no usable answer: the next run goes on where this one stopped.'
const BUSY = 'Another process holds it: the engine tries again; if it stays, see form SM201530 (running processes).'
const DATA = 'Correct the record at its source or the mapping, then replay it.'
const OURS = 'Acumatica did not accept the form of our request: report it with the call that it names.'
const LICENCE =
  'The licence has no free API session. Sign other tools out (SM201010 shows them), raise the cap of the user, or wait: unclosed sessions end after 10 to 60 minutes.'

/** Fact sheet 7, as data; the first that fits. */
export const ANSWERS: readonly Rule[] = [
  { says: LOGIN_LIMIT, code: 'ACUMATICA_LOGIN_LIMIT', read: 'rate-limited', write: 'rate-limited', remedy: LICENCE },
  {
    status: 429,
    code: 'ACUMATICA_THROTTLED',
    read: 'rate-limited',
    write: 'rate-limited',
    remedy: 'Lower concurrency, spread the flows, or buy a larger licence (SM604000 shows its limits).',
  },
  {
    status: [301, 302, 303, 307],
    code: 'ACUMATICA_REDIRECTED',
    read: 'transient',
    write: 'uncertain',
    remedy: 'The endpoint or the session is broken: open the endpoint on form SM207060 and validate it.',
  },
  {
    status: 401,
    code: 'ACUMATICA_TOKEN_REFUSED',
    read: 'auth',
    write: 'auth',
    remedy: 'Authorise the application once more (README, "What to set up").',
  },
  {
    status: 403,
    code: 'ACUMATICA_NO_RIGHTS',
    read: 'unavailable',
    write: 'unavailable',
    remedy:
      'Give the role of the integration user the right to this form (SM201025), and check that the feature is on (CS100000).',
  },
  {
    status: 404,
    code: 'ACUMATICA_NOT_FOUND',
    read: 'unavailable',
    write: 'unavailable',
    remedy: 'Check endpoint and endpointVersion of the connection against form SM207060.',
  },
  { status: [405, 406, 411], code: 'ACUMATICA_REQUEST_REFUSED', read: 'contract', write: 'contract', remedy: OURS },
  { status: 409, code: 'ACUMATICA_BUSY', read: 'transient', write: 'transient', remedy: BUSY, pauseMs: 3_000 },
  { status: 412, code: 'ACUMATICA_PRECONDITION', read: 'contract', write: 'record', remedy: DATA },
  { status: 422, code: 'ACUMATICA_RECORD_REFUSED', read: 'contract', write: 'record', remedy: DATA },
  { says: /OutcomeEntityHasErrors/, code: 'ACUMATICA_RECORD_REFUSED', read: 'contract', write: 'record', remedy: DATA },
  { status: 400, code: 'ACUMATICA_REQUEST_INVALID', read: 'contract', write: 'record', remedy: DATA },
  {
    says: /NoEntitySatisfiesTheCondition|No entity satisfies the condition/,
    code: 'ACUMATICA_RECORD_MISSING',
    read: 'record',
    write: 'record',
    remedy: 'The record is gone, or hidden from this user: read it again.',
  },
  {
    says: /CannotOptimize|Optimization cannot be performed/,
    code: 'ACUMATICA_NOT_OPTIMISABLE',
    read: 'contract',
    write: 'contract',
    remedy: 'Leave the fields that it names out of the flow.',
  },
  {
    says: /KeyNotFoundException/,
    code: 'ACUMATICA_FIELD_UNKNOWN',
    read: 'configuration',
    write: 'configuration',
    remedy: 'A field of the flow is not in this version of the endpoint: "ml-connector describe" lists those that are.',
  },
  {
    says: /PXSetupNotEntered|required configuration data is not entered/i,
    code: 'ACUMATICA_NOT_SET_UP',
    read: 'unavailable',
    write: 'unavailable',
    remedy: 'Enter the preferences that it names in Acumatica, or leave the flow out.',
  },
  {
    says: /incompatible (Edm )?types|Edm\.\w+.*incompatible|operator with incompatible/i,
    code: 'ACUMATICA_FILTER_TYPE',
    read: 'contract',
    write: 'contract',
    remedy: OURS,
  },
  {
    says: /Another process has/,
    code: 'ACUMATICA_RECORD_LOCKED',
    read: 'transient',
    write: 'transient',
    remedy: BUSY,
    pauseMs: 3_000,
  },
  {
    status: 500,
    says: /PX\.[\w.]*Exception/,
    code: 'ACUMATICA_RULE',
    read: 'transient',
    write: 'record',
    remedy: DATA,
  },
  {
    status: [500, 502, 503, 504],
    code: 'ACUMATICA_SERVER_ERROR',
    read: 'transient',
    write: 'uncertain',
    remedy: TRY_LATER,
  },
]

const UNKNOWN: Rule = {
  code: 'ACUMATICA_UNKNOWN_ANSWER',
  read: 'contract',
  write: 'uncertain',
  remedy: 'Acumatica answered with a status that its documentation does not name: report it with the call.',
}

const fits = ({ status, says }: Rule, fault: Fault): boolean => {
  const statuses = typeof status === 'number' ? [status] : status
  return (statuses?.includes(fault.status) ?? true) && (says?.test(fault.words) ?? true)
}

export interface Asked {
  /** Names the call without record data: `PUT Customer`. */
  readonly where: string
  readonly isWrite: boolean
}

/** What an answer means that is not the expected one. `uncertain`: it may have written nevertheless. */
export function callError(
  fault: Fault,
  asked: Asked,
  context: Pick<Context<unknown>, 'clock' | 'random'>,
): EngineError {
  const rule = ANSWERS.find(it => fits(it, fault)) ?? UNKNOWN
  const kind = asked.isWrite ? rule.write : rule.read
  const errors = fieldErrorsOf(fault.body)
  const field = errors.find(it => it.field !== '')?.field
  const said =
    errors.length > 0
      ? errors.map(it => (it.field === '' ? it.text : `${it.field}: ${it.text}`)).join('; ')
      : fault.words
  const pauseMs = pauseOf(rule, fault, context)
  return new EngineError({
    kind,
    code: rule.code,
    message: `Acumatica refused ${asked.where} (${fault.status}): ${said.slice(0, 300) || 'no words'}`,
    remedy: rule.remedy,
    ...(said === '' ? {} : { said: said.slice(0, 400) }),
    ...(field === undefined ? {} : { field }),
    ...(pauseMs === undefined ? {} : { retryAfterMs: pauseMs }),
  })
}

/** A named wait is honoured; a full licence is asked again in steps of 20 to 40 s (fact sheet 7). */
function pauseOf(rule: Rule, { retryAfter }: Fault, { clock, random }: Pick<Context<unknown>, 'clock' | 'random'>) {
  const named = parseRetryAfter(retryAfter, clock.now())
  if (rule.code !== 'ACUMATICA_LOGIN_LIMIT') return named ?? rule.pauseMs
  return named ?? 20_000 + Math.round(random() * 20_000)
}

/** A full licence has three faces: 429, 500 with its words, and a redirect to an error page (fact sheet 10). */
export const isLoginLimit = ({ status, text, headers }: HttpAnswer): boolean =>
  status === 429 || LOGIN_LIMIT.test(text) || LOGIN_LIMIT.test(decodedOf(headers['location'] ?? ''))

export const loginLimit = (
  where: string,
  { status, headers }: HttpAnswer,
  context: Pick<Context<unknown>, 'clock' | 'random'>,
): EngineError => {
  const words = 'API Login Limit'
  return callError({ status, words, body: {}, retryAfter: headers['retry-after'] }, { where, isWrite: false }, context)
}

/** No usable answer came: `uncertain` when the call may have written. */
export const lostAnswer = lostAnswerOf({ transient: 'ACUMATICA_NO_ANSWER', uncertain: 'ACUMATICA_OUTCOME_UNKNOWN' })

/** Whatever this connector's code lets through, as one of the engine's kinds; undefined: a defect of ours. */
export function classifyAcumatica(thrown: unknown): EngineError | undefined {
  if (isEngineError(thrown)) return thrown
  if (thrown instanceof HttpFailure) return lostAnswer('a call to Acumatica', thrown.message, 'transient')
  return undefined
}
