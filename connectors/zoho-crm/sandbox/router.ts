import { setTimeout as delay } from 'node:timers/promises'
import type { SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { asError, json, Refusal } from './answers.ts'
import { findRoute, labelOf, wrongUrl } from './routes.ts'
import { requireScopes } from './scopes.ts'
import type { Site } from './site.ts'

// bulk calls have a base of their own; their steps begin with `bulk`
const BASES: readonly (readonly [string, readonly string[]])[] = [
  ['/crm/v8/', []],
  ['/crm/bulk/v8/', ['bulk']],
]

/** Any call: of the accounts host, or of the API host. */
export async function handle(site: Site, request: SandboxRequest): Promise<{ label: string; answer: SandboxAnswer }> {
  if (request.path === '/oauth/v2/token' && request.method === 'POST')
    return { label: 'POST token', answer: await site.accounts.token(request, site.origin()) }
  const steps = stepsOf(request.path)
  const label = steps ? labelOf(request.method, steps) : `${request.method} unknown`
  const answer = await answered(async () => {
    if (!steps) throw wrongUrl()
    return guarded(site, request, steps)
  })
  return { label, answer: { ...answer, headers: { ...answer.headers, ...site.usage.headers() } } }
}

async function answered(run: () => Promise<SandboxAnswer>): Promise<SandboxAnswer> {
  try {
    return await run()
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return json(thrown.status, asError(thrown.fault))
  }
}

/** The doors in their order: token, path and module, scope, credits and slots; then the call itself. */
async function guarded(site: Site, request: SandboxRequest, steps: readonly string[]): Promise<SandboxAnswer> {
  const scopes = site.accounts.authorise(request)
  const route = findRoute({ site, request, steps })
  requireScopes(scopes, route.needs)
  const leave = site.usage.enter(route.cost)
  try {
    const wait = site.org.knobs.latencyMs + (route.delayMs ?? 0)
    if (wait > 0) await delay(wait)
    return route.run()
  } finally {
    leave()
  }
}

/** What follows the version in the path; undefined for any other path, or one that is not well encoded. */
function stepsOf(path: string): readonly string[] | undefined {
  const [base, first] = BASES.find(([it]) => path.startsWith(it)) ?? []
  if (base === undefined || first === undefined) return undefined
  try {
    return [...first, ...path.slice(base.length).split('/').map(decodeURIComponent)]
  } catch {
    return undefined
  }
}
