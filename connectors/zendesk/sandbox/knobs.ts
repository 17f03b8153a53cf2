import type { Json } from '../../../engine/sdk/index.ts'

/** Requests a minute of a plan (fact sheet 6). */
export const PLANS = { essential: 10, team: 200, professional: 400, enterprise: 700, plus: 2500 } as const
export type Plan = keyof typeof PLANS

/** What can be turned while the sandbox runs, and by `--option` when it starts. */
export interface Knobs {
  plan: Plan
  highVolume: boolean
  /** null: the plan's own figure. */
  requestsPerMinute: number | null
  /** null: 10, or 30 with the High Volume add-on. */
  incrementalPerMinute: number | null
  recordUpdatesPerMinute: number
  ticketsIndexPerMinute: number
  searchExportPerMinute: number
  webhooksPerMinute: number
  webhookTestsPerMinute: number
  jobsInFlight: number
  throttleBody: 'text' | 'json'
  latencyMs: number
  /** Role of the user that the connection acts as. */
  role: 'admin' | 'agent' | 'end-user'
  accountSuspended: boolean
  apiTokens: 'allowed' | 'disabled' | 'by-date'
  /** Scopes that the client may ask for, separated by spaces; '' lets it ask for any. */
  allowedScopes: string
  badScope: 'refuse' | 'useless'
  /** null: access tokens never end, as those of old clients. */
  accessTokenSeconds: number | null
  refreshTokenSeconds: number
  tellsExpiry: boolean
  bulkUserImport: boolean
  jobDelayMs: number
  jobMsPerItem: number
  /** So many polls see a job unfinished even when it is done. */
  jobPolls: number
  jobNotFoundPolls: number
  jobOutcome: 'completed' | 'failed' | 'killed'
  duplicateRaceMs: number
  pageSizeAbove: 'cap' | 'refuse'
  tooRecent: 'current' | 'legacy'
  holdBackSeconds: number
  emptyPollCursor: 'same' | 'null'
  searchLagMs: number
  deliveries: 'normal' | 'lost' | 'duplicate' | 'late' | 'reordered'
  deliveryDelayMs: number
  deliveryTimeoutMs: number
  deliveryRetryMs: number
  breakerMinimum: number
  trialAccount: boolean
}

type Check = (value: Json) => boolean
const isCount: Check = value => typeof value === 'number' && Number.isInteger(value) && value >= 0
const isFlag: Check = value => typeof value === 'boolean'
const isText: Check = value => typeof value === 'string'
const orNull =
  (check: Check): Check =>
  value =>
    value === null || check(value)
const oneOf =
  (...values: readonly string[]): Check =>
  value =>
    typeof value === 'string' && values.includes(value)

interface Knob<T> {
  readonly first: T
  readonly check: Check
  readonly text: string
}

const KNOBS: { readonly [Name in keyof Knobs]: Knob<Knobs[Name]> } = {
  plan: {
    first: 'enterprise',
    check: oneOf(...Object.keys(PLANS)),
    text: 'essential, team, professional, enterprise (default) or plus: requests a minute follow',
  },
  highVolume: { first: false, check: isFlag, text: 'true: the High Volume API add-on' },
  requestsPerMinute: { first: null, check: orNull(isCount), text: "requests a minute (default: the plan's)" },
  incrementalPerMinute: { first: null, check: orNull(isCount), text: 'incremental exports a minute (default 10)' },
  recordUpdatesPerMinute: {
    first: 5,
    check: isCount,
    text: 'updates of one organization or user a minute (default 5)',
  },
  ticketsIndexPerMinute: { first: 100, check: isCount, text: 'lists of tickets a minute (default 100)' },
  searchExportPerMinute: { first: 100, check: isCount, text: 'search exports a minute (default 100)' },
  webhooksPerMinute: { first: 100, check: isCount, text: 'calls of the webhooks API a minute (default 100)' },
  webhookTestsPerMinute: { first: 20, check: isCount, text: 'test calls of webhooks a minute (default 20)' },
  jobsInFlight: { first: 30, check: isCount, text: 'jobs queued or working at once (default 30)' },
  throttleBody: {
    first: 'text',
    check: oneOf('text', 'json'),
    text: 'body of a 429 of the account: text (default) or json',
  },
  latencyMs: { first: 0, check: isCount, text: 'every API call takes at least this long (default 0)' },
  role: {
    first: 'admin',
    check: oneOf('admin', 'agent', 'end-user'),
    text: 'role of the connected user: admin (default), agent, end-user',
  },
  accountSuspended: { first: false, check: isFlag, text: 'true: every call is refused with 403' },
  apiTokens: {
    first: 'allowed',
    check: oneOf('allowed', 'disabled', 'by-date'),
    text: 'allowed (default), disabled, or by-date: over after 2027-04-30',
  },
  allowedScopes: { first: '', check: isText, text: 'scopes that the client may ask for (default: any)' },
  badScope: {
    first: 'refuse',
    check: oneOf('refuse', 'useless'),
    text: 'a scope out of bounds: refuse (default), or useless: a token that may do nothing',
  },
  accessTokenSeconds: {
    first: 1800,
    check: orNull(isCount),
    text: 'life of an access token (default 1800); null: for ever',
  },
  refreshTokenSeconds: { first: 2_592_000, check: isCount, text: 'life of a refresh token (default 2592000)' },
  tellsExpiry: { first: true, check: isFlag, text: 'false: token answers carry no expires_in' },
  bulkUserImport: { first: false, check: isFlag, text: 'true: Zendesk has enabled bulk import of users' },
  jobDelayMs: {
    first: 0,
    check: isCount,
    text: "how long a job waits in the queue, by the sandbox's clock (default 0)",
  },
  jobMsPerItem: { first: 0, check: isCount, text: 'how long a job works on each item (default 0)' },
  jobPolls: { first: 1, check: isCount, text: 'polls that see a job unfinished at least (default 1)' },
  jobNotFoundPolls: {
    first: 0,
    check: isCount,
    text: 'polls right after the submit that are answered 404 (default 0)',
  },
  jobOutcome: {
    first: 'completed',
    check: oneOf('completed', 'failed', 'killed'),
    text: 'completed (default), failed: nothing was done, killed: half was done',
  },
  duplicateRaceMs: {
    first: 0,
    check: isCount,
    text: 'POST organizations does not see names made this short a time ago (default 0)',
  },
  pageSizeAbove: {
    first: 'cap',
    check: oneOf('cap', 'refuse'),
    text: 'page[size] above the most: cap (default) or refuse',
  },
  tooRecent: {
    first: 'current',
    check: oneOf('current', 'legacy'),
    text: 'a start_time too recent: current (400, one minute; default) or legacy (422, five minutes)',
  },
  holdBackSeconds: { first: 60, check: isCount, text: 'the exports hold back this much (default 60)' },
  emptyPollCursor: {
    first: 'same',
    check: oneOf('same', 'null'),
    text: 'cursor of an empty poll of the ticket export: same (default) or null',
  },
  searchLagMs: { first: 0, check: isCount, text: 'search does not see changes younger than this (default 0)' },
  deliveries: {
    first: 'normal',
    check: oneOf('normal', 'lost', 'duplicate', 'late', 'reordered'),
    text: 'webhooks: normal (default), lost, duplicate, late or reordered',
  },
  deliveryDelayMs: { first: 2000, check: isCount, text: 'how late a late or reordered delivery is (default 2000)' },
  deliveryTimeoutMs: { first: 12_000, check: isCount, text: 'how long a receiver may take (default 12000)' },
  deliveryRetryMs: {
    first: 1000,
    check: isCount,
    text: 'wait before a delivery is tried again (default 1000); Retry-After wins',
  },
  breakerMinimum: {
    first: 10,
    check: isCount,
    text: 'attempts in five minutes before 70 % errors open the circuit (default 10)',
  },
  trialAccount: { first: false, check: isFlag, text: 'true: 10 webhooks and 60 invocations a minute' },
}

export const isKnob = (name: string): name is keyof Knobs => Object.hasOwn(KNOBS, name)

export function defaultKnobs(): Knobs {
  const knobs = Object.fromEntries(Object.entries(KNOBS).map(([name, it]) => [name, it.first]))
  // every name of the table is there with a value of its own type: the table's type says so
  return knobs as unknown as Knobs
}

/** What each knob changes: help of `--option`. */
export const KNOB_TEXTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(KNOBS).map(([name, it]) => [name, it.text]),
)

/** Turns one knob; an unknown name or a value of the wrong kind throws. */
export function turnKnob(knobs: Knobs, name: string, value: Json): void {
  if (!isKnob(name)) throw new RangeError(`no knob is called ${name}`)
  if (!KNOBS[name].check(value)) throw new RangeError(`knob ${name} does not take ${JSON.stringify(value)}`)
  Object.assign(knobs, { [name]: value })
}

/** An `--option` is text: numbers, true, false and null are read as such, everything else stays text. */
export function parseOption(name: string, given: string): Json {
  if (name === 'allowedScopes') return given
  if (/^\d+$/.test(given)) return Number(given)
  return given === 'true' ? true : given === 'false' ? false : given === 'null' ? null : given
}
