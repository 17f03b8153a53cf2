import {
  EngineError,
  type ErrorKind,
  HttpFailure,
  isEngineError,
  type JsonObject,
  lostAnswerOf,
} from '../../engine/sdk/index.ts'
import { isObject, objectsOf, textOf } from './json.ts'

/** What Zoho said, whatever shape it came in (fact sheet 5: A top level, R per record, E and HTML without a code). */
export interface ZohoFault {
  readonly status: number
  /** Zoho's own word, or '' when the body carries none. */
  readonly code: string
  readonly message: string
  readonly details: JsonObject
}

interface Rule {
  /** When it is about one record of a batch. */
  readonly record: ErrorKind
  /** When it is about the whole call. */
  readonly call: ErrorKind
  readonly remedy: string
  /** The record is busy, not wrong: worth a few more tries. */
  readonly busy?: true
}

const EDIT = 'Correct the record at its source or the mapping, then replay it.'
const STATE = 'The record is in a state that forbids the change: resolve it in Zoho CRM, then replay it.'
const SIGN_IN = 'Check datacenter, client and refresh token of the connection; make a new refresh token if needed.'
const OURS = 'Zoho did not accept the form of our request: report it with the call that it names.'
const LIMIT =
  'Zoho allows no more of these at present. Wait, or buy capacity; the next run goes on where this one stopped.'
const RIGHTS = "Give the integration user's profile the right to this module in Zoho CRM."

const rule = (record: ErrorKind, call: ErrorKind, remedy: string): Rule => ({ record, call, remedy })
const aboutRecord = (remedy = EDIT): Rule => rule('record', 'contract', remedy)
const aboutCall = (kind: ErrorKind, remedy: string): Rule => rule(kind, kind, remedy)

/** Fact sheet 5, as data. The key is Zoho's own code; ours is the same word behind `ZOHO_`. */
export const ANSWERS: Readonly<Record<string, Rule>> = {
  INVALID_DATA: aboutRecord(),
  MANDATORY_NOT_FOUND: aboutRecord(),
  DUPLICATE_DATA: aboutRecord(
    'Another record holds this unique value: merge the two in Zoho CRM or correct the value, then replay.',
  ),
  MULTIPLE_OR_MULTI_ERRORS: aboutRecord(),
  DEPENDENT_FIELD_MISSING: aboutRecord(),
  DEPENDENT_MISMATCH: aboutRecord(),
  EXPECTED_FIELD_MISSING: aboutRecord(),
  AMBIGUITY_DURING_PROCESSING: aboutRecord(),
  DEPENDENT_SERVICE_ERROR: aboutRecord('A service that this record depends on refused it: see its words, then replay.'),
  RECORD_LOCKED: { ...aboutRecord(STATE), busy: true },
  RECORD_IN_BLUEPRINT: aboutRecord(STATE),
  NOT_APPROVED: aboutRecord(STATE),
  NOT_REVIEWED: aboutRecord(STATE),
  CONVERTED_RECORD: aboutRecord(STATE),
  ALREADY_MODIFIED: aboutRecord('The record changed meanwhile: read it again, then replay.'),
  LIMIT_EXCEEDED: aboutRecord('A limit of Zoho CRM is reached; its words name it.'),
  LICENSE_LIMIT_EXCEEDED: rule(
    'record',
    'unavailable',
    'The org has reached a limit of its licence: see Zoho CRM, Setup, Company.',
  ),
  STORAGE_SPACE_EXCEEDED: rule(
    'record',
    'unavailable',
    "The org's storage is full: free or buy some in Zoho CRM, then replay.",
  ),
  INVALID_MODULE: aboutCall(
    'unavailable',
    'The module is not in this edition, not open to this profile, or misspelt (names are case-sensitive).',
  ),
  NOT_SUPPORTED: aboutCall('unavailable', 'Zoho CRM does not open this module to the API.'),
  API_NOT_SUPPORTED: aboutCall('unavailable', 'Zoho CRM does not open this module to the API.'),
  FEATURE_NOT_SUPPORTED: aboutCall(
    'unavailable',
    'The edition of this org lacks the feature: upgrade it, or leave the flow out.',
  ),
  NO_PERMISSION: rule('record', 'unavailable', RIGHTS),
  AUTHORIZATION_FAILED: rule('record', 'unavailable', RIGHTS),
  AUTHENTICATION_FAILURE: aboutCall('auth', SIGN_IN),
  INVALID_TOKEN: aboutCall('auth', SIGN_IN),
  OAUTH_SCOPE_MISMATCH: aboutCall(
    'auth',
    'Make a refresh token that has the missing scope as well (README, "Scopes"). A new access token does not help.',
  ),
  TOO_MANY_REQUESTS: aboutCall('rate-limited', LIMIT),
  RATE_LIMIT_EXCEEDED: aboutCall('rate-limited', LIMIT),
  INTERNAL_ERROR: {
    ...aboutCall('transient', 'Zoho failed inside: try later; if it stays, ask Zoho support.'),
    busy: true,
  },
  SERVICE_UNAVAILABLE: aboutCall('transient', 'Zoho is not available: try later.'),
  REQUIRED_PARAM_MISSING: aboutCall('contract', OURS),
  DISCRETE_PAGINATION_LIMIT_EXCEEDED: aboutCall('contract', OURS),
  PAGINATION_LIMIT_EXCEEDED: aboutCall('contract', OURS),
  TOKEN_BOUND_DATA_MISMATCH: aboutCall('contract', OURS),
  EXPIRED_VALUE: aboutCall('contract', OURS),
  PATTERN_NOT_MATCHED: aboutRecord(),
  INVALID_REQUEST: aboutCall('contract', OURS),
  INVALID_QUERY: aboutCall('contract', OURS),
  SYNTAX_ERROR: aboutCall('contract', OURS),
  INVALID_REQUEST_METHOD: aboutCall('contract', OURS),
  INVALID_URL_PATTERN: aboutCall('contract', OURS),
  NOT_SUBSCRIBED: aboutCall('contract', 'The channel is gone: it is made again at the next renewal.'),
}

/** For a code that no document names, and for bodies without one. */
const BY_STATUS: readonly { readonly from: number; readonly to: number; readonly code: string; readonly rule: Rule }[] =
  [
    { from: 401, to: 401, code: 'ZOHO_SIGN_IN_REFUSED', rule: aboutCall('auth', SIGN_IN) },
    { from: 403, to: 403, code: 'ZOHO_FORBIDDEN', rule: rule('record', 'unavailable', RIGHTS) },
    { from: 429, to: 429, code: 'ZOHO_TOO_MANY_REQUESTS', rule: aboutCall('rate-limited', LIMIT) },
    { from: 500, to: 599, code: 'ZOHO_SERVER_ERROR', rule: aboutCall('transient', 'Zoho failed: try later.') },
    {
      from: 0,
      to: 599,
      code: 'ZOHO_UNKNOWN_ANSWER',
      rule: aboutRecord('Zoho answered with a code that its documentation does not name: see its words.'),
    },
  ]

/** How long a run is told to wait once the credits of 24 hours are gone: longer than a run waits, so that it gives up and says so. */
export const DAY_LIMIT_PAUSE_MS = 15 * 60_000

const ruleOf = (fault: ZohoFault): { readonly code: string; readonly rule: Rule } => {
  const known = ANSWERS[fault.code]
  if (known) return { code: `ZOHO_${fault.code}`, rule: known }
  const byStatus = BY_STATUS.find(it => fault.status >= it.from && fault.status <= it.to)
  return { code: byStatus?.code ?? 'ZOHO_UNKNOWN_ANSWER', rule: byStatus?.rule ?? aboutRecord() }
}

/** A fault of a whole call: nothing of it was carried out (fact sheet 4.1). */
export function callError(
  fault: ZohoFault,
  /** Names the call without record data: `POST Accounts/upsert`. */
  call: { readonly where: string; readonly isWrite: boolean; readonly retryAfterMs?: number | undefined },
): EngineError {
  const { code, rule } = ruleOf(fault)
  const { retryAfterMs } = call
  return new EngineError({
    kind: call.isWrite ? kindOfWrite(fault, rule) : rule.call,
    code,
    message: `Zoho CRM refused ${call.where} (${fault.status}): ${wordsOf(fault)}`,
    remedy: rule.remedy,
    said: wordsOf(fault),
    ...fieldOf(fault),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(Object.keys(fault.details).length > 0 ? { details: { code: fault.code, ...fault.details } } : {}),
  })
}

/** Something in the records made Zoho refuse the batch: the engine finds out which. Unless it names a part of the request that the flow's settings made. */
function kindOfWrite(fault: ZohoFault, rule: Rule): ErrorKind {
  if (rule.call !== 'contract' || rule.record !== 'record') return rule.call
  return /^\$\.(trigger|duplicate_check_fields)/.test(textOf(fault.details['json_path']) ?? '')
    ? 'configuration'
    : 'record'
}

/** A fault of one record of a batch. Several faults of one record become one message that names them all (fact sheet 5). */
export function recordError(fault: ZohoFault, where: string): EngineError {
  const all = flatten(fault)
  const leading = all[0] ?? fault
  const { code, rule } = ruleOf(all.length > 1 ? fault : leading)
  return new EngineError({
    kind: rule.record,
    code,
    message: `${where}: ${all.map(wordsOf).join('; ')}`,
    remedy: rule.remedy,
    said: all.map(wordsOf).join('; ').slice(0, 400),
    ...fieldOf(leading),
    details: { code: fault.code, ...fault.details },
  })
}

/** Busy now, worth another try in a moment: a lock, or a fault on Zoho's side (fact sheet 5). */
export function isBusy(fault: ZohoFault): boolean {
  if (fault.code === 'DEPENDENT_SERVICE_ERROR') return fault.details['dependency_error'] === 'PROCESSING_ERROR'
  return ANSWERS[fault.code]?.busy === true
}

function flatten(fault: ZohoFault): ZohoFault[] {
  if (fault.code !== 'MULTIPLE_OR_MULTI_ERRORS') return [fault]
  const inner = objectsOf(fault.details['errors']).map(it => faultOf(it, fault.status))
  return inner.length > 0 ? inner.flatMap(flatten) : [fault]
}

/** One fault from an object with Zoho's four keys. `code` may be a number in an older 429 body (fact sheet 5). */
export function faultOf(body: JsonObject, status: number): ZohoFault {
  const { code, error, message, details } = body
  const word = typeof code === 'string' ? code : textOf(error)
  return {
    status,
    code: word ?? '',
    message: textOf(message) ?? textOf(body['error_info']) ?? '',
    details: isObject(details) ? details : {},
  }
}

function wordsOf(fault: ZohoFault): string {
  const field = pointerOf(fault)
  const expected = ['expected_data_type', 'maximum_length', 'limit', 'param_name', 'permissions', 'dependency_error']
    .filter(name => fault.details[name] !== undefined)
    .map(name => `${name}: ${JSON.stringify(fault.details[name])}`)
  const extras = [field, ...expected, duplicateOf(fault)].filter(it => it !== undefined)
  const said = [fault.code, fault.message].filter(it => it !== '').join(' ') || 'no words'
  return `${said}${extras.length > 0 ? ` (${extras.join(', ')})` : ''}`
}

function duplicateOf(fault: ZohoFault): string | undefined {
  const { duplicate_record: duplicate } = fault.details
  return isObject(duplicate) ? `held by record ${textOf(duplicate['id']) ?? '?'}` : undefined
}

const pointerOf = (fault: ZohoFault): string | undefined =>
  textOf(fault.details['json_path'])?.replace(/^\$\.data\[\d+\]\./, '') ?? textOf(fault.details['api_name'])

function fieldOf(fault: ZohoFault): { readonly field?: string } {
  const field = pointerOf(fault)
  return field === undefined ? {} : { field }
}

/** No usable answer came: `uncertain` when the call may have written. */
export const lostAnswer = lostAnswerOf({ transient: 'ZOHO_NO_ANSWER', uncertain: 'ZOHO_OUTCOME_UNKNOWN' })

/** Whatever this connector's code lets through, as one of the engine's kinds; undefined: a defect of ours. */
export function classifyZoho(thrown: unknown): EngineError | undefined {
  if (isEngineError(thrown)) return thrown
  if (thrown instanceof HttpFailure) return lostAnswer('a call to Zoho CRM', thrown.message, 'transient')
  return undefined
}
