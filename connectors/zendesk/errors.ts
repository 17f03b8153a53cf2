import {
  EngineError,
  type ErrorKind,
  HttpFailure,
  isEngineError,
  type Json,
  type JsonObject,
  lostAnswerOf,
} from '../../engine/sdk/index.ts'
import { isList, isObject, objectOf, objectsOf, textOf } from './json.ts'

/** What Zendesk said, whichever of its four families of error bodies it came in (fact sheet 5). */
export interface ZendeskFault {
  readonly status: number
  /** Zendesk's own word (`RecordInvalid`), or '' when the body carries none. */
  readonly word: string
  readonly text: string
  /** Faults of single fields of a record. */
  readonly fields: readonly FieldFault[]
}

export interface FieldFault {
  readonly field: string
  /** `DuplicateValue`, `BlankValue` … */
  readonly word: string
  readonly text: string
}

interface Rule {
  readonly from: number
  readonly to: number
  /** Zendesk's word or its prose must match; absent: any. */
  readonly says?: RegExp
  readonly code: string
  readonly kind: ErrorKind
  /** When the call carried records: something in them made Zendesk refuse. */
  readonly ofRecord?: ErrorKind
  readonly remedy: string
}

const OURS = 'Zendesk did not accept the form of our request: report it with the call that it names.'
const EDIT = 'Correct the record at its source or the mapping, then replay it.'
const LATER = 'Zendesk failed or was too busy: try later.'

/** Fact sheet 5, as data: the first row that fits speaks. Statuses and words decide, prose only where nothing else tells two cases apart. */
export const ANSWERS: readonly Rule[] = [
  {
    from: 400,
    to: 422,
    says: /StartTimeTooRecent|Too recent start_time/i,
    code: 'ZENDESK_START_TOO_RECENT',
    kind: 'transient',
    remedy: 'Nothing: the export is asked again later.',
  },
  {
    from: 400,
    to: 400,
    says: /invalid_scope/,
    code: 'ZENDESK_SCOPE_REFUSED',
    kind: 'configuration',
    remedy: 'Allow the OAuth client these scopes, or correct the setting scope.',
  },
  { from: 400, to: 400, code: 'ZENDESK_BAD_REQUEST', kind: 'contract', ofRecord: 'record', remedy: OURS },
  {
    from: 401,
    to: 401,
    code: 'ZENDESK_SIGN_IN_REFUSED',
    kind: 'auth',
    remedy:
      'Check subdomain, client or e-mail, and secrets of the connection. API tokens lapse after 30 days without use.',
  },
  {
    from: 403,
    to: 403,
    says: /scope/i,
    code: 'ZENDESK_SCOPE_MISSING',
    kind: 'auth',
    remedy:
      'Add the missing scope to the OAuth client and to the setting scope. A new token with the old scopes does not help.',
  },
  {
    from: 403,
    to: 403,
    code: 'ZENDESK_FORBIDDEN',
    kind: 'unavailable',
    remedy: 'Let the connection act as an admin of the account; check that the account is not suspended.',
  },
  {
    from: 404,
    to: 404,
    says: /\w*NotFound\b/,
    code: 'ZENDESK_NOT_FOUND',
    kind: 'record',
    remedy: 'The record is gone: let a flow create it again, or leave it out.',
  },
  {
    from: 404,
    to: 404,
    code: 'ZENDESK_NO_SUCH_ADDRESS',
    kind: 'configuration',
    remedy: 'Check the subdomain: Zendesk knows no such address there.',
  },
  {
    from: 409,
    to: 409,
    code: 'ZENDESK_CONFLICT',
    kind: 'transient',
    remedy: 'The record was being changed by somebody else: try later.',
  },
  { from: 413, to: 413, code: 'ZENDESK_TOO_LARGE', kind: 'contract', ofRecord: 'record', remedy: EDIT },
  {
    from: 422,
    to: 422,
    says: /DuplicateValue/,
    code: 'ZENDESK_DUPLICATE_VALUE',
    kind: 'contract',
    ofRecord: 'record',
    remedy: 'Another record holds this value: merge the two in Zendesk or correct the value, then replay.',
  },
  { from: 422, to: 422, code: 'ZENDESK_RECORD_REFUSED', kind: 'contract', ofRecord: 'record', remedy: EDIT },
  {
    from: 429,
    to: 429,
    code: 'ZENDESK_TOO_MANY_REQUESTS',
    kind: 'rate-limited',
    remedy: 'Wait, lower the cadence of flows, or buy the High Volume API add-on.',
  },
  { from: 500, to: 599, code: 'ZENDESK_SERVER_ERROR', kind: 'transient', remedy: LATER },
  {
    from: 0,
    to: 599,
    code: 'ZENDESK_UNKNOWN_ANSWER',
    kind: 'contract',
    ofRecord: 'record',
    remedy: 'Zendesk answered with something that its documentation does not name: see its words.',
  },
]

export interface About {
  /** Names the call without record data: `POST organizations/create_many`. */
  readonly where: string
  /** The call carried records. */
  readonly hasRecords: boolean
  readonly retryAfterMs?: number | undefined
}

export function callError(fault: ZendeskFault, about: About): EngineError {
  const rule = ruleOf(fault)
  const said = wordsOf(fault)
  const [first] = fault.fields
  return new EngineError({
    kind: about.hasRecords ? (rule.ofRecord ?? rule.kind) : rule.kind,
    code: rule.code,
    message: `Zendesk refused ${about.where} (${fault.status}): ${said}`,
    remedy: rule.remedy,
    said: said.slice(0, 400),
    ...(first ? { field: first.field } : {}),
    ...(about.retryAfterMs === undefined ? {} : { retryAfterMs: about.retryAfterMs }),
    ...(fault.fields.length > 0 ? { details: { fields: fault.fields.map(it => ({ ...it })) } } : {}),
  })
}

function ruleOf(fault: ZendeskFault): Rule {
  const said = `${fault.word} ${fault.text} ${fault.fields.map(it => it.word).join(' ')}`
  const found = ANSWERS.find(it => fault.status >= it.from && fault.status <= it.to && (it.says?.test(said) ?? true))
  return found ?? { from: 0, to: 0, code: 'ZENDESK_UNKNOWN_ANSWER', kind: 'contract', remedy: OURS }
}

/** Four JSON families, and anything else (fact sheet 5). */
export function faultOf(body: Json | undefined, status: number, plain = ''): ZendeskFault {
  // some refusals are plain text; a page of HTML says nothing
  if (!isObject(body)) return { status, word: '', text: plain.includes('<') ? '' : plain.trim(), fields: [] }
  const { error, errors, description, details, detail, title, message } = body
  const [listed] = objectsOf(errors)
  const inner = objectOf(error)
  const texts = [
    description,
    body['error_description'],
    inner['message'],
    listed?.['title'],
    listed?.['detail'],
    title,
    detail,
    message,
  ]
  return {
    status,
    word: textOf(error) ?? textOf(inner['title']) ?? textOf(listed?.['code']) ?? '',
    text: texts.flatMap(it => textOf(it) ?? []).join(': '),
    fields: fieldFaults(details),
  }
}

function fieldFaults(details: Json | undefined): FieldFault[] {
  return Object.entries(objectOf(details)).flatMap(([field, faults]) =>
    (isList(faults) ? faults : [faults]).map(it => ({
      field,
      word: textOf(objectOf(it)['error']) ?? '',
      text: textOf(objectOf(it)['description']) ?? textOf(it) ?? '',
    })),
  )
}

const wordsOf = (fault: ZendeskFault): string => {
  const fields = fault.fields.map(it => [it.word, it.text].filter(text => text !== '').join(' '))
  return [fault.word, fault.text, ...fields].filter(text => text !== '').join(', ') || 'no words'
}

/** Every text of a fault changed: for what must not be shown. */
export const mapFault = (fault: ZendeskFault, change: (text: string) => string): ZendeskFault => ({
  status: fault.status,
  word: change(fault.word),
  text: change(fault.text),
  fields: fault.fields.map(it => ({ field: change(it.field), word: change(it.word), text: change(it.text) })),
})

/** No usable answer came: `uncertain` when the call may have written. */
export const lostAnswer = lostAnswerOf({ transient: 'ZENDESK_NO_ANSWER', uncertain: 'ZENDESK_OUTCOME_UNKNOWN' })

export const recordRefused = (parts: {
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly field?: string
  readonly details?: JsonObject
}): EngineError => new EngineError({ kind: 'record', ...parts })

export const isCode = (thrown: unknown, ...codes: readonly string[]): thrown is EngineError =>
  isEngineError(thrown) && codes.includes(thrown.code)

/** Whatever this connector's code lets through, as one of the engine's kinds; undefined: a defect of ours. */
export function classifyZendesk(thrown: unknown): EngineError | undefined {
  if (isEngineError(thrown)) return thrown
  if (thrown instanceof HttpFailure) return lostAnswer('a call to Zendesk', thrown.message, 'transient')
  return undefined
}
