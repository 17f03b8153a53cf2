/** What Sage Intacct's refusals mean (sheet 6), as two tables: how each is recognised, and what follows from it. */
import type { ErrorKind } from '../../engine/sdk/index.ts'

export type Level = 'http' | 'control' | 'authentication' | 'function'

export interface Meaning {
  readonly kind: ErrorKind
  readonly means: string
  readonly remedy: string
  /** How long to wait when the answer does not say. */
  readonly waitMs?: number
}

const SENDER_REMEDY =
  'Check senderId (case sensitive) and senderPassword, and that the sender is active; then run ping.'
const WAIT_REMEDY = 'Nothing to do: the next run goes on. If it lasts, look at status.intacct.com.'

/** Every code that a refusal may get. */
export const INTACCT_MEANINGS = {
  INTACCT_TOO_MANY_REQUESTS: {
    kind: 'rate-limited',
    means: 'too many requests',
    remedy: 'Poll less often, or let fewer integrations share this company.',
  },
  INTACCT_COMPANY_BUSY: {
    kind: 'rate-limited',
    means: 'other calls of this company are still running',
    remedy:
      'Concurrency is counted per company over all integrations: leave concurrency at 1 and move schedules apart.',
    waitMs: 30_000,
  },
  INTACCT_SENDER_REFUSED: { kind: 'auth', means: 'the sender ID or its password was refused', remedy: SENDER_REMEDY },
  INTACCT_COMPANY_EXPIRED: {
    kind: 'auth',
    means: 'the company has expired',
    remedy: 'Ask Sage to renew the company, or point companyId at a live one.',
  },
  INTACCT_STILL_RUNNING: {
    kind: 'uncertain',
    means: 'the same request is still being carried out',
    remedy: 'The engine looks up what happened before it sends anything again.',
  },
  INTACCT_ALREADY_EXECUTED: {
    kind: 'uncertain',
    means: 'the same request was carried out before',
    remedy: 'The engine looks up what happened before it sends anything again.',
  },
  INTACCT_OFFLINE: { kind: 'transient', means: 'the service is off-line for a moment', remedy: WAIT_REMEDY },
  INTACCT_REQUEST_REFUSED: {
    kind: 'contract',
    means: 'the request is not the XML that it expects',
    remedy: 'This is a defect of the connector: report it with the text that Sage Intacct gave.',
  },
  INTACCT_SESSION_INVALID: {
    kind: 'auth',
    means: 'the session is not valid, though it was renewed',
    remedy: 'See whether an IP filter, a session limit or a second endpoint gets in the way; then run ping.',
  },
  INTACCT_SENDER_NOT_AUTHORISED: {
    kind: 'auth',
    means: 'the sender is not authorised for this company',
    remedy: 'An administrator adds the sender ID under Company > Security > Web Services authorizations.',
  },
  INTACCT_ADDRESS_DENIED: {
    kind: 'auth',
    means: 'the company does not accept calls from this IP address',
    remedy: "An administrator adds this machine's address to the company's or the user's IP filter.",
  },
  INTACCT_SIGN_IN_REFUSED: {
    kind: 'auth',
    means: 'the sign-in was refused',
    remedy:
      'Check companyId, userId, userPassword and locationId (a wrong entity looks like a wrong password). It is not tried again in this run: repeated tries can lock the user.',
  },
  INTACCT_FIELDS_FORBIDDEN: {
    kind: 'configuration',
    means: 'the flow reads fields that this user cannot query',
    remedy: 'Take the fields out of the flow, or give the role of the user the permission that they need.',
  },
  INTACCT_FIELD_UNKNOWN: {
    kind: 'configuration',
    means: 'the flow reads a field that this object does not have',
    remedy: 'See "ml-connector describe" for the fields of this company.',
  },
  INTACCT_AUDIT_DENIED: {
    kind: 'unavailable',
    means: 'this user may not view the audit history',
    remedy: 'Give its role View on custom reports (Platform Services), or let the sweep find deletions.',
  },
  INTACCT_PERMISSION_DENIED: {
    kind: 'unavailable',
    means: 'this user lacks a permission',
    remedy: 'An administrator gives the role of the Web Services user the permission that the text names.',
  },
  INTACCT_OBJECT_UNKNOWN: {
    kind: 'unavailable',
    means: 'this company does not have the object',
    remedy: 'Subscribe to the module, or take the flow out of the workspace.',
  },
  INTACCT_DUPLICATE: {
    kind: 'record',
    means: 'a record with this value exists',
    remedy: 'Match on the field that holds the value, so that the record is updated.',
  },
  INTACCT_CONTACT_TAKEN: {
    kind: 'record',
    means: 'the display contact that it would get is there already',
    remedy:
      'A contact stays when its vendor or customer is deleted. Delete the contact that the text names, or map DISPLAYCONTACT.CONTACTNAME to another name; then replay.',
  },
  INTACCT_VALUE_REFUSED: {
    kind: 'record',
    means: 'a value has a form that it does not accept',
    remedy: 'Correct the value at the source or in the mapping, then replay.',
  },
  INTACCT_PROCESSING_ERROR: { kind: 'transient', means: 'it had an error of its own', remedy: WAIT_REMEDY },
  INTACCT_ROLLED_BACK: {
    kind: 'record',
    means: 'it was rolled back with its transaction',
    remedy: 'See the record that failed in the same transaction.',
  },
  INTACCT_RECORD_REFUSED: {
    kind: 'record',
    means: 'the record was refused',
    remedy: 'Correct the record at the source or in the mapping, then replay.',
  },
  INTACCT_READ_REFUSED: {
    kind: 'contract',
    means: 'it refused in a way that this connector does not know',
    remedy: 'Report the text that Sage Intacct gave.',
  },
  INTACCT_TIMED_OUT: { kind: 'transient', means: 'no answer came in time', remedy: WAIT_REMEDY },
  INTACCT_DOWN: { kind: 'transient', means: 'the service is in trouble', remedy: WAIT_REMEDY },
  INTACCT_BLOCKED_AT_EDGE: {
    kind: 'transient',
    means: 'the edge in front of the service answered',
    remedy: WAIT_REMEDY,
    waitMs: 90_000,
  },
  INTACCT_ANSWER_BROKEN: { kind: 'transient', means: 'the answer is not a whole XML document', remedy: WAIT_REMEDY },
  INTACCT_UNEXPECTED: {
    kind: 'contract',
    means: 'it refused in a way that this connector does not know',
    remedy: 'Report the text that Sage Intacct gave.',
  },
} as const satisfies Readonly<Record<string, Meaning>>

export interface Recognition {
  readonly level?: Level
  readonly use?: 'read' | 'write'
  /** What was asked: `create VENDOR`. */
  readonly call?: RegExp
  readonly status?: readonly number[]
  readonly errorno?: readonly string[]
  readonly text?: RegExp
  readonly correction?: RegExp
  /** The request may have been carried out: a write becomes `uncertain`. */
  readonly mayHaveHappened?: true
  readonly code: keyof typeof INTACCT_MEANINGS
}

/** Matched on (level, status, errorno, text), never on the number alone: XL03000006 means five things. The first that fits decides. */
export const INTACCT_RECOGNITIONS: readonly Recognition[] = [
  { errorno: ['GW-0010'], code: 'INTACCT_TOO_MANY_REQUESTS' },
  { status: [429], code: 'INTACCT_TOO_MANY_REQUESTS' },
  { text: /API rate limit exceeded/i, code: 'INTACCT_TOO_MANY_REQUESTS' },
  { text: /too many operations running/i, code: 'INTACCT_COMPANY_BUSY' },
  { errorno: ['GW-0011', 'invalidRequest'], code: 'INTACCT_SENDER_REFUSED' },
  { level: 'control', errorno: ['XL03000006'], code: 'INTACCT_SENDER_REFUSED' },
  { errorno: ['PL04000055'], code: 'INTACCT_COMPANY_EXPIRED' },
  { text: /control ?id .*in process/i, code: 'INTACCT_STILL_RUNNING' },
  {
    text: /control ?id\b.*\b(already|duplicate|unique|used|executed|processed)|\b(already|duplicate)\b.*control ?id/i,
    code: 'INTACCT_ALREADY_EXECUTED',
  },
  { text: /temporarily off-?line/i, code: 'INTACCT_OFFLINE' },
  { correction: /try again later|again later|later time/i, code: 'INTACCT_OFFLINE' },
  { level: 'control', errorno: ['XL03000003'], code: 'INTACCT_REQUEST_REFUSED' },
  { level: 'authentication', text: /invalid session/i, code: 'INTACCT_SESSION_INVALID' },
  { level: 'authentication', text: /web services authorization/i, code: 'INTACCT_SENDER_NOT_AUTHORISED' },
  { level: 'authentication', text: /ip address/i, code: 'INTACCT_ADDRESS_DENIED' },
  { level: 'authentication', code: 'INTACCT_SIGN_IN_REFUSED' },
  { level: 'function', errorno: ['XL03000006'], text: /cannot be queried/i, code: 'INTACCT_FIELDS_FORBIDDEN' },
  { level: 'function', errorno: ['XL03000010'], code: 'INTACCT_FIELD_UNKNOWN' },
  { level: 'function', text: /invalid fields list/i, code: 'INTACCT_FIELD_UNKNOWN' },
  { level: 'function', text: /view audit history/i, code: 'INTACCT_AUDIT_DENIED' },
  { level: 'function', errorno: ['PL04000005'], code: 'INTACCT_PERMISSION_DENIED' },
  { level: 'function', text: /do not have permission/i, code: 'INTACCT_PERMISSION_DENIED' },
  { level: 'function', text: /object definition .* not found/i, code: 'INTACCT_OBJECT_UNKNOWN' },
  // sheet 9: a vendor made again under its old key and name meets the contact that it had
  { call: /^create (?!CONTACT$)/, text: /another contact with the given value/i, code: 'INTACCT_CONTACT_TAKEN' },
  { level: 'function', errorno: ['BL34000061', 'PL05000104'], code: 'INTACCT_DUPLICATE' },
  { level: 'function', use: 'write', text: /already exists/i, code: 'INTACCT_DUPLICATE' },
  { level: 'function', errorno: ['BL03000018'], code: 'INTACCT_VALUE_REFUSED' },
  { level: 'function', errorno: ['DL02000001'], code: 'INTACCT_PROCESSING_ERROR' },
  { level: 'function', errorno: ['XL03000009'], code: 'INTACCT_ROLLED_BACK' },
  { level: 'function', use: 'write', code: 'INTACCT_RECORD_REFUSED' },
  { level: 'function', code: 'INTACCT_READ_REFUSED' },
  { level: 'http', status: [524, 408], mayHaveHappened: true, code: 'INTACCT_TIMED_OUT' },
  { level: 'http', status: [500, 502, 503, 504], mayHaveHappened: true, code: 'INTACCT_DOWN' },
  {
    level: 'http',
    status: [520, 521, 522, 523, 525, 526, 530],
    mayHaveHappened: true,
    code: 'INTACCT_BLOCKED_AT_EDGE',
  },
  { level: 'http', status: [400, 401, 403, 404, 405, 413], code: 'INTACCT_BLOCKED_AT_EDGE' },
  { level: 'http', mayHaveHappened: true, code: 'INTACCT_ANSWER_BROKEN' },
  { code: 'INTACCT_UNEXPECTED' },
]
