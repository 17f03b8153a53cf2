import type { SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { asError, json, Refusal, refuse } from './answers.ts'
import { asRow } from './line-items.ts'
import { listRecords, type PageTokens } from './list.ts'
import { fieldList, moduleList, oneModule, organisation, users } from './metadata.ts'
import type { Accounts } from './oauth.ts'
import type { Org } from './org.ts'
import { recordModule } from './org.ts'
import { getRecord, listDeleted } from './read-calls.ts'
import { type Need, type Right, requireScopes } from './scopes.ts'
import type { Cost, Usage } from './usage.ts'
import { deleteRecords, insertRecords, readBody, updateRecord, updateRecords, upsertRecords } from './write-calls.ts'

/** The parts that answer calls together. */
export interface Site {
  readonly org: Org
  readonly accounts: Accounts
  readonly usage: Usage
  readonly tokens: PageTokens
  origin(): string
}

export interface Route {
  /** What the call is counted under. */
  readonly label: string
  readonly needs: readonly Need[]
  readonly cost: Cost
  readonly delayMs?: number
  run(): SandboxAnswer | Promise<SandboxAnswer>
}

const PREFIX = '/crm/v8/'
const ONE: Cost = { credits: 1, isSub: false }

/** Any call: token endpoint, or API host. */
export async function handle(site: Site, request: SandboxRequest): Promise<{ label: string; answer: SandboxAnswer }> {
  if (request.path === '/oauth/v2/token' && request.method === 'POST')
    return { label: 'POST token', answer: await site.accounts.token(request, site.origin()) }
  const label = { name: `${request.method} ${request.path}` }
  try {
    const answer = await guarded(site, request, label)
    return { label: label.name, answer: { ...answer, headers: { ...answer.headers, ...site.usage.headers() } } }
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    const answer = json(thrown.status, asError(thrown.fault))
    return { label: label.name, answer: { ...answer, headers: { ...answer.headers, ...site.usage.headers() } } }
  }
}

/** The order of the doors: path, token, scope, credits and slots; then the call itself. */
async function guarded(site: Site, request: SandboxRequest, label: { name: string }): Promise<SandboxAnswer> {
  const route = routeOf(site, request, label)
  const scopes = site.accounts.authorise(request)
  const found = route()
  requireScopes(scopes, found.needs)
  const leave = site.usage.enter(found.cost)
  try {
    const wait = site.org.knobs.latencyMs + (found.delayMs ?? 0)
    if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait))
    return await found.run()
  } finally {
    leave()
  }
}

function routeOf(site: Site, request: SandboxRequest, label: { name: string }): () => Route {
  if (!request.path.startsWith(PREFIX)) throw wrongUrl()
  const steps = request.path.slice(PREFIX.length).split('/').map(decode)
  label.name = labelOf(request.method, steps)
  return () => {
    const found = fixedRoute(site, request, steps) ?? recordRoute(site, request, steps)
    return { ...found, label: label.name }
  }
}

type Plan = Omit<Route, 'label'>
const FIXED = new Set(['settings', 'actions'])

/** `GET Accounts`, `POST Accounts/upsert`, `GET Accounts/{id}`, `GET settings/fields`. */
function labelOf(method: string, steps: readonly string[]): string {
  const [first = '', second] = steps
  if (second === undefined) return `${method} ${first}`
  const isKey = !FIXED.has(first) && second !== 'upsert' && second !== 'deleted'
  return `${method} ${first}/${isKey ? '{id}' : second}`
}

function fixedRoute(site: Site, request: SandboxRequest, steps: readonly string[]): Plan | undefined {
  const { org } = site
  const [first, second, third] = steps
  const get = (need: Need, run: Plan['run']): Plan => {
    if (request.method !== 'GET') throw wrongMethod()
    return { needs: [need], cost: ONE, run }
  }
  if (first === 'org' && second === undefined) return get({ family: 'org', right: 'READ' }, () => organisation(org))
  if (first === 'users' && second === undefined) return get({ family: 'users', right: 'READ' }, () => users(request))
  if (first !== 'settings') return undefined
  if (second === 'modules' && steps.length <= 3)
    return get({ family: 'settings', part: 'modules', right: 'READ' }, () =>
      third === undefined ? moduleList(org) : oneModule(org, third),
    )
  if (second === 'fields' && third === undefined)
    return get({ family: 'settings', part: 'fields', right: 'READ' }, () => fieldList(org, request))
  throw wrongUrl()
}

function recordRoute(site: Site, request: SandboxRequest, steps: readonly string[]): Plan {
  const { org } = site
  const [name = '', second] = steps
  if (steps.length > 2 || !/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) throw wrongUrl()
  const module = recordModule(org, name)
  const needs = (...rights: Right[]): Need[] => rights.map(right => ({ family: 'modules', part: module.scope, right }))
  const write = writeCost(request)
  const key = second ?? ''
  const isSub = request.query.has('sort_by') || request.query.has('cvid')
  const plans: Record<string, Plan> =
    second === undefined
      ? {
          GET: {
            needs: needs('READ'),
            cost: { credits: 1, isSub },
            run: () => listRecords(org, module, { request, tokens: site.tokens }),
          },
          POST: { needs: needs('CREATE'), cost: write, run: () => insertRecords(org, module, request) },
          PUT: { needs: needs('UPDATE'), cost: write, run: () => updateRecords(org, module, request) },
          DELETE: {
            needs: needs('DELETE'),
            cost: ONE,
            run: () => deleteRecords(org, module, { request, keys: idsOf(request) }),
          },
        }
      : second === 'upsert'
        ? {
            POST: {
              needs: needs('CREATE', 'UPDATE'),
              cost: write,
              delayMs: org.knobs.upsertDelayMs,
              run: () => upsertRecords(org, module, request),
            },
          }
        : second === 'deleted'
          ? { GET: { needs: needs('READ'), cost: ONE, run: () => listDeleted(org, module, request) } }
          : {
              GET: { needs: needs('READ'), cost: ONE, run: () => getRecord(org, module, { request, key }) },
              PUT: { needs: needs('UPDATE'), cost: ONE, run: () => updateRecord(org, module, { request, key }) },
              DELETE: {
                needs: needs('DELETE'),
                cost: ONE,
                run: () => deleteRecords(org, module, { request, keys: [key] }),
              },
            }
  const plan = plans[request.method]
  if (!plan) throw wrongMethod()
  return plan
}

const idsOf = (request: SandboxRequest) => (request.query.get('ids') ?? '').split(',').filter(it => it !== '')

/** 1 credit per 10 records; more than 10 records take one of the shared slots (6.2). */
function writeCost(request: SandboxRequest): Cost {
  if (request.method !== 'POST' && request.method !== 'PUT') return ONE
  let count = 0
  try {
    const data = asRow(readBody(request))?.['data']
    count = Array.isArray(data) ? data.length : 0
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
  }
  return { credits: Math.max(1, Math.ceil(count / 10)), isSub: count > 10 }
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    throw wrongUrl()
  }
}

const wrongUrl = () =>
  refuse('INVALID_URL_PATTERN', 'Please check if the URL trying to access is a correct one', {}, 404)
const wrongMethod = () => refuse('INVALID_REQUEST_METHOD', 'The http request method type is not a valid one')
