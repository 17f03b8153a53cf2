import type { Json, JsonObject } from '../../../engine/sdk/index.ts'

export const EDITIONS = ['free', 'standard', 'professional', 'enterprise', 'ultimate'] as const
export type Edition = (typeof EDITIONS)[number]
export const GATED_ANSWERS = ['INVALID_MODULE', 'NO_PERMISSION', 'NOT_SUPPORTED', 'FEATURE_NOT_SUPPORTED'] as const

/** What can be turned while the sandbox runs, and by `--option` when it starts. */
export interface Knobs {
  edition: Edition
  gatedAnswer: (typeof GATED_ANSWERS)[number]
  /** Credits of 24 hours; null: the edition's own figure. */
  credits: number | null
  /** Calls in flight; null: the edition's own figure. */
  concurrency: number | null
  expiresInSeconds: number
  /** The token answer carries the legacy pair: `expires_in_sec`, and `expires_in` in milliseconds. */
  expiresInSec: boolean
  scopes: string
  /** What the token answer says instead of the sandbox's own origin; '' leaves it out. */
  apiDomain: string | null
  strictPicklists: boolean
  /** Is a record changed in the very second of If-Modified-Since part of the answer? Unconfirmed (3.2). */
  sinceBoundary: 'exclusive' | 'inclusive'
  /** Do page tokens remember a place or a count of rows? With a count, edits shift rows between pages. */
  pageTokens: 'place' | 'count'
  pageTokenCap: number
  /** Every call of the API host takes at least this long. */
  latencyMs: number
  upsertDelayMs: number
  notifications: 'normal' | 'lost' | 'duplicate' | 'late'
  notifyDelayMs: number
  /** How long a bulk read takes, by the sandbox's clock. */
  bulkDelayMs: number
}

export const DEFAULT_SCOPES = [
  'ZohoCRM.modules.ALL',
  'ZohoCRM.settings.ALL',
  'ZohoCRM.org.READ',
  'ZohoCRM.users.READ',
  'ZohoCRM.coql.READ',
  'ZohoCRM.notifications.ALL',
  'ZohoCRM.bulk.READ',
].join(' ')

export function defaultKnobs(): Knobs {
  return {
    edition: 'professional',
    gatedAnswer: 'INVALID_MODULE',
    credits: null,
    concurrency: null,
    expiresInSeconds: 3600,
    expiresInSec: false,
    scopes: DEFAULT_SCOPES,
    apiDomain: null,
    strictPicklists: false,
    sinceBoundary: 'exclusive',
    pageTokens: 'place',
    pageTokenCap: 100_000,
    latencyMs: 0,
    upsertDelayMs: 0,
    notifications: 'normal',
    notifyDelayMs: 2000,
    bulkDelayMs: 2000,
  }
}

/** What each knob changes: help of `--option`. */
export const KNOB_TEXTS: Readonly<Record<keyof Knobs, string>> = {
  edition: 'free, standard, professional (default), enterprise or ultimate: modules, credits and slots follow',
  gatedAnswer: `answer for a module that the edition lacks: ${GATED_ANSWERS.join(', ')}`,
  credits: "API credits of 24 hours (default: the edition's)",
  concurrency: "calls in flight (default: the edition's)",
  expiresInSeconds: 'life of an access token (default 3600)',
  expiresInSec: 'true: the token answer carries the legacy pair, expires_in in milliseconds',
  scopes: 'scopes that new tokens get, separated by spaces',
  apiDomain: "api_domain of the token answer instead of the sandbox's own origin",
  strictPicklists: 'true: unknown picklist values are refused (default false)',
  sinceBoundary: 'exclusive (default) or inclusive: the second of If-Modified-Since itself',
  pageTokens: 'place (default) or count: whether a page token holds a record or a number of rows',
  pageTokenCap: 'rows that one chain of page tokens reaches (default 100000)',
  latencyMs: 'every API call takes at least this long (default 0)',
  upsertDelayMs: 'upserts take this much longer (default 0)',
  notifications: 'normal (default), lost, duplicate or late',
  notifyDelayMs: 'how late a late notification is (default 2000)',
  bulkDelayMs: 'how long a bulk read takes (default 2000)',
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
  (values: readonly string[]): Check =>
  value =>
    typeof value === 'string' && values.includes(value)

const CHECKS: Record<keyof Knobs, Check> = {
  edition: oneOf(EDITIONS),
  gatedAnswer: oneOf(GATED_ANSWERS),
  credits: orNull(isCount),
  concurrency: orNull(isCount),
  expiresInSeconds: isCount,
  expiresInSec: isFlag,
  scopes: isText,
  apiDomain: orNull(isText),
  strictPicklists: isFlag,
  sinceBoundary: oneOf(['exclusive', 'inclusive']),
  pageTokens: oneOf(['place', 'count']),
  pageTokenCap: isCount,
  latencyMs: isCount,
  upsertDelayMs: isCount,
  notifications: oneOf(['normal', 'lost', 'duplicate', 'late']),
  notifyDelayMs: isCount,
  bulkDelayMs: isCount,
}

export const isKnob = (name: string): name is keyof Knobs => Object.hasOwn(CHECKS, name)

/** Turns one knob; a value of the wrong kind throws. */
export function turn(knobs: Knobs, name: keyof Knobs, value: Json): void {
  if (!CHECKS[name](value)) throw new RangeError(`knob ${name} does not take ${JSON.stringify(value)}`)
  Object.assign(knobs, { [name]: value })
}

/** An `--option` is text: numbers, true, false and null are read as such, everything else stays text. */
export function parseOption(name: string, given: string): Json {
  if (name === 'scopes' || name === 'apiDomain') return given
  if (/^\d+$/.test(given)) return Number(given)
  return given === 'true' ? true : given === 'false' ? false : given === 'null' ? null : given
}

export const asObject = (value: Json | undefined, what: string): JsonObject => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw new RangeError(`${what} is an object`)
}
