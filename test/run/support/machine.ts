import { EngineError } from '../../../engine/core/errors.ts'
import type { Ledger } from '../../../engine/core/ledger.ts'

/** What goes wrong at the n-th point (from 1): the process dies there, or that one call fails. */
export interface Mishap {
  readonly at: number
  readonly kind: 'crash' | 'fail'
}

/**
 * The process that a run lives in. Every call to the ledger or to a system passes two points, before and after it takes effect. Once it has
 * crashed, nothing that it tries has any effect: what a killed process leaves behind.
 */
export interface Machine {
  /** Points passed so far. */
  readonly points: () => number
  pass<T>(call: () => Promise<T> | T, failure: (cause: string) => Error): Promise<T>
}

export function createMachine(mishap?: Mishap): Machine {
  let points = 0
  let isDead = false
  const point = (failure: (cause: string) => Error) => {
    if (isDead) throw failure('the process is gone')
    points += 1
    if (points !== mishap?.at) return
    isDead = mishap.kind === 'crash'
    throw failure(`mishap at point ${points}`)
  }
  return {
    points: () => points,
    pass: async (call, failure) => {
      point(failure)
      const answer = await call()
      point(failure)
      return answer
    },
  }
}

const lockedOut = (cause: string) => new EngineError({ kind: 'transient', code: 'TOY_LEDGER', message: cause })

/** The same ledger, as this machine reaches it. */
export function ledgerOn(machine: Machine, ledger: Ledger): Ledger {
  return new Proxy(ledger, {
    get: (target, name, receiver) => {
      const member: unknown = Reflect.get(target, name, receiver)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => machine.pass(() => Reflect.apply(member, target, args), lockedOut)
    },
  })
}
