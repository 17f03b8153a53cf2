import { EngineError, type Failure } from '../core/errors.ts'
import type { JsonObject } from '../core/record.ts'

/**
 * What `--json` prints, for every verb and every error: one object on one line.
 *
 * | key | holds |
 * |---|---|
 * | ok | true exactly when the exit code is 0 |
 * | … | the verb's own keys (table in README.md) |
 * | error | only when something went wrong as a whole: `{ kind, code, message, remedy, said?, field?, details? }` |
 */
export interface Envelope {
  readonly ok: boolean
  readonly error?: EnvelopeError
  readonly [key: string]: unknown
}

export interface EnvelopeError extends Omit<Failure, 'remedy'> {
  readonly remedy: string | null
  readonly details?: JsonObject
}

export function envelope(ok: boolean, data: Readonly<Record<string, unknown>>, error?: EnvelopeError): string {
  const whole: Envelope = { ok, ...data, ...(error ? { error } : {}) }
  return `${JSON.stringify(whole)}\n`
}

export function envelopeError(error: EngineError | Failure): EnvelopeError {
  const { remedy, ...failure } = error instanceof EngineError ? error.toFailure() : error
  const details = error instanceof EngineError ? error.details : undefined
  return { ...failure, remedy: remedy ?? null, ...(details ? { details } : {}) }
}
