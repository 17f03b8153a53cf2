import { setTimeout as delay } from 'node:timers/promises'

/** Time as an argument. Tests move it; nothing else in the engine reads the machine's clock. */
export interface Clock {
  now(): Date
  /** Resolves after `ms` milliseconds of this clock; rejects with the signal's reason when cancelled. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
}
