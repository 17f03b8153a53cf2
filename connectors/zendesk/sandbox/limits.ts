import type { SandboxAnswer } from '../../../engine/sdk/index.ts'
import type { Account } from './account.ts'
import { json, plain, Refusal } from './answers.ts'
import { type Knobs, PLANS } from './knobs.ts'

const MINUTE = 60

interface Limit {
  readonly most: (knobs: Knobs) => number
  readonly windowSeconds: number
  /** Shown with every answer of such a call. */
  readonly header?: string
  /** One record's own budget: another body. */
  readonly perRecord?: boolean
}

const minute = (most: Limit['most'], more: Partial<Limit> = {}): Limit => ({ most, windowSeconds: MINUTE, ...more })

/** Extra limits of single endpoints (fact sheet 6). */
const LIMITS = {
  incremental: minute(it => it.incrementalPerMinute ?? (it.highVolume ? 30 : 10)),
  'organization-update': minute(it => it.recordUpdatesPerMinute, { perRecord: true }),
  'user-update': minute(it => it.recordUpdatesPerMinute, { perRecord: true }),
  'ticket-update': {
    most: () => 30,
    windowSeconds: 10 * MINUTE,
    perRecord: true,
    header: 'zendesk-ratelimit-per-ticket-updates',
  },
  'ticket-updates': minute(it => (it.highVolume ? 300 : 100)),
  'tickets-index': minute(it => it.ticketsIndexPerMinute, { header: 'zendesk-ratelimit-tickets-index' }),
  'search-export': minute(it => it.searchExportPerMinute),
  webhooks: minute(it => it.webhooksPerMinute),
  'webhook-test': minute(it => it.webhookTestsPerMinute),
} satisfies Readonly<Record<string, Limit>>

export type LimitName = keyof typeof LIMITS

export interface Limits {
  /** Counts a call of the account; throws the 429. */
  enter(): void
  /** Counts a call of an endpoint, or of one record of it; throws the 429. Answers the headers to show. */
  spend(name: LimitName, record?: number): Readonly<Record<string, string>>
  /** The account's, for every API answer. */
  headers(): Readonly<Record<string, string>>
  readonly throttled: number
}

type Refused = (reset: number) => SandboxAnswer

export function createLimits(account: Account): Limits {
  const windows = createWindows(account)
  const perMinute = () =>
    account.knobs.requestsPerMinute ?? PLANS[account.knobs.highVolume ? 'plus' : account.knobs.plan]
  const plainly: Refused = reset => tooMany(reset, account.knobs.throttleBody)
  let throttled = 0
  const take = (name: string, it: { readonly most: number; readonly seconds: number; readonly refused: Refused }) => {
    const window = windows.of(name, it.seconds)
    if (window.count >= it.most) {
      throttled += 1
      throw new Refusal(it.refused(window.reset))
    }
    return windows.count(name, it.seconds)
  }
  return {
    get throttled() {
      return throttled
    },
    enter: () => void take('account', { most: perMinute(), seconds: MINUTE, refused: plainly }),
    spend: (name, record) => {
      const { most: mostOf, windowSeconds: seconds, perRecord, header }: Limit = LIMITS[name]
      const most = mostOf(account.knobs)
      const refused = perRecord ? tooManyUpdates : plainly
      const { count, reset } = take(record === undefined ? name : `${name} ${record}`, { most, seconds, refused })
      return header === undefined ? {} : { [header]: `total=${most}; remaining=${most - count}; resets=${reset}` }
    },
    headers: () => accountHeaders(perMinute(), windows.of('account', MINUTE)),
  }
}

function accountHeaders(most: number, { count, reset }: { readonly count: number; readonly reset: number }) {
  const [limit, remaining] = [String(most), String(Math.max(0, most - count))]
  return {
    'x-rate-limit': limit,
    'x-rate-limit-remaining': remaining,
    'ratelimit-limit': limit,
    'ratelimit-remaining': remaining,
    'ratelimit-reset': String(reset),
  }
}

const tooMany = (reset: number, body: Knobs['throttleBody']): SandboxAnswer => {
  const headers = { 'retry-after': String(reset) }
  const text = 'Number of allowed API requests per minute exceeded'
  return body === 'text'
    ? plain(429, text, headers)
    : json(429, { error: 'APIRateLimitExceeded', description: text }, headers)
}

const tooManyUpdates = (reset: number): SandboxAnswer =>
  json(
    429,
    { errors: [{ code: 'TooManyRequests', title: 'Too many requests to update' }] },
    { 'retry-after': String(reset) },
  )

/** Fixed windows with a countdown: all begin anew together (6). Counts of a window that is over are dropped. */
function createWindows(account: Account) {
  const held = new Map<number, { start: number; counts: Map<string, number> }>()
  const open = (seconds: number) => {
    const start = Math.floor(account.seconds() / seconds) * seconds
    const window = held.get(seconds)
    if (window?.start === start) return window
    const next = { start, counts: new Map<string, number>() }
    held.set(seconds, next)
    return next
  }
  const of = (name: string, seconds: number) => {
    const { start, counts } = open(seconds)
    return { count: counts.get(name) ?? 0, reset: start + seconds - account.seconds() }
  }
  return {
    of,
    count: (name: string, seconds: number) => {
      const { counts } = open(seconds)
      counts.set(name, (counts.get(name) ?? 0) + 1)
      return of(name, seconds)
    },
  }
}
