/** An HTTP answer of the gateway, read at its three levels (sheet 3). Almost every failure is HTTP 200 with the error inside. */
import { type EngineError, type HttpAnswer, parseRetryAfter, XmlProblem } from '../../engine/sdk/index.ts'
import { type Asked, contractError, refusalError } from './errors.ts'
import type { Level } from './refusals.ts'
import { child, childrenOf, childText, parseXml, type XmlElement } from './xml.ts'

/** How one function of a request ended. `data` may be there or not on success: only reads need it. */
export type FunctionResult =
  | { readonly is: 'done'; readonly controlId: string; readonly data: XmlElement | undefined }
  | { readonly is: 'failed'; readonly controlId: string; readonly error: EngineError }

export interface Answer {
  readonly results: readonly FunctionResult[]
  readonly authentication: XmlElement
  /** Intacct's own time of this answer, whole seconds: the only clock that a cursor is made of. */
  readonly serverNow: Date
}

export interface Reading extends Asked {
  /** Our own clock, for `Retry-After` dates only. */
  readonly now: Date
  /** Takes session ids and passwords out of what is quoted. */
  redact(text: string): string
}

/** Throws for a failure of the whole request; failures of single functions are results. */
export function parseAnswer(http: HttpAnswer, reading: Reading): Answer {
  const root = parseDocument(http, reading)
  const control = child(root, 'control')
  if (childText(control, 'status') === 'failure') throw toError('control', child(root, 'errormessage'), http, reading)
  const operation = child(root, 'operation')
  const authentication = child(operation, 'authentication')
  if (childText(control, 'status') !== 'success' || !operation || !authentication)
    throw contractError('INTACCT_ANSWER_INCOMPLETE', reading.what, 'the answer has no status or no operation')
  if (childText(authentication, 'status') !== 'success')
    throw toError('authentication', child(operation, 'errormessage'), http, reading)
  const results = childrenOf(operation, 'result').map(result => toResult(result, http, reading))
  if (results.length === 0)
    throw child(operation, 'errormessage')
      ? toError('function', child(operation, 'errormessage'), http, reading)
      : contractError('INTACCT_ANSWER_INCOMPLETE', reading.what, 'the answer has no result')
  return { results, authentication, serverNow: serverTime(http, authentication, reading) }
}

function parseDocument(http: HttpAnswer, reading: Reading): XmlElement {
  try {
    const root = parseXml(http.text)
    if (root.name === 'response') return root
  } catch (thrown) {
    if (!(thrown instanceof XmlProblem)) throw thrown
  }
  throw brokenError(http, reading)
}

/** HTML, an empty or a cut body: never an empty page. The body is not quoted; what it says comes from an edge, not from Intacct. */
function brokenError(http: HttpAnswer, reading: Reading): EngineError {
  const isThrottled = /API rate limit exceeded/i.test(http.text)
  const isBlocked = /cf-error-details/i.test(http.text) && http.status !== 524
  return refusalError(
    {
      level: 'http',
      status: http.status,
      errorno: '',
      text: isThrottled ? 'API rate limit exceeded' : '',
      correction: '',
      fields: [],
      ...retryAfter(http, reading),
      ...(isBlocked ? { retryAfterMs: 90_000 } : {}),
    },
    reading,
  )
}

function toResult(result: XmlElement, http: HttpAnswer, reading: Reading): FunctionResult {
  const controlId = childText(result, 'controlid')
  const status = childText(result, 'status')
  if (status === 'success') return { is: 'done', controlId, data: child(result, 'data') }
  if (status === 'failure' || status === 'aborted')
    return { is: 'failed', controlId, error: toError('function', child(result, 'errormessage'), http, reading) }
  throw contractError('INTACCT_ANSWER_INCOMPLETE', reading.what, 'a result has no status')
}

// the first error is the most specific one, the rest is the call stack; forbidden fields come as one error per group
function toError(level: Level, message: XmlElement | undefined, http: HttpAnswer, reading: Reading): EngineError {
  const errors = childrenOf(message, 'error')
  const first = errors[0]
  const text = reading.redact(textOf(first))
  return refusalError(
    {
      level,
      status: http.status,
      errorno: childText(first, 'errorno'),
      text,
      correction: reading.redact(childText(first, 'correction')),
      fields: [...new Set(errors.flatMap(error => fieldsNamedIn(textOf(error))))],
      ...retryAfter(http, reading),
    },
    reading,
  )
}

function textOf(error: XmlElement | undefined): string {
  return [childText(error, 'description'), childText(error, 'description2')].filter(Boolean).join(' ')
}

/** `… cannot be queried … [VENDOR: [F1, F2] ]` and `Field requested is not valid: vendor.XYZ`. */
export function fieldsNamedIn(text: string): string[] {
  const group = /cannot be queried[\s\S]*\[\s*\w+:\s*\[([^\]]*)\]/i.exec(text)?.[1]
  if (group !== undefined)
    return group
      .split(',')
      .map(it => it.trim())
      .filter(Boolean)
  const single = /field requested is not valid:\s*(?:\w+\.)?([\w.]+)/i.exec(text)?.[1]
  return single ? [single] : []
}

function retryAfter(http: HttpAnswer, reading: Reading): { retryAfterMs?: number } {
  const retryAfterMs = parseRetryAfter(http.headers['retry-after'], reading.now)
  return retryAfterMs === undefined ? {} : { retryAfterMs }
}

// the time of the sign-in is the fallback: it is older than now, so a mark made of it reads too much, never too little
function serverTime(http: HttpAnswer, authentication: XmlElement, reading: Reading): Date {
  const header = Date.parse(http.headers['date'] ?? '')
  const ms = Number.isNaN(header) ? Date.parse(childText(authentication, 'sessiontimestamp')) : header
  if (Number.isNaN(ms))
    throw contractError('INTACCT_ANSWER_INCOMPLETE', reading.what, 'the answer does not tell its own time')
  return new Date(Math.floor(ms / 1000) * 1000)
}
