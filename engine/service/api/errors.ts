import { EngineError, type ErrorKind, type Failure } from '../../core/errors.ts'
import type { ErrorView } from './views.ts'

/** Codes of the API's own, where the kind alone would not say it. */
const BY_CODE: Readonly<Record<string, number>> = {
  API_SIGN_IN: 401,
  API_ROLE: 403,
  API_CROSS_SITE: 403,
  API_UNKNOWN: 404,
  API_CONFLICT: 409,
  API_TOO_LARGE: 413,
  API_MEDIA_TYPE: 415,
  API_TOO_MANY: 429,
}

/** What became of the caller's wish. An outside system that refuses *our* credentials is no reason for the caller to sign in again. */
const BY_KIND: Readonly<Record<ErrorKind, number>> = {
  configuration: 400,
  record: 422,
  auth: 502,
  transient: 502,
  uncertain: 502,
  contract: 502,
  'rate-limited': 503,
  unavailable: 503,
  cancelled: 503,
  defect: 500,
}

export function statusOf({ kind, code }: Pick<Failure, 'kind' | 'code'>): number {
  return BY_CODE[code] ?? BY_KIND[kind]
}

export function errorView(error: EngineError | Failure): ErrorView['error'] {
  const { kind, code, message, remedy, said, field, connection } = error
  const details = error instanceof EngineError ? error.details : undefined
  return {
    ...{ kind, code, message, remedy: remedy ?? null },
    ...(said === undefined ? {} : { said }),
    ...(field === undefined ? {} : { field }),
    ...(connection === undefined ? {} : { connection }),
    ...(details === undefined ? {} : { details }),
  }
}

export const unknownThing = (what: string, name: string, remedy: string): EngineError =>
  new EngineError({ kind: 'configuration', code: 'API_UNKNOWN', message: `there is no ${what} "${name}"`, remedy })

export const conflict = (message: string, remedy: string): EngineError =>
  new EngineError({ kind: 'configuration', code: 'API_CONFLICT', message, remedy })

export const badInput = (message: string, remedy: string): EngineError =>
  new EngineError({ kind: 'configuration', code: 'API_INPUT', message, remedy })
