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

/** A clock that stands still until `pass` moves it; whoever sleeps wakes when its time has come, in order. */
export interface ManualClock extends Clock {
  /** Lets `ms` pass, and everybody who wakes meanwhile have their turn. */
  pass(ms: number): Promise<void>
}

export function manualClock(start: Date): ManualClock {
  let now = start.getTime()
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>()
  const turn = () => new Promise(resolve => setImmediate(resolve))
  return {
    now: () => new Date(now),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const sleeper = { at: now + ms, wake: () => end(resolve) }
        const end = (next: () => void) => {
          sleepers.delete(sleeper)
          next()
        }
        signal?.addEventListener('abort', () => end(() => reject(signal.reason)), { once: true })
        sleepers.add(sleeper)
      }),
    pass: async ms => {
      const until = now + ms
      for (;;) {
        await turn()
        const [next] = [...sleepers].filter(it => it.at <= until).sort((a, b) => a.at - b.at)
        if (!next) break
        now = Math.max(now, next.at)
        next.wake()
      }
      now = until
      await turn()
    },
  }
}
