import type { JsonObject } from './record.ts'

/**
 * What happens next, one kind each (DESIGN section 7).
 *
 * | kind | the engine |
 * |---|---|
 * | configuration | refuses to start |
 * | auth | signed in again once already; pauses the connection and says so |
 * | rate-limited | waits as told (capped); not counted as an attempt |
 * | transient | backs off with full jitter, bounded |
 * | uncertain | a write that may have happened: looks up, then decides |
 * | record | dead letter, continues |
 * | unavailable | entity not in this edition or not permitted: reports, skips as the flow says |
 * | contract | the answer is not what the documentation says: stops the run |
 * | cancelled | settles what was written, stops |
 * | defect | anything unclassified; never retried |
 */
export type ErrorKind =
  | 'configuration'
  | 'auth'
  | 'rate-limited'
  | 'transient'
  | 'uncertain'
  | 'record'
  | 'unavailable'
  | 'contract'
  | 'cancelled'
  | 'defect'

export interface ErrorParts {
  readonly kind: ErrorKind
  /** Stable and documented in the catalogue of codes: `CRM_DUPLICATE_DATA`. */
  readonly code: string
  /** What happened, where, to what. Never holds a secret. */
  readonly message: string
  /** The next thing that a person does. */
  readonly remedy?: string
  /** The outside system's own words, already redacted and at most a few hundred characters. */
  readonly said?: string
  /** The field of the record that it is about, as the system names it. */
  readonly field?: string
  /** The connection that it was met on. */
  readonly connection?: string
  /** For `rate-limited` and `transient`: how long the system asked us to wait. */
  readonly retryAfterMs?: number
  /** Anything else worth keeping, without secrets. */
  readonly details?: JsonObject
  readonly cause?: unknown
}

/** The one error that crosses module borders. Anything else that is thrown is a defect. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly kind: ErrorKind
  readonly code: string
  readonly remedy: string | undefined
  readonly said: string | undefined
  readonly field: string | undefined
  readonly connection: string | undefined
  readonly retryAfterMs: number | undefined
  readonly details: JsonObject | undefined

  constructor(parts: ErrorParts) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause })
    this.kind = parts.kind
    this.code = parts.code
    this.remedy = parts.remedy
    this.said = parts.said
    this.field = parts.field
    this.connection = parts.connection
    this.retryAfterMs = parts.retryAfterMs
    this.details = parts.details
  }

  /** The same, met on this connection; whoever said so first is right. */
  metOn(connection: string): EngineError {
    if (this.connection !== undefined) return this
    const { kind, code, message, remedy, said, field, retryAfterMs, details, cause } = this
    const met = new EngineError({
      ...{ kind, code, message, connection, cause },
      ...(remedy === undefined ? {} : { remedy }),
      ...(said === undefined ? {} : { said }),
      ...(field === undefined ? {} : { field }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(details === undefined ? {} : { details }),
    })
    if (this.stack !== undefined) met.stack = this.stack
    return met
  }

  toFailure(): Failure {
    return {
      kind: this.kind,
      code: this.code,
      message: this.message,
      ...(this.remedy === undefined ? {} : { remedy: this.remedy }),
      ...(this.said === undefined ? {} : { said: this.said }),
      ...(this.field === undefined ? {} : { field: this.field }),
      ...(this.connection === undefined ? {} : { connection: this.connection }),
    }
  }
}

/** An error as data: what dead letters, events and `--json` carry. */
export interface Failure {
  readonly kind: ErrorKind
  readonly code: string
  readonly message: string
  readonly remedy?: string
  readonly said?: string
  readonly field?: string
  /** The connection that it was met on, when it was met on one. */
  readonly connection?: string
}

export function isEngineError(thrown: unknown, kind?: ErrorKind): thrown is EngineError {
  return thrown instanceof EngineError && (kind === undefined || thrown.kind === kind)
}

/** Whatever was thrown, as an EngineError; the unclassified becomes a `defect` that keeps its cause. */
export function toEngineError(thrown: unknown): EngineError {
  if (thrown instanceof EngineError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new EngineError({
    kind: 'defect',
    code: 'ENGINE_DEFECT',
    message: `unexpected: ${message}`,
    remedy: 'This is a defect of ml-connector: report it with the stack that --verbose prints.',
    cause: thrown,
  })
}
