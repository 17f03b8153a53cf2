import type { JsonObject, SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import type { Account } from './account.ts'
import { json } from './answers.ts'
import { createCodes } from './codes.ts'
import { asObject } from './input.ts'
import { type AccessToken, createTokens, refuseToken, scopeOf, type Wish } from './tokens.ts'

/** Of one client, and of the user that its tokens act as. */
export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
  readonly email: string
  readonly apiToken: string
}

/** `/oauth/tokens` and the tokens it gave (fact sheet 1.3). */
export interface Oauth {
  token(request: SandboxRequest): SandboxAnswer
  /** What a person's consent leads to: back to the client, with a code. */
  authorize(query: URLSearchParams): SandboxAnswer
  find(value: string): AccessToken | undefined
  revoke(id: number): boolean
  revokeTokens(): void
  revokeRefreshTokens(): void
  readonly minted: number
  readonly refused: number
}

export function createOauth(account: Account, credentials: Credentials): Oauth {
  const tokens = createTokens(account)
  const codes = createCodes(account, credentials.clientId)
  tokens.adopt(credentials.refreshToken)
  let refused = 0
  const grants: Readonly<Record<string, (given: JsonObject) => AccessToken>> = {
    client_credentials: given =>
      tokens.issue({ ...lifetimes(account, given), scope: scopeOf(account, given), isRefreshable: false }),
    refresh_token: given => tokens.rotate(String(given['refresh_token'] ?? ''), lifetimes(account, given)),
    authorization_code: given => {
      const scope = codes.redeem(given)
      return tokens.issue({ ...lifetimes(account, given), scope, isRefreshable: true })
    },
  }
  return {
    get minted() {
      return tokens.minted
    },
    get refused() {
      return refused
    },
    token: request => {
      try {
        const given = parameters(request)
        const grant = grants[String(given['grant_type'])]
        if (!grant) throw refuseToken(400, 'unsupported_grant_type', 'The grant type is not supported')
        requireClient(credentials, given)
        return json(201, tokenAnswer(account, grant(given)))
      } catch (thrown) {
        refused += 1
        throw thrown
      }
    },
    authorize: codes.authorize,
    find: tokens.find,
    revoke: tokens.revoke,
    revokeTokens: tokens.clear,
    revokeRefreshTokens: tokens.clearRefresh,
  }
}

/** JSON only: the parameters are not read from a form or the query. */
function parameters(request: SandboxRequest): JsonObject {
  const isJson = request.headers['content-type']?.startsWith('application/json') ?? false
  try {
    const given = isJson ? asObject(JSON.parse(request.body.toString('utf8'))) : undefined
    if (given) return given
  } catch {
    // told below, as any other body that is no JSON object
  }
  throw refuseToken(400, 'invalid_request', 'The request is missing a required parameter or is otherwise malformed')
}

function requireClient(credentials: Credentials, given: JsonObject): void {
  const isKnown = given['client_id'] === credentials.clientId && given['client_secret'] === credentials.clientSecret
  if (!isKnown)
    throw refuseToken(401, 'invalid_client', 'Client authentication failed due to unknown client or wrong secret')
}

/** Bounds of 1.3: access 300 s to 2 days and shorter than the refresh life; refresh 7 to 90 days. */
function lifetimes(account: Account, given: JsonObject): Pick<Wish, 'expiresIn' | 'refreshExpiresIn'> {
  const [expiresIn, refreshExpiresIn] = ['expires_in', 'refresh_token_expires_in'].map(name => {
    const it = given[name]
    if (it === undefined || it === null) return undefined
    if (typeof it !== 'number' || !Number.isInteger(it))
      throw refuseToken(400, 'invalid_request', `${name} is not a number`)
    return it
  })
  const refreshLife = refreshExpiresIn ?? account.knobs.refreshTokenSeconds
  if (expiresIn !== undefined && (expiresIn <= 300 || expiresIn >= 172_800 || expiresIn >= refreshLife))
    throw refuseToken(400, 'invalid_request', 'expires_in is out of bounds')
  if (refreshExpiresIn !== undefined && (refreshExpiresIn <= 604_800 || refreshExpiresIn >= 7_776_000))
    throw refuseToken(400, 'invalid_request', 'refresh_token_expires_in is out of bounds')
  return { expiresIn, refreshExpiresIn }
}

function tokenAnswer(account: Account, token: AccessToken): JsonObject {
  const told = account.knobs.tellsExpiry
  const { expiresAt, refreshExpiresAt, createdAt } = token
  return {
    access_token: token.value,
    ...(token.refreshToken === null ? {} : { refresh_token: token.refreshToken }),
    token_type: 'bearer',
    scope: token.scopes.join(' '),
    ...(told ? { expires_in: expiresAt === null ? null : expiresAt - createdAt } : {}),
    ...(told && refreshExpiresAt !== null ? { refresh_token_expires_in: refreshExpiresAt - createdAt } : {}),
  }
}
