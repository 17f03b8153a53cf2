import type { Json } from '../../../engine/sdk/index.ts'

type Kind =
  | { readonly is: 'count'; readonly orNull?: boolean }
  | { readonly is: 'flag' }
  | { readonly is: 'text' }
  | { readonly is: 'zone' }
  | { readonly is: 'names' }
  | { readonly is: 'one'; readonly of: readonly string[] }

interface Knob<Value> {
  readonly kind: Kind
  readonly initial: Value
  /** Help of `--option`. */
  readonly text: string
}

/** What can be turned while the sandbox runs, and by `--option` when it starts. */
export interface Knobs {
  readonly build: string
  readonly accessTokenSeconds: number
  readonly refreshDays: number
  readonly slidingExpiration: boolean
  readonly slidingDays: number
  readonly absoluteDays: number
  readonly reuseRevokes: boolean
  readonly apiSessions: number
  readonly sessionsPerUser: number
  readonly loginLimitFace: string
  readonly tokenLimitStatus: number
  readonly cookieIdleMinutes: number
  readonly requestsPerMinute: number | null
  readonly workers: number
  readonly queueLimit: number
  readonly queueWaitMs: number
  readonly declineFace: string
  readonly retryAfterSeconds: number | null
  readonly latencyMs: number
  readonly timeZone: string
  readonly timestampsIn: string
  readonly literalsIn: string
  readonly pushTimesIn: string
  readonly lateMs: number
  readonly order: string
  readonly customerNumbering: string
  readonly delegates: readonly string[]
  readonly detailFilter: string
  readonly narrowSelect: string
  readonly linkedEditsTouch: boolean
  readonly pathCharacters: string
  readonly droppedFields: readonly string[]
  readonly visibleClasses: readonly string[]
  readonly deniedEntities: readonly string[]
  readonly setupMissing: readonly string[]
  readonly brokenEntities: readonly string[]
  readonly anonymousSwagger: boolean
  readonly operationMs: number
  readonly operationsFail: boolean
  readonly pushUrl: string
  readonly pushHeader: string
  readonly pushSecret: string
  readonly pushEntities: readonly string[]
  readonly pushQueryPrefix: string
  readonly pushSplit: boolean
  readonly pushDuplicates: boolean
  readonly pushRetryMs: number
}

const COUNT: Kind = { is: 'count' }
const FLAG: Kind = { is: 'flag' }
const TEXT: Kind = { is: 'text' }
const NAMES: Kind = { is: 'names' }
const MAYBE: Kind = { is: 'count', orNull: true }
const ZONE: Kind = { is: 'one', of: ['utc', 'tenant'] }
const one = (...of: readonly string[]): Kind => ({ is: 'one', of })

export const KNOBS: { readonly [Name in keyof Knobs]: Knob<Knobs[Name]> } = {
  build: {
    kind: TEXT,
    initial: '25.200.0210',
    text: 'build; versions of Default and PATCH follow (default 25.200.0210)',
  },
  accessTokenSeconds: { kind: COUNT, initial: 3600, text: 'life of an access token (default 3600)' },
  refreshDays: {
    kind: COUNT,
    initial: 30,
    text: 'life of a chain of refresh tokens, from the first grant (default 30)',
  },
  slidingExpiration: { kind: FLAG, initial: false, text: 'true: each refresh adds slidingDays, up to absoluteDays' },
  slidingDays: { kind: COUNT, initial: 15, text: 'sliding lifetime of a refresh token (default 15)' },
  absoluteDays: {
    kind: COUNT,
    initial: 90,
    text: 'absolute lifetime with sliding expiration, 0: infinite (default 90)',
  },
  reuseRevokes: {
    kind: FLAG,
    initial: false,
    text: 'true: a used refresh token kills its whole chain (default false)',
  },
  apiSessions: { kind: COUNT, initial: 8, text: 'API sessions of the licence (default 8; a trial has 2)' },
  sessionsPerUser: { kind: COUNT, initial: 4, text: 'API sessions of one user (default 4)' },
  loginLimitFace: {
    kind: one('500', '429', '302'),
    initial: '500',
    text: 'answer when the licence is full: 500, 429, 302',
  },
  tokenLimitStatus: {
    kind: COUNT,
    initial: 400,
    text: 'status of a token call when the licence is full (default 400)',
  },
  cookieIdleMinutes: { kind: COUNT, initial: 10, text: 'idle time of a cookie session (default 10)' },
  requestsPerMinute: {
    kind: MAYBE,
    initial: null,
    text: 'limit of calls per minute; delays from half of it (default none)',
  },
  workers: { kind: COUNT, initial: 6, text: 'calls that are worked on at the same time (default 6)' },
  queueLimit: { kind: COUNT, initial: 20, text: 'calls that may wait before others are declined (default 20)' },
  queueWaitMs: { kind: COUNT, initial: 600_000, text: 'longest wait of a call before it is declined (default 600000)' },
  declineFace: { kind: one('json', 'text'), initial: 'json', text: 'body of a declined call: json or text' },
  retryAfterSeconds: { kind: MAYBE, initial: null, text: 'Retry-After of a declined call (default none)' },
  latencyMs: { kind: COUNT, initial: 0, text: 'every call takes at least this long (default 0)' },
  timeZone: {
    kind: { is: 'zone' },
    initial: 'America/New_York',
    text: "the tenant's time zone (default America/New_York)",
  },
  timestampsIn: { kind: ZONE, initial: 'utc', text: 'zone and offset that timestamps are printed in: utc or tenant' },
  literalsIn: {
    kind: ZONE,
    initial: 'tenant',
    text: 'zone of a datetimeoffset without offset: utc or tenant (default)',
  },
  pushTimesIn: { kind: ZONE, initial: 'utc', text: 'zone of the times in push notifications: utc or tenant' },
  lateMs: {
    kind: COUNT,
    initial: 0,
    text: "a person's change is stamped at once and visible this much later (default 0)",
  },
  order: {
    kind: one('key', 'shuffled', 'random'),
    initial: 'key',
    text: 'order of lists: key, shuffled (stable), random (every call)',
  },
  customerNumbering: {
    kind: one('auto', 'manual'),
    initial: 'auto',
    text: 'auto (default): new customers get a number whatever key was sent',
  },
  delegates: {
    kind: NAMES,
    initial: ['Payment.ApplicationHistory', 'Customer.CreditVerificationRules'],
    text: 'Entity.Field that a list cannot be optimised with',
  },
  detailFilter: {
    kind: one('refuse', 'ignore', 'random'),
    initial: 'refuse',
    text: 'what a filter on detail fields does: refuse, ignore, random',
  },
  narrowSelect: {
    kind: one('keeps', 'drops'),
    initial: 'keeps',
    text: '$select keeps (default) or drops rowNumber, note and custom',
  },
  linkedEditsTouch: {
    kind: FLAG,
    initial: true,
    text: 'false: an edit of a contact or an address leaves the change time of its customer or vendor',
  },
  pathCharacters: {
    kind: one('any', 'iis'),
    initial: 'any',
    text: 'iis: keys with & % * : < > in the path are refused with 400 (default any)',
  },
  droppedFields: { kind: NAMES, initial: [], text: 'Entity.Field that a write drops without a word' },
  visibleClasses: { kind: NAMES, initial: [], text: 'customer classes that the user may see; none: all' },
  deniedEntities: { kind: NAMES, initial: [], text: "entities that the user's role lacks" },
  setupMissing: { kind: NAMES, initial: [], text: 'entities whose preferences were never entered' },
  brokenEntities: { kind: NAMES, initial: [], text: 'entities whose metadata is broken: redirect to /ui/error' },
  anonymousSwagger: { kind: FLAG, initial: false, text: 'true: swagger.json without a sign-in' },
  operationMs: { kind: COUNT, initial: 50, text: 'how long a release takes, by the clock of the sandbox (default 50)' },
  operationsFail: { kind: FLAG, initial: false, text: 'true: long operations end with an error' },
  pushUrl: { kind: TEXT, initial: '', text: 'where push notifications go: an address on loopback; empty: nowhere' },
  pushHeader: { kind: TEXT, initial: 'X-Push-Secret', text: 'header of the shared secret (default X-Push-Secret)' },
  pushSecret: { kind: TEXT, initial: 'sandbox-push-secret', text: 'the shared secret' },
  pushEntities: {
    kind: NAMES,
    initial: ['Customer'],
    text: 'entities with a data query of their own (default Customer)',
  },
  pushQueryPrefix: { kind: TEXT, initial: '', text: 'what precedes the entity in the name of a query' },
  pushSplit: { kind: FLAG, initial: false, text: 'true: the halves of an update come in separate requests' },
  pushDuplicates: { kind: FLAG, initial: false, text: 'true: each notification is sent twice' },
  pushRetryMs: { kind: COUNT, initial: 200, text: 'time between attempts (default 200)' },
}

export const KNOB_TEXTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(KNOBS).map(([name, { text }]) => [name, text]),
)

const isKnob = (name: string): name is keyof Knobs => Object.hasOwn(KNOBS, name)

export interface KnobBoard {
  now(): Knobs
  /** Throws a RangeError for an unknown name or a value that it cannot have. Text is read as `--option` gives it. */
  set(name: string, value: Json): void
}

export function createKnobs(): KnobBoard {
  // the table is keyed by the interface and `heldIn` keeps each value of its kind
  let knobs = Object.fromEntries(Object.entries(KNOBS).map(([name, it]) => [name, it.initial])) as unknown as Knobs
  return {
    now: () => knobs,
    set: (name, value) => {
      if (!isKnob(name)) throw new RangeError(`no knob is called ${name}`)
      const parsed = heldIn(KNOBS[name].kind, value)
      if (parsed === undefined) throw new RangeError(`knob ${name} does not take ${JSON.stringify(value)}`)
      knobs = { ...knobs, [name]: parsed }
    },
  }
}

function heldIn(kind: Kind, value: Json): Json | undefined {
  const text = typeof value === 'string' ? value : undefined
  switch (kind.is) {
    case 'count':
      if (kind.orNull && (value === null || text === 'null')) return null
      return /^\d+$/.test(String(value)) ? Number(value) : undefined
    case 'flag':
      return String(value) === 'true' ? true : String(value) === 'false' ? false : undefined
    case 'text':
      return text
    case 'zone':
      return text !== undefined && isZone(text) ? text : undefined
    case 'one':
      return kind.of.includes(String(value)) ? String(value) : undefined
    case 'names':
      if (text !== undefined)
        return text
          .split(',')
          .map(it => it.trim())
          .filter(it => it !== '')
      return Array.isArray(value) ? value.map(String) : undefined
  }
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    // the runtime says "no such zone" by throwing
    return false
  }
}
