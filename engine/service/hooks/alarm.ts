import type { Clock } from '../../core/clock.ts'

/** A sleep that may be ended early. What rings while nobody sleeps ends the next sleep at once. */
export interface Alarm {
  sleep(ms: number): Promise<void>
  ring(): void
}

export function createAlarm(clock: Clock): Alarm {
  let hasRung = false
  let sleeping: AbortController | undefined
  return {
    sleep: async ms => {
      const early = new AbortController()
      sleeping = early
      if (hasRung) early.abort()
      // woken early or not: the sleeper looks for itself what is to be done
      await clock.sleep(ms, early.signal).catch(() => {})
      hasRung = false
      sleeping = undefined
      early.abort()
    },
    ring: () => {
      hasRung = true
      sleeping?.abort()
    },
  }
}
