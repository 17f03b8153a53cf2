import { refuse } from './answers.ts'
import type { Edition } from './knobs.ts'
import type { Org } from './org.ts'

export const LICENSED_USERS = 10
const DAY_MS = 24 * 3600_000
const SUB_CONCURRENCY = 10

/** Fact sheet 6.1: credits of a rolling 24 hours, and calls in flight. */
const PLANS: Record<Edition, { readonly credits: number; readonly concurrency: number }> = {
  free: { credits: 5_000, concurrency: 5 },
  standard: { credits: Math.min(50_000 + 250 * LICENSED_USERS, 100_000), concurrency: 10 },
  professional: { credits: Math.min(50_000 + 500 * LICENSED_USERS, 3_000_000), concurrency: 15 },
  enterprise: { credits: Math.min(50_000 + 1_000 * LICENSED_USERS, 5_000_000), concurrency: 20 },
  ultimate: { credits: 50_000 + 2_000 * LICENSED_USERS, concurrency: 25 },
}

export interface Cost {
  readonly credits: number
  /** Counts against the ten slots that big writes, sorted lists and COQL share (6.2). */
  readonly isSub: boolean
}

export interface Usage {
  readonly creditsUsed: number
  readonly creditsRefused: number
  readonly throttled: number
  /** Takes a slot and the credits; the answer gives the slot back. Throws the 429 when there is none. */
  enter(cost: Cost): () => void
  /** Present only once half of the day's credits are used (6.3). */
  headers(): Readonly<Record<string, string>>
}

export function createUsage(org: Org): Usage {
  const credits = createCredits(org)
  const counts = { inFlight: 0, subInFlight: 0, throttled: 0 }
  return {
    get creditsUsed() {
      return credits.used()
    },
    get creditsRefused() {
      return credits.refused
    },
    get throttled() {
      return counts.throttled
    },
    enter: cost => {
      const limit = org.knobs.concurrency ?? PLANS[org.knobs.edition].concurrency
      if (counts.inFlight >= limit || (cost.isSub && counts.subInFlight >= SUB_CONCURRENCY)) {
        counts.throttled += 1
        throw tooMany()
      }
      credits.spend(cost.credits)
      const sub = cost.isSub ? 1 : 0
      counts.inFlight += 1
      counts.subInFlight += sub
      return () => {
        counts.inFlight -= 1
        counts.subInFlight -= sub
      }
    },
    headers: () => {
      const [used, budget] = [credits.used(), credits.budget()]
      return used * 2 >= budget ? { 'x-api-credits-remaining': String(Math.max(0, budget - used)) } : {}
    },
  }
}

/** Credits of the last 24 hours, by the minute; each comes back a day after its use, not at midnight. */
function createCredits(org: Org) {
  const spent: { at: number; credits: number }[] = []
  let sum = 0
  let refused = 0
  const budget = () => org.knobs.credits ?? PLANS[org.knobs.edition].credits
  const used = () => {
    const now = org.clock.now().getTime()
    while (spent[0] && now - spent[0].at >= DAY_MS) sum -= spent.shift()?.credits ?? 0
    return sum
  }
  return {
    budget,
    used,
    get refused() {
      return refused
    },
    spend: (credits: number) => {
      if (used() + credits > budget()) {
        refused += 1
        throw noCredits()
      }
      const minute = Math.floor(org.clock.now().getTime() / 60_000) * 60_000
      const last = spent.at(-1)
      if (last?.at === minute) last.credits += credits
      else spent.push({ at: minute, credits })
      sum += credits
    },
  }
}

const tooMany = () =>
  refuse('TOO_MANY_REQUESTS', 'You have exceeded the number of requests that may run at once', {}, 429)

const noCredits = () =>
  refuse('TOO_MANY_REQUESTS', 'You have exceeded the API credits of your organisation for 24 hours', {}, 429)
