import { setTimeout as delay } from 'node:timers/promises'
import type { SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { forbidden, noEndpoint, Refusal } from './answers.ts'
import type { Call, Rank, Route, Site } from './call.ts'
import { type Door, type Identity, unauthenticated } from './identity.ts'
import { ROUTES } from './routes.ts'
import { requireScope } from './scopes.ts'

const BASE = '/api/v2/'

/** Any call: of the OAuth endpoints, or of the API. */
export async function handle(
  site: Site,
  door: Door,
  request: SandboxRequest,
): Promise<{ label: string; answer: SandboxAnswer }> {
  site.jobs.tick()
  if (request.path === '/oauth/tokens' && request.method === 'POST')
    return { label: 'POST oauth/tokens', answer: await settled(() => site.oauth.token(request)) }
  if (request.path === '/oauth/authorizations/new' && request.method === 'GET')
    return { label: 'GET oauth/authorizations/new', answer: await settled(() => site.oauth.authorize(request.query)) }
  const found = request.path.startsWith(BASE) ? findRoute(request) : undefined
  const label = found ? `${request.method} ${found.route.path.replaceAll('*', '{id}')}` : `${request.method} unknown`
  const headers: Record<string, string> = {}
  const answer = await settled(() => guarded({ site, door, request, found, headers }))
  return { label, answer: { ...answer, headers: { ...site.limits.headers(), ...headers, ...answer.headers } } }
}

async function settled(run: () => SandboxAnswer | Promise<SandboxAnswer>): Promise<SandboxAnswer> {
  try {
    return await run()
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.answer
    throw thrown
  }
}

interface Found {
  readonly route: Route
  readonly params: readonly string[]
}

interface Asked {
  readonly site: Site
  readonly door: Door
  readonly request: SandboxRequest
  readonly found: Found | undefined
  readonly headers: Record<string, string>
}

/** The doors in their order: the account's budget, who calls, path, scope, role, the endpoint's budget; then the call itself. */
async function guarded({ site, door, request, found, headers }: Asked): Promise<SandboxAnswer> {
  site.limits.enter()
  const { account } = site
  if (account.knobs.latencyMs > 0) await delay(account.knobs.latencyMs)
  const who = door.identify(request)
  if (account.knobs.accountSuspended) throw forbidden()
  if (!found) {
    if (who.is === 'anonymous') throw unauthenticated()
    throw noEndpoint()
  }
  const { route, params } = found
  requireRank(who, account.knobs.role, route)
  for (const name of route.limits ?? []) Object.assign(headers, site.limits.spend(name))
  const origin = `http://${request.headers['host'] ?? 'localhost'}`
  const call: Call = { ...site, request, query: request.query, who, origin, params, headers }
  return route.run(call)
}

const RANKS: Readonly<Record<Rank, readonly string[]>> = {
  anyone: ['admin', 'agent', 'end-user'],
  agent: ['admin', 'agent'],
  admin: ['admin'],
}

function requireRank(who: Identity, role: string, route: Route): void {
  if (who.is === 'anonymous') {
    if (route.rank !== 'anyone') throw unauthenticated()
    return
  }
  requireScope(who.scopes, route.needs)
  if (!RANKS[route.rank].includes(role)) throw forbidden()
}

/** Paths are the same with and without `.json`; the first route that fits, whole words before wildcards. */
function findRoute(request: SandboxRequest): Found | undefined {
  const parts = partsOf(request.path)
  if (!parts) return undefined
  for (const route of ROUTES) {
    if (route.method !== request.method) continue
    const wanted = route.path.split('/')
    if (wanted.length !== parts.length) continue
    if (wanted.every((it, index) => it === '*' || it === parts[index]))
      return { route, params: parts.filter((_it, index) => wanted[index] === '*') }
  }
  return undefined
}

function partsOf(path: string): readonly string[] | undefined {
  try {
    return path
      .slice(BASE.length)
      .replace(/\.json$/, '')
      .split('/')
      .map(decodeURIComponent)
  } catch {
    return undefined
  }
}
