import { setTimeout as delay } from 'node:timers/promises'
import { json, plain, Refusal } from './answers.ts'
import type { World } from './world.ts'

const MINUTE_MS = 60_000
const POLL_MS = 5

/** The licence's limits: calls wait in a queue without a sign of it, and are declined only in the end (fact sheet 8). */
export interface Throttle {
  /** Resolves when the call may be worked on; the answer gives the worker back. Throws the 429 of one that is declined. */
  enter(): Promise<() => void>
  readonly declined: number
  readonly waited: number
}

export function createThrottle(world: World): Throttle {
  const window = { from: Number.NEGATIVE_INFINITY, count: 0 }
  const state = { working: 0, queued: 0, declined: 0, waited: 0 }
  const now = () => world.clock.now().getTime()
  const decline = (): never => {
    state.declined += 1
    throw new Refusal(declined(world))
  }
  return {
    get declined() {
      return state.declined
    },
    get waited() {
      return state.waited
    },
    enter: async () => {
      const startedAt = now()
      const wait = delayOf(world, window, startedAt)
      const isReady = () => now() - startedAt >= wait && state.working < world.knobs().workers
      if (!isReady()) {
        if (state.queued >= world.knobs().queueLimit) decline()
        state.queued += 1
        state.waited += 1
        try {
          // the clock of the sandbox may be moved meanwhile: it is asked again and again
          while (!isReady()) {
            await delay(POLL_MS)
            if (now() - startedAt > world.knobs().queueWaitMs) decline()
          }
        } finally {
          state.queued -= 1
        }
      }
      state.working += 1
      if (world.knobs().latencyMs > 0) await delay(world.knobs().latencyMs)
      return () => {
        state.working -= 1
      }
    },
  }
}

/** From half of the limit each call is delayed by (seconds left in the minute) / (calls left). */
function delayOf(world: World, window: { from: number; count: number }, at: number): number {
  const limit = world.knobs().requestsPerMinute
  if (at - window.from >= MINUTE_MS) Object.assign(window, { from: at, count: 0 })
  window.count += 1
  if (limit === null) return 0
  const done = window.count - 1
  if (done * 2 < limit) return 0
  const leftMs = MINUTE_MS - (at - window.from)
  return limit > done ? leftMs / (limit - done) : leftMs
}

function declined(world: World) {
  const { declineFace, retryAfterSeconds } = world.knobs()
  const answer =
    declineFace === 'text'
      ? plain(429, 'The custom error module does not recognize this error.')
      : json(429, { message: 'The request limit of the license is exceeded.' })
  const hint = retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }
  return { ...answer, headers: { ...answer.headers, ...hint } }
}
