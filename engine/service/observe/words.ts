import type { ErrorKind, Failure } from '../../core/errors.ts'

/** Of these, the message speaks of addresses, settings and permissions. What the others say may hold parts of a record: their code has to do. */
const PLAIN: ReadonlySet<ErrorKind> = new Set([
  'configuration',
  'auth',
  'rate-limited',
  'transient',
  'unavailable',
  'cancelled',
])

/** A failure for logs and alerts, which leave the service: without the outside system's own words and without values of records. */
export function plainly({ kind, code, message, remedy }: Failure): Readonly<Record<string, string>> {
  return { kind, code, ...(PLAIN.has(kind) ? { message } : {}), ...(remedy === undefined ? {} : { remedy }) }
}
