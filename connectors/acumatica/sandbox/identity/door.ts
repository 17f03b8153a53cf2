import type { SandboxAnswer, SandboxRequest } from '../../../../engine/sdk/index.ts'
import { empty, httpError, json, plain, Refusal, redirect, unauthorised } from '../answers.ts'
import { INSTANCE_PATH, TENANT, type World } from '../world.ts'
import type { Credentials } from './apps.ts'
import type { Grants } from './grants.ts'
import type { Session, Sessions } from './sessions.ts'

/** Who may come in: by token or by cookies. */
export interface Door {
  /** The session that a call runs in; throws the answer of one that has none. */
  enter(request: SandboxRequest): Session
  /** Is there a sign-in at all? Takes no slot. */
  isKnown(request: SandboxRequest): boolean
  login(request: SandboxRequest): SandboxAnswer
  logout(request: SandboxRequest): SandboxAnswer
}

export interface DoorParts {
  readonly world: World
  readonly credentials: Credentials
  readonly grants: Grants
  readonly sessions: Sessions
}

const bearerOf = (request: SandboxRequest) => /^Bearer (\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1]
const cookieOf = (request: SandboxRequest) =>
  /(?:^|;\s*)ASP\.NET_SessionId=([^;]+)/.exec(request.headers['cookie'] ?? '')?.[1]

export function createDoor(parts: DoorParts): Door {
  const { grants, sessions } = parts
  return {
    enter: request => {
      const token = bearerOf(request)
      if (token === undefined) {
        const session = sessions.use(cookieOf(request) ?? '')
        if (!session) throw unauthorised()
        return session
      }
      return sessionOfToken(parts, token)
    },
    isKnown: request => {
      const token = bearerOf(request)
      return token === undefined
        ? sessions.use(cookieOf(request) ?? '') !== undefined
        : grants.ofAccessToken(token) !== undefined
    },
    login: request => login(parts, request),
    logout: request => {
      // IIS itself asks for the length; clients that send none get no further
      if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined)
        return plain(411, '<h2>Length Required</h2>', 'text/html')
      const grant = grants.ofAccessToken(bearerOf(request) ?? '')
      const id = grant?.sessionId ?? cookieOf(request)
      if (id !== undefined) sessions.close(id)
      if (grant) grant.sessionId = undefined
      return {
        ...empty(204),
        cookies: ['ASP.NET_SessionId=; path=/; expires=Thu, 01-Jan-1970 00:00:00 GMT', '.ASPXAUTH=; path=/'],
      }
    },
  }
}

function sessionOfToken({ world, grants, sessions }: DoorParts, token: string): Session {
  const grant = grants.ofAccessToken(token)
  if (!grant) throw unauthorised()
  const held = grant.sessionId === undefined ? undefined : sessions.use(grant.sessionId)
  if (held) return held
  const admission = sessions.open(grant.user, 'grant')
  if (admission.is === 'full') throw new Refusal(admission.of === 'user' ? tooManyOfUser() : licenceFull(world))
  grant.sessionId = admission.session.id
  return admission.session
}

const LIMIT = 'API Login Limit: the number of concurrent API logins is exceeded. Please sign out of another session.'

/** One fact, three faces (fact sheet 10). */
function licenceFull(world: World): SandboxAnswer {
  const face = world.knobs().loginLimitFace
  if (face === '429') return json(429, { message: LIMIT })
  if (face === '302') return tooManyOfUser()
  return httpError(500, 'PX.Data.PXException', LIMIT).answer
}

const tooManyOfUser = () =>
  redirect(
    `${INSTANCE_PATH}/Frames/Error.aspx?exceptionID=1&typeID=error&message=${encodeURIComponent('The number of concurrent API logins exceeds the limit.')}`,
  )

function login({ world, credentials, sessions }: DoorParts, request: SandboxRequest): SandboxAnswer {
  const given = loginOf(request)
  if (given.get('name') !== credentials.username || given.get('password') !== credentials.password)
    throw httpError(500, 'PX.Data.PXException', 'Error: Invalid credentials. Please try again.')
  const tenant = given.get('tenant') ?? given.get('company')
  if (tenant !== undefined && tenant !== '' && tenant !== TENANT)
    throw httpError(
      500,
      'PX.Data.PXUndefinedCompanyException',
      'Unable to determine proper company id for the request.',
    )
  const admission = sessions.open(credentials.username, 'cookie')
  if (admission.is === 'full') throw new Refusal(licenceFull(world))
  return {
    ...empty(204),
    cookies: [
      `ASP.NET_SessionId=${admission.session.id}; path=/; HttpOnly; SameSite=Lax`,
      `.ASPXAUTH=${admission.session.id.replaceAll('-', '').toUpperCase()}; path=/; HttpOnly`,
      `UserBranch=16; path=/`,
      `Locale=Culture=en-US&TimeZone=GMTE0000U; path=/`,
      `CompanyID=${encodeURIComponent(TENANT)}; path=/`,
      'requestid=1; path=/',
      'requeststat=+st:1+sc:~/entity/auth/login; path=/',
    ],
  }
}

function loginOf(request: SandboxRequest): ReadonlyMap<string, string> {
  const body = request.body.toString('utf8')
  if ((request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'))
    return new Map(new URLSearchParams(body))
  try {
    const parsed: unknown = JSON.parse(body)
    return new Map(Object.entries(parsed ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]))
  } catch {
    // no JSON: a sign-in without a name
    return new Map()
  }
}
