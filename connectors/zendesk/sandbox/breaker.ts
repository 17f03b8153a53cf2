import type { Account } from './account.ts'

const WINDOW_MS = 5 * 60_000
const MOST_ERRORS = 1000
const SHARE = 0.7
const PAUSE_MS = 5000

/** Per webhook: opens at 70 % errors, or more than 1,000, within five minutes; for some seconds (fact sheet 7.5). */
export function createBreaker(account: Account) {
  const seen = new Map<string, { attempts: { at: number; isWell: boolean }[]; openUntil: number }>()
  const of = (id: string) => {
    const found = seen.get(id) ?? { attempts: [], openUntil: Number.NEGATIVE_INFINITY }
    seen.set(id, found)
    return found
  }
  const now = () => account.clock.now().getTime()
  return {
    isOpen: (id: string) => of(id).openUntil > now(),
    note: (id: string, isWell: boolean) => {
      const state = of(id)
      state.attempts = state.attempts.filter(it => now() - it.at < WINDOW_MS)
      state.attempts.push({ at: now(), isWell })
      const errors = state.attempts.filter(it => !it.isWell).length
      const isMany = state.attempts.length >= account.knobs.breakerMinimum && errors >= SHARE * state.attempts.length
      if (!isWell && (isMany || errors > MOST_ERRORS)) state.openUntil = now() + PAUSE_MS
    },
  }
}
