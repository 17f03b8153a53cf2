import type { Clock } from '../../engine/core/clock.ts'

/** A clock whose sleeps take no time: they move it on instead. Remembers how long was slept. */
export interface TestClock extends Clock {
  readonly slept: readonly number[]
  advance(ms: number): void
}

export function testClock(start: Date = new Date()): TestClock {
  const began = Date.now()
  const slept: number[] = []
  let ahead = 0
  return {
    slept,
    // real time goes on underneath, so that it never differs from a sandbox's clock by more than what was slept
    now: () => new Date(start.getTime() + (Date.now() - began) + ahead),
    advance: ms => {
      ahead += ms
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      slept.push(ms)
      ahead += ms
      await new Promise(resolve => setImmediate(resolve))
    },
  }
}
