import type { Clock } from '../../core/clock.ts'

/** The machine's clock, put forward when time passes in a scenario. */
export interface DemoClock extends Clock {
  pass(ms: number): void
}

export function demoClock(clock: Clock): DemoClock {
  let ahead = 0
  return {
    now: () => new Date(clock.now().getTime() + ahead),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    pass: ms => {
      ahead += ms
    },
  }
}
