import type { SandboxClock } from '../../../engine/sdk/index.ts'
import type { Knobs } from './knobs.ts'

/** What the sandbox counted since it started: `GET /_sandbox/facts`. */
export interface Counters {
  requests: number
  /** API transactions as they are billed (fact sheet 8). */
  transactions: number
  logins: number
  refusedLogins: number
  refusedSessions: number
  duplicateFunctions: number
  held: number
  refusedBusy: number
  throttled: number
}

export const createCounters = (): Counters => ({
  requests: 0,
  transactions: 0,
  logins: 0,
  refusedLogins: 0,
  refusedSessions: 0,
  duplicateFunctions: 0,
  held: 0,
  refusedBusy: 0,
  throttled: 0,
})

/** So many calls at once per company; one too many waits, and is refused when none ends in time (fact sheet 8). */
export interface Gate {
  /** False: it was held in vain. After true, call `leave` once. */
  enter(): Promise<boolean>
  leave(): void
}

export function createGate(knobs: () => Knobs, counters: Counters): Gate {
  let running = 0
  const waiting: (() => void)[] = []
  return {
    enter: () => {
      if (running < knobs().concurrency) {
        running += 1
        return Promise.resolve(true)
      }
      counters.held += 1
      return new Promise(resolve => {
        const admit = () => {
          clearTimeout(timer)
          running += 1
          resolve(true)
        }
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(admit), 1)
          counters.refusedBusy += 1
          resolve(false)
        }, knobs().holdMs)
        timer.unref()
        waiting.push(admit)
      })
    },
    leave: () => {
      running -= 1
      if (running < knobs().concurrency) waiting.shift()?.()
    },
  }
}

/** False when the window's calls are used up. */
export function createWindow(knobs: () => Knobs, clock: SandboxClock): () => boolean {
  let calls: number[] = []
  return () => {
    const { perWindow, windowMs } = knobs()
    if (perWindow === 0) return true
    const now = clock.now().getTime()
    calls = calls.filter(it => it > now - windowMs)
    if (calls.length >= perWindow) return false
    calls.push(now)
    return true
  }
}
