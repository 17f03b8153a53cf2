import type { KnobBoard as Board, KnobTable } from '../../../engine/sdk/index.ts'
import { isDateFormat, parseOffset } from './wire/when.ts'

/** Everything of the imitated company that can be switched while it runs. */
export interface Knobs {
  readonly sessionSeconds: number
  readonly gmtOffset: string
  readonly dateFormat: string
  readonly deniedObjects: readonly string[]
  readonly deniedFields: readonly string[]
  readonly auditHistory: string
  readonly auditZone: string
  readonly lateVisibleMs: number
  readonly concurrency: number
  readonly holdMs: number
  readonly workMs: number
  readonly busyAnswer: string
  readonly perWindow: number
  readonly windowMs: number
  readonly retryAfterSeconds: number
  readonly oldSenderError: boolean
  readonly senderAuthorised: boolean
  readonly supportIds: boolean
  readonly failedBatch: string
  readonly offlineCalls: number
  readonly contactTouchesOwner: boolean
}

/** The knobs of one started sandbox. */
export type KnobBoard = Board<Knobs>

const isOffset = (text: string): boolean => parseOffset(text) !== undefined

/** Names, kinds, first values and help of all knobs: `POST /_sandbox/knobs` and `--option` both go by it. */
export const KNOBS: KnobTable<Knobs> = {
  sessionSeconds: {
    kind: 'count',
    initial: 21_600,
    help: 'seconds that a session lives after its last call; the knob expireSessions ends all of them now',
  },
  gmtOffset: { kind: isOffset, initial: '+00:00', help: "the API user's GMT offset, e.g. -08:00" },
  dateFormat: {
    kind: isDateFormat,
    initial: '/mdY',
    help: "the API user's date format: separator and order, e.g. .dmY",
  },
  deniedObjects: { kind: 'names', initial: [], help: 'objects that the user may not read or write, comma separated' },
  deniedFields: { kind: 'names', initial: [], help: 'fields that cannot be queried, e.g. VENDOR.TAXID,CUSTOMER.TAXID' },
  auditHistory: {
    kind: ['allowed', 'denied', 'flaky'],
    initial: 'allowed',
    help: 'AUDITHISTORY: allowed, denied, or flaky (every second query fails with DL02000001)',
  },
  auditZone: { kind: ['utc', 'user'], initial: 'utc', help: 'zone of ACCESSTIME: utc or user' },
  lateVisibleMs: { kind: 'count', initial: 0, help: 'milliseconds after which query and readByQuery see a change' },
  concurrency: { kind: 'count', initial: 2, help: 'calls that run at the same time' },
  holdMs: { kind: 'count', initial: 30_000, help: 'milliseconds that a call too many is held before it is refused' },
  workMs: { kind: 'count', initial: 0, help: 'milliseconds that every call takes' },
  busyAnswer: {
    kind: ['gateway', 'operations'],
    initial: 'gateway',
    help: 'a call too many gets GW-0010 (gateway) or "too many operations" per function (operations)',
  },
  perWindow: { kind: 'count', initial: 0, help: 'calls per window before GW-0010; 0: no limit' },
  windowMs: { kind: 'count', initial: 60_000, help: 'length of that window in milliseconds' },
  retryAfterSeconds: { kind: 'count', initial: 0, help: 'Retry-After of GW-0010; 0: no such header' },
  oldSenderError: { kind: 'flag', initial: false, help: 'a bad sender gets the older XL03000006 instead of GW-0011' },
  senderAuthorised: { kind: 'flag', initial: true, help: 'false: the company did not authorise the sender' },
  supportIds: { kind: 'flag', initial: true, help: 'false: error texts carry no Support ID' },
  failedBatch: {
    kind: ['undone', 'kept'],
    initial: 'undone',
    help: 'records of a function before the one that failed: undone or kept',
  },
  offlineCalls: {
    kind: 'count',
    initial: 0,
    help: 'so many next functions answer that the service is temporarily off-line',
  },
  contactTouchesOwner: {
    kind: 'flag',
    initial: false,
    help: 'true: a change of a contact moves WHENMODIFIED of its vendor or customer',
  },
}
