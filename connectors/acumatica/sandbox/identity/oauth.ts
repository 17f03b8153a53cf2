import { createHash, randomBytes } from 'node:crypto'
import type { SandboxAnswer, SandboxRequest } from '../../../../engine/sdk/index.ts'
import { empty, json, plain } from '../answers.ts'
import { INSTANCE_PATH, type World } from '../world.ts'
import type { Credentials } from './apps.ts'
import type { Grant, Grants } from './grants.ts'
import type { Sessions } from './sessions.ts'

const SCOPES = ['api', 'offline_access', 'api:concurrent_access', 'openid', 'profile', 'email']
const CODE_LIFE_MS = 60_000

interface Code {
  readonly redirectUri: string
  readonly scope: string
  readonly challenge: string | undefined
  readonly expiresAt: number
}

/** The identity server of the instance (fact sheet 1). */
export interface Identity {
  discovery(origin: string): SandboxAnswer
  authorize(request: SandboxRequest): SandboxAnswer
  token(request: SandboxRequest): SandboxAnswer
  revocation(request: SandboxRequest): SandboxAnswer
  userInfo(request: SandboxRequest): SandboxAnswer
}

export interface IdentityParts {
  readonly world: World
  readonly credentials: Credentials
  readonly grants: Grants
  readonly sessions: Sessions
}

const failed = (error: string, description?: string) =>
  json(400, { error, ...(description === undefined ? {} : { error_description: description }) })

const formOf = (request: SandboxRequest): URLSearchParams =>
  (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
    ? new URLSearchParams(request.body.toString('utf8'))
    : new URLSearchParams()

const scopesOf = (form: URLSearchParams) => (form.get('scope') ?? '').split(' ').filter(it => it !== '')

export function createIdentity(parts: IdentityParts): Identity {
  const { world, credentials, grants } = parts
  const codes = new Map<string, Code>()
  const isClient = (form: URLSearchParams) =>
    form.get('client_id') === credentials.clientId && form.get('client_secret') === credentials.clientSecret
  const now = () => world.clock.now().getTime()
  return {
    discovery: origin => json(200, discoveryOf(`${origin}${INSTANCE_PATH}`)),
    authorize: ({ query }) => {
      const redirectUri = query.get('redirect_uri') ?? ''
      if (query.get('client_id') !== credentials.clientId) return plain(400, 'The client is not known.')
      if (redirectUri !== credentials.redirectUri) return plain(400, 'Invalid redirect_uri.')
      const problem = problemOf(query)
      const answer = new URLSearchParams(problem ? { error: problem } : { code: newCode(codes, query, now()) })
      const state = query.get('state')
      if (state !== null) answer.set('state', state)
      return empty(302, { location: `${redirectUri}?${answer}` })
    },
    token: request => {
      const form = formOf(request)
      if (!isClient(form)) return failed('invalid_client')
      const asked = GRANT_TYPES[form.get('grant_type') ?? '']
      return asked ? asked({ ...parts, codes }, form) : failed('unsupported_grant_type')
    },
    revocation: request => {
      const form = formOf(request)
      if (!isClient(form)) return failed('invalid_client')
      grants.revoke(form.get('token') ?? '')
      return empty(200)
    },
    userInfo: request => {
      const grant = grants.ofAccessToken(/^Bearer (\S+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? '')
      return grant ? json(200, { sub: grant.user, name: grant.user }) : json(401, { error: 'invalid_token' })
    },
  }
}

interface TokenParts extends IdentityParts {
  readonly codes: Map<string, Code>
}

const GRANT_TYPES: Readonly<Record<string, ((parts: TokenParts, form: URLSearchParams) => SandboxAnswer) | undefined>> =
  {
    password: (parts, form) => {
      const { credentials, grants } = parts
      const scope = scopesOf(form)
      if (scope.length === 0 || scope.some(it => !SCOPES.includes(it))) return failed('invalid_scope')
      if (form.get('username') !== credentials.username || form.get('password') !== credentials.password)
        return failed('invalid_grant', 'invalid_username_or_password')
      return granted(parts, grants.create(credentials.username, scope.join(' ')))
    },
    authorization_code: (parts, form) => {
      const { codes, credentials, grants, world } = parts
      const code = codes.get(form.get('code') ?? '')
      // a code is good for one try, whatever comes of it
      codes.delete(form.get('code') ?? '')
      const isGood =
        code !== undefined &&
        world.clock.now().getTime() < code.expiresAt &&
        form.get('redirect_uri') === code.redirectUri &&
        (code.challenge === undefined || code.challenge === challengeOf(form.get('code_verifier') ?? ''))
      return isGood ? granted(parts, grants.create(credentials.username, code.scope)) : failed('invalid_grant')
    },
    refresh_token: (parts, form) => {
      const grant = parts.grants.ofRefreshToken(form.get('refresh_token') ?? '')
      return grant ? granted(parts, grant) : failed('invalid_grant')
    },
  }

/** A grant takes a slot of the licence; a refresh keeps the one that it has (fact sheet 1.5). */
function granted({ world, grants, sessions }: TokenParts, grant: Grant): SandboxAnswer {
  const isHeld = grant.sessionId !== undefined && sessions.use(grant.sessionId) !== undefined
  if (!isHeld && grant.sessionId === undefined) {
    const admission = sessions.open(grant.user, 'grant')
    if (admission.is === 'open') grant.sessionId = admission.session.id
    else if (admission.of === 'licence') return plain(world.knobs().tokenLimitStatus, 'API Login Limit')
  }
  const { accessToken, refreshToken } = grants.mint(grant)
  return json(200, {
    access_token: accessToken,
    expires_in: world.knobs().accessTokenSeconds,
    token_type: 'Bearer',
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    scope: grant.scope,
  })
}

const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')

function problemOf(query: URLSearchParams): string | undefined {
  if (query.get('response_type') !== 'code') return 'unsupported_response_type'
  const scope = scopesOf(query)
  if (scope.length === 0 || scope.some(it => !SCOPES.includes(it))) return 'invalid_scope'
  const method = query.get('code_challenge_method')
  return query.has('code_challenge') && method !== 'S256' ? 'invalid_request' : undefined
}

/** The person who signs in and agrees is always there. */
function newCode(codes: Map<string, Code>, query: URLSearchParams, now: number): string {
  const code = randomBytes(16).toString('hex')
  codes.set(code, {
    redirectUri: query.get('redirect_uri') ?? '',
    scope: scopesOf(query).join(' '),
    challenge: query.get('code_challenge') ?? undefined,
    expiresAt: now + CODE_LIFE_MS,
  })
  return code
}

const discoveryOf = (base: string) => ({
  issuer: `${base}/identity`,
  authorization_endpoint: `${base}/identity/connect/authorize`,
  token_endpoint: `${base}/identity/connect/token`,
  userinfo_endpoint: `${base}/identity/connect/userinfo`,
  revocation_endpoint: `${base}/identity/connect/revocation`,
  scopes_supported: SCOPES,
  grant_types_supported: ['authorization_code', 'implicit', 'password', 'refresh_token'],
  response_types_supported: ['code', 'token', 'id_token', 'id_token token', 'code id_token'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
})
