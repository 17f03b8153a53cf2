import type { TestClock } from '../../support/clock.ts'
import type { control } from '../../support/connect.ts'

/** The engine's clock. It may be wrong by some minutes; but a second is a second over there as well: whoever sleeps moves both on. */
export interface SharedClock extends TestClock {
  /** Lets time pass for both. */
  pass(ms: number): Promise<void>
}

export function sharedClock(
  start: Date,
  at: readonly Pick<ReturnType<typeof control>, 'clock'>[],
  skewMs = 0,
): SharedClock {
  const began = Date.now()
  const slept: number[] = []
  let ahead = skewMs
  const pass = async (ms: number) => {
    ahead += ms
    for (const it of at) await it.clock({ advanceMs: ms })
  }
  return {
    slept,
    now: () => new Date(start.getTime() + (Date.now() - began) + ahead),
    advance: ms => {
      ahead += ms
    },
    pass,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      slept.push(ms)
      await pass(ms)
    },
  }
}
