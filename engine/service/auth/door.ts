import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Role } from '../../core/operations.ts'
import type { Service } from '../service.ts'
import { notSignedIn, noWorkspace, roleMissing, tooManyRefused } from './errors.ts'
import { covers, createRights, type Right } from './rights.ts'
import { fromOwnPage } from './same-site.ts'
import { createSessions, SESSION_MS, type Sessions } from './sessions.ts'
import { hashOf, looksLikeToken } from './token.ts'

/** Whom a route is for: everybody, whoever has a token at all, or a role in the workspace that its path names. */
export type RouteRole = 'anyone' | 'signed-in' | Role

/** Who asks, of a route that is not for everybody. */
export interface Caller {
  /** As it goes into the audit trail. */
  readonly name: string
  /** In the workspace of the path; in all that the token opens when the path names none. Never empty. */
  readonly rights: readonly Right[]
  /** By which it is asked again whether the token is still in force. */
  readonly tokenHash: string
}

/** How often an address may be refused in a minute before it is not even looked at. */
export type CountRefusal = (
  request: FastifyRequest,
) => Promise<{ readonly isTooMany: boolean; readonly seconds: number }>

export interface Door {
  /** Lets in, or throws. */
  admit(request: FastifyRequest, role: Exclude<RouteRole, 'anyone'>): Promise<Caller>
  /** Begins a session for a token that is in force; throws like `admit`. */
  begin(request: FastifyRequest, reply: FastifyReply, token: string): Promise<Caller>
  end(request: FastifyRequest, reply: FastifyReply): void
  isStillIn(caller: Caller): Promise<boolean>
}

const COOKIE = 'mlc_session'
const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

export function createDoor(service: Service, countRefusal: CountRefusal): Door {
  const rights = createRights(service)
  const sessions = createSessions(service.clock)

  const refuse = async (request: FastifyRequest): Promise<never> => {
    const { isTooMany, seconds } = await countRefusal(request)
    if (isTooMany) throw tooManyRefused(seconds)
    service.log.warn('a sign-in was refused', { address: request.ip, method: request.method, path: pathOf(request) })
    throw notSignedIn()
  }

  const callerOf = async (request: FastifyRequest, { by, tokenHash }: Shown): Promise<Caller> => {
    const workspace = workspaceIn(request)
    const held = workspace === undefined ? undefined : service.workspaces.get(workspace)
    const here = held && (await rights.in(held, tokenHash))
    if (here) return { name: here.token.name, rights: [here], tokenHash }
    const all = await rights.everywhere(tokenHash)
    const [first] = all
    // a page whose token was revoked goes on asking: that is no attack
    if (!first) return by === 'cookie' ? Promise.reject(notSignedIn()) : refuse(request)
    if (workspace !== undefined) throw noWorkspace(workspace)
    return { name: first.token.name, rights: all, tokenHash }
  }

  return {
    admit: async (request, role) => {
      const shown = shownBy(request, sessions)
      if (!shown) return request.headers.authorization === undefined ? Promise.reject(notSignedIn()) : refuse(request)
      if (shown.by === 'cookie' && !READING.has(request.method)) fromOwnPage(request, service.publicUrl)
      const caller = await callerOf(request, shown)
      if (role === 'signed-in') return caller
      const lacking = caller.rights.find(it => !covers(it.token.role, role))
      if (lacking) throw roleMissing(lacking.token.role, role)
      return caller
    },
    begin: async (request, reply, token) => {
      if (!looksLikeToken(token)) return refuse(request)
      const caller = await callerOf(request, { by: 'token', tokenHash: hashOf(token) })
      reply.setCookie(COOKIE, sessions.begin(caller.tokenHash), cookieOf(request, service))
      return caller
    },
    end: (request, reply) => {
      const text = request.cookies[COOKIE]
      if (text !== undefined) sessions.end(text)
      reply.clearCookie(COOKIE, cookieOf(request, service))
    },
    isStillIn: async ({ tokenHash, rights: had }) => {
      const has = await Promise.all(had.map(it => rights.in(it.held, tokenHash)))
      return has.every(it => it !== undefined)
    },
  }
}

type Shown = { readonly by: 'token' | 'cookie'; readonly tokenHash: string }

/** A token goes before a cookie: a program that sends one means it. */
function shownBy(request: FastifyRequest, sessions: Sessions): Shown | undefined {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const [, text = ''] = /^bearer +(\S+)$/i.exec(authorization) ?? []
    return looksLikeToken(text) ? { by: 'token', tokenHash: hashOf(text) } : undefined
  }
  const cookie = request.cookies[COOKIE]
  const tokenHash = cookie === undefined ? undefined : sessions.tokenHash(cookie)
  return tokenHash === undefined ? undefined : { by: 'cookie', tokenHash }
}

function cookieOf({ protocol }: FastifyRequest, { publicUrl }: Service) {
  const secure = protocol === 'https' || publicUrl?.startsWith('https://') === true
  return { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge: SESSION_MS / 1_000 } as const
}

function workspaceIn({ params }: FastifyRequest): string | undefined {
  const found = typeof params === 'object' && params !== null && 'ws' in params ? params.ws : undefined
  return typeof found === 'string' ? found : undefined
}

/** Without the query: people paste tokens everywhere. */
function pathOf({ url }: FastifyRequest): string {
  return url.split('?')[0]?.slice(0, 200) ?? ''
}
