import type { KnobBoard as Board, KnobTable } from '../../../engine/sdk/index.ts'

/** Everything of the imitated installation that can be switched while it runs, and by `--option` at the start. */
export interface Knobs {
  readonly pageSize: number
  readonly timeZone: string
  readonly dateSuffix: string
  readonly padded: boolean
  readonly lenient: boolean
  readonly contentType: string
  readonly createdStatus: string
  readonly keyCase: string
  readonly overlong: string
  readonly priceOverride: string
  readonly order: string
  readonly nextLinkOrigin: string
  readonly countForm: string
  readonly entryAsList: boolean
  readonly uniquifiers: string
  readonly balanceTouches: boolean
  readonly pathValidation: boolean
  readonly queryBytes: number
  readonly adminAllowed: boolean
  readonly foldUserId: boolean
  readonly passwordCase: string
  readonly lockAfter: number
  readonly deniedModules: readonly string[]
  readonly deniedResources: readonly string[]
  readonly readOnlyResources: readonly string[]
  readonly missingResources: readonly string[]
  readonly dayEnd: boolean
  readonly lockedRecords: readonly string[]
  readonly appPool: string
  readonly unavailableCalls: number
  readonly concurrency: number
  readonly latencyMs: number
  readonly coldStartMs: number
  readonly idleMinutes: number
  readonly fiscalYears: string
}

/** The knobs of one started sandbox. */
export type KnobBoard = Board<Knobs>

/** What dates end in: Z, an offset or nothing. */
const isSuffix = (text: string): boolean => /^(Z|[+-]\d\d:\d\d)?$/.test(text)
const areYears = (text: string): boolean => /^\d{4}-\d{4}$/.test(text)

/** Names, kinds, first values and help of all knobs: `POST /_sandbox/knobs` and `--option` both go by it. */
export const KNOBS: KnobTable<Knobs> = {
  pageSize: { kind: 'count', initial: 100, help: 'records of a page, and the most that $top gets at once' },
  timeZone: { kind: 'zone', initial: 'UTC', help: 'IANA zone of the server: DateLastMaintained is a date there' },
  dateSuffix: { kind: isSuffix, initial: 'Z', help: 'what printed dates end in: Z, an offset such as -08:00, or ""' },
  padded: { kind: 'flag', initial: false, help: 'true: strings come padded with blanks to their length' },
  lenient: {
    kind: 'flag',
    initial: false,
    help: 'true: $orderby and $expand are ignored, and bare dates, datetime literals, substringof and 1.5m are read',
  },
  contentType: {
    kind: ['never', 'writes', 'always'],
    initial: 'writes',
    help: 'calls that get 500 without Content-Type: application/json: never, writes or always',
  },
  createdStatus: { kind: ['201', '200'], initial: '201', help: 'status of an insert: 201 or 200' },
  keyCase: { kind: ['kept', 'upper'], initial: 'kept', help: 'upper: keys are folded to upper case, as screens do' },
  overlong: { kind: ['refused', 'cut'], initial: 'refused', help: 'a string beyond its length: refused (409) or cut' },
  priceOverride: {
    kind: ['required', 'implied'],
    initial: 'required',
    help: 'required: a line keeps its own price only after PriceOverride: true; implied: always',
  },
  order: {
    kind: ['key', 'entry'],
    initial: 'key',
    help: 'order of collections: key (ascending) or entry (as they were entered; nothing promises an order)',
  },
  nextLinkOrigin: {
    kind: 'text',
    initial: '',
    help: 'origin in nextLink, as behind a proxy: http://erp-internal:8080',
  },
  countForm: {
    kind: ['number', 'text'],
    initial: 'number',
    help: 'text: the count comes as "odata.count", a string, as the reference prints it',
  },
  entryAsList: { kind: 'flag', initial: false, help: 'true: a read by key answers a list of one, as the swagger says' },
  uniquifiers: {
    kind: ['ascending', 'descending'],
    initial: 'ascending',
    help: 'numbers of new orders and invoices: above all others, or below them (nothing promises that they ascend)',
  },
  balanceTouches: { kind: 'flag', initial: false, help: 'true: a change of the balance sets DateLastMaintained' },
  pathValidation: {
    kind: 'flag',
    initial: false,
    help: 'true: ASP.NET refuses paths with < > * % & : \\ ? in them, with 400 and a page',
  },
  queryBytes: { kind: 'count', initial: 2048, help: 'longest query string; beyond it IIS answers 404 with a page' },
  adminAllowed: { kind: 'flag', initial: false, help: 'true: ADMIN may use the Web API' },
  foldUserId: { kind: 'flag', initial: false, help: 'true: user IDs are accepted in any case' },
  passwordCase: {
    kind: ['exact', 'upper'],
    initial: 'exact',
    help: 'upper: an older installation, which holds passwords in upper case and accepts no other',
  },
  lockAfter: { kind: 'count', initial: 0, help: 'wrong passwords in a row after which the user is locked; 0: never' },
  deniedModules: { kind: 'names', initial: [], help: 'modules without the Web API right, e.g. OE,IC' },
  deniedResources: { kind: 'names', initial: [], help: 'resources that the user may not see, e.g. AP/APVendors' },
  readOnlyResources: { kind: 'names', initial: [], help: 'resources that the user may see but not change' },
  missingResources: { kind: 'names', initial: [], help: 'resources that this release does not have' },
  dayEnd: { kind: 'flag', initial: false, help: 'true: day end is running; writes to OE and IC get a false duplicate' },
  lockedRecords: { kind: 'names', initial: [], help: "records that another user holds, e.g. AR/ARCustomers('1200')" },
  appPool: { kind: ['running', 'stopped'], initial: 'running', help: 'stopped: 503 with a page for every call' },
  unavailableCalls: { kind: 'count', initial: 0, help: 'so many next calls get 503: the pool recycles' },
  concurrency: { kind: 'count', initial: 0, help: 'calls in flight before 429; 0: no limit' },
  latencyMs: { kind: 'count', initial: 0, help: 'milliseconds that every call takes' },
  coldStartMs: { kind: 'count', initial: 0, help: 'milliseconds that the first call after idling takes longer' },
  idleMinutes: { kind: 'count', initial: 20, help: 'minutes without a call after which the pool goes to sleep' },
  fiscalYears: { kind: areYears, initial: '2015-2035', help: 'years of the fiscal calendar' },
}
