import { type EngineError, isEngineError } from '../core/errors.ts'
import type { Json } from '../core/record.ts'
import type { Context } from './connector.ts'
import { type HttpAnswer, HttpFailure, type HttpRequest } from './http.ts'

/** none: reads. repeatable: a write that may be sent twice. once: an ambiguous failure is `uncertain` at once. */
export type Effect = 'none' | 'repeatable' | 'once'

/** What must be known of a call so that no failure of it says more than is certain. */
export interface EffectfulCall {
  /** For people, without record data: `POST Accounts/upsert`. */
  readonly where: string
  readonly effect: Effect
  /** The connector's own error for "no usable answer came". */
  readonly lost: (where: string, why: string, kind: 'transient' | 'uncertain') => EngineError
  /** An error that says more of a failure than `lost` does, such as that no repeat heals it. Undefined: it does not know better. */
  readonly explain?: (where: string, failure: HttpFailure) => EngineError | undefined
  /** Whether a failure of a repeat is about what an earlier attempt did, and so leaves no doubt. Absent: none is. */
  readonly settles?: (thrown: unknown) => boolean
}

/** An answer came, but not one that says what happened: 5xx, HTML, truncated, without what it must hold. */
export class UnusableAnswer extends Error {
  readonly error: EngineError

  constructor(error: EngineError) {
    super(error.message)
    this.error = error
  }
}

/**
 * One call with its repeats (`repeat`, mostly `withRetries`). Once an attempt may have written, no later failure may say
 * that it did not (Writer contract): it ends as `uncertain`. In doubt is an attempt that ends with an HttpFailure that
 * may have happened, an UnusableAnswer or an `uncertain` error.
 */
export async function carryOut<T>(
  call: EffectfulCall,
  attempt: () => Promise<T>,
  repeat: (once: () => Promise<T>) => Promise<T>,
): Promise<T> {
  const { where, effect, lost, settles = () => false } = call
  let mayHaveWritten = false
  const once = async () => {
    try {
      return await attempt()
    } catch (thrown) {
      const { error, isAmbiguous } = judge(call, thrown)
      mayHaveWritten ||= isAmbiguous && effect !== 'none'
      if (isAmbiguous && effect === 'once') throw lost(where, messageOf(thrown), 'uncertain')
      throw error
    }
  }
  try {
    return await repeat(once)
  } catch (thrown) {
    if (mayHaveWritten && !isEngineError(thrown, 'uncertain') && !settles(thrown))
      throw lost(where, messageOf(thrown), 'uncertain')
    throw thrown
  }
}

const messageOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown))

/** `isAmbiguous`: the request may have reached the other side and been carried out. */
function judge({ where, lost, explain }: EffectfulCall, thrown: unknown): { error: unknown; isAmbiguous: boolean } {
  if (thrown instanceof HttpFailure)
    return {
      error: explain?.(where, thrown) ?? lost(where, thrown.message, 'transient'),
      isAmbiguous: thrown.mayHaveHappened,
    }
  if (thrown instanceof UnusableAnswer) return { error: thrown.error, isAmbiguous: true }
  if (!isEngineError(thrown, 'uncertain')) return { error: thrown, isAmbiguous: false }
  // what may be said again is: a repeat of it changes nothing
  return { error: lost(where, thrown.message, 'transient'), isAmbiguous: true }
}

/** Sends, and says of a write that was cancelled on its way that it may have happened. */
export async function sendInterruptibly(
  { http, signal }: Pick<Context<unknown>, 'http' | 'signal'>,
  { where, effect, lost }: EffectfulCall,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const wasCancelled = signal.aborted
  try {
    return await http.send(request)
  } catch (thrown) {
    if (!wasCancelled && isEngineError(thrown, 'cancelled') && effect !== 'none')
      throw lost(where, 'the run was cancelled before the answer came', 'uncertain')
    throw thrown
  }
}

/** What is wrong with an answer whose body is not the wished one. `body`: the answer's text as JSON, undefined: it is none. */
export function describeUnusable({ status, text }: HttpAnswer, body: Json | undefined): string {
  if (text.trim() === '') return `status ${status} with an empty body`
  return `status ${status} with ${body === undefined ? 'a body that is not JSON' : 'an unexpected JSON body'}`
}

/** The other side's own clock, from the `Date` header; undefined when absent or unreadable. */
export function serverTimeOf({ headers }: HttpAnswer): Date | undefined {
  const at = Date.parse(headers['date'] ?? '')
  return Number.isNaN(at) ? undefined : new Date(at)
}
