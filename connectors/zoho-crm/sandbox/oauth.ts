import type { JsonObject, SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { json, refuse } from './answers.ts'
import { newToken, type Org } from './org.ts'

const WINDOW_MS = 10 * 60_000
const PER_WINDOW = 10
const MAX_ACTIVE = 30

export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
}

interface AccessToken {
  readonly scopes: readonly string[]
  readonly expiresAt: number
}

/** The accounts host: access tokens of one refresh token (fact sheet 1.2 to 1.4). */
export interface Accounts {
  token(request: SandboxRequest, origin: string): Promise<SandboxAnswer>
  /** Scopes of the token that a call carries; throws the 401 of one that is missing, unknown or over. */
  authorise(request: SandboxRequest): readonly string[]
  /** All access tokens die now. */
  revokeTokens(): void
  /** The refresh token itself dies: a person must authorise again. */
  revokeRefreshToken(): void
  readonly refreshes: number
}

export function createAccounts(org: Org, credentials: Credentials): Accounts {
  const tokens = createTokens(org)
  let isRevoked = false
  return {
    get refreshes() {
      return tokens.minted
    },
    token: async (request, origin) => {
      const given = await parameters(request)
      const error = refusal(given, isRevoked ? { ...credentials, refreshToken: '' } : credentials)
      if (error) return json(200, { error })
      const token = tokens.mint()
      return token === undefined ? json(400, TOO_MANY) : json(200, tokenAnswer(org, token, origin))
    },
    authorise: request => {
      const header = /^Zoho-oauthtoken (\S+)$/.exec(request.headers['authorization'] ?? '')
      if (!header) throw refuse('AUTHENTICATION_FAILURE', 'Authentication failed', {}, 401)
      const scopes = tokens.scopesOf(header[1] ?? '')
      if (!scopes) throw refuse('INVALID_TOKEN', 'invalid oauth token', {}, 401)
      return scopes
    },
    revokeTokens: tokens.clear,
    revokeRefreshToken: () => {
      tokens.clear()
      isRevoked = true
    },
  }
}

/** Access tokens: so many per window, so many alive, each for its time. */
function createTokens(org: Org) {
  const active = new Map<string, AccessToken>()
  let window = { from: Number.NEGATIVE_INFINITY, count: 0 }
  let minted = 0
  return {
    get minted() {
      return minted
    },
    /** Undefined when this window's tokens are used up. */
    mint: (): string | undefined => {
      const now = org.clock.now().getTime()
      if (now - window.from >= WINDOW_MS) window = { from: now, count: 0 }
      if (window.count >= PER_WINDOW) return undefined
      window.count += 1
      minted += 1
      const token = `1000.${newToken()}.${newToken()}`
      const scopes = org.knobs.scopes.split(/[\s,]+/).filter(it => it !== '')
      active.set(token, { scopes, expiresAt: now + org.knobs.expiresInSeconds * 1000 })
      const [oldest] = active.keys()
      if (active.size > MAX_ACTIVE && oldest !== undefined) active.delete(oldest)
      return token
    },
    scopesOf: (token: string): readonly string[] | undefined => {
      const held = active.get(token)
      return held && held.expiresAt > org.clock.now().getTime() ? held.scopes : undefined
    },
    clear: () => active.clear(),
  }
}

const TOO_MANY: JsonObject = {
  error_description: 'You have made too many requests continuously. Please try again after some time.',
  error: 'Access Denied',
  status: 'failure',
}

/** Errors come with HTTP 200: the body decides. */
function refusal(given: ReadonlyMap<string, string>, credentials: Credentials): string | undefined {
  if (given.get('grant_type') !== 'refresh_token') return 'unsupported_grant_type'
  if (given.get('client_id') !== credentials.clientId) return 'invalid_client'
  if (given.get('client_secret') !== credentials.clientSecret) return 'invalid_client_secret'
  if (given.get('refresh_token') !== credentials.refreshToken || credentials.refreshToken === '') return 'invalid_code'
  return undefined
}

function tokenAnswer(org: Org, token: string, origin: string): JsonObject {
  const { expiresInSec, expiresInSeconds, apiDomain, scopes } = org.knobs
  const domain = apiDomain ?? origin
  return {
    access_token: token,
    scope: scopes,
    ...(domain === '' ? {} : { api_domain: domain }),
    token_type: 'Bearer',
    ...(expiresInSec
      ? { expires_in_sec: expiresInSeconds, expires_in: expiresInSeconds * 1000 }
      : { expires_in: expiresInSeconds }),
  }
}

/** From the query, an urlencoded body or a multipart body; a body wins. */
async function parameters(request: SandboxRequest): Promise<ReadonlyMap<string, string>> {
  const given = new Map(request.query)
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(request.body), { headers: { 'content-type': type } }).formData()
    for (const [name, value] of form) if (typeof value === 'string') given.set(name, value)
  } else if (type.startsWith('application/x-www-form-urlencoded'))
    for (const [name, value] of new URLSearchParams(request.body.toString('utf8'))) given.set(name, value)
  return given
}
