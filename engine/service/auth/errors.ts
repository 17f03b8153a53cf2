import { EngineError } from '../../core/errors.ts'
import type { Role } from '../../core/operations.ts'

/** Nobody, or somebody whom we do not know: never told apart. */
export const notSignedIn = (): EngineError =>
  new EngineError({
    kind: 'auth',
    code: 'API_SIGN_IN',
    message: 'this needs a token that is in force',
    remedy: 'Send "Authorization: Bearer mlc_…", or sign in. "ml-connector token create <name>" makes a token.',
  })

export const tooManyRefused = (seconds: number): EngineError =>
  new EngineError({
    kind: 'rate-limited',
    code: 'API_TOO_MANY',
    message: 'too many requests with a token that is not in force came from this address',
    remedy: `Wait ${seconds} seconds, then use a token that is.`,
    retryAfterMs: seconds * 1_000,
  })

export const roleMissing = (has: Role, wanted: Role): EngineError =>
  new EngineError({
    kind: 'auth',
    code: 'API_ROLE',
    message: `this needs the role ${wanted}; the token has the role ${has}`,
    remedy: `Ask an admin of the workspace for a token with the role ${wanted}.`,
  })

/** One that is not there and one that this token may not see are the same. */
export const noWorkspace = (name: string): EngineError =>
  new EngineError({
    kind: 'configuration',
    code: 'API_UNKNOWN',
    message: `there is no workspace "${name}" for this token`,
    remedy: 'GET /api/v1/workspaces lists those that it opens.',
  })

export const crossSite = (what: string): EngineError =>
  new EngineError({
    kind: 'auth',
    code: 'API_CROSS_SITE',
    message: `a change with a session cookie was refused: ${what}`,
    remedy:
      'Send the header "x-ml-connector: 1" from a page of this service (behind a proxy, "serve --public-url" says its address), or use a token.',
  })
