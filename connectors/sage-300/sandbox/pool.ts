import { setTimeout as delay } from 'node:timers/promises'
import type { SandboxAnswer, SandboxClock } from '../../../engine/sdk/index.ts'
import { errorBody, page, Refusal } from './answers.ts'
import type { KnobBoard } from './knobs.ts'

/** The application pool of IIS around the application: it may be stopped, asleep or busy (fact sheet 6 and 7). */
export interface Pool {
  run(call: () => SandboxAnswer): Promise<SandboxAnswer>
  /** The most calls that ever ran at the same time. */
  mostInFlight(): number
}

export function createPool(knobs: KnobBoard, clock: SandboxClock): Pool {
  let [inFlight, most] = [0, 0]
  let lastCallAt = Number.NEGATIVE_INFINITY
  const isAsleep = () => clock.now().getTime() - lastCallAt > knobs.now().idleMinutes * 60_000
  return {
    mostInFlight: () => most,
    run: async call => {
      const { appPool, unavailableCalls, concurrency, latencyMs, coldStartMs } = knobs.now()
      if (unavailableCalls > 0) knobs.set('unavailableCalls', unavailableCalls - 1)
      if (appPool === 'stopped' || unavailableCalls > 0) return page(503, 'Service Unavailable')
      if (concurrency > 0 && inFlight >= concurrency)
        return errorBody(new Refusal(429, 'TooManyRequests', 'Too many concurrent requests.'))
      inFlight += 1
      most = Math.max(most, inFlight)
      try {
        const wait = latencyMs + (isAsleep() ? coldStartMs : 0)
        lastCallAt = clock.now().getTime()
        if (wait > 0) await delay(wait)
        return call()
      } finally {
        inFlight -= 1
      }
    },
  }
}
