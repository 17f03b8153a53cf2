import type { SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { type Address, parseAddress, ROOT } from './address.ts'
import { errorBody, forbidden, page, Refusal, resourceNotFound } from './answers.ts'
import { callProcess, callResource, type ResourceCall } from './calls.ts'
import { landingPage, metadataOf, SWAGGER_PATH, swagger } from './metadata.ts'
import { MODULES, PROCESSES, RESOURCES } from './resources/catalogue.ts'
import type { User } from './sign-in.ts'
import type { Site } from './site.ts'
import type { Company } from './store/company.ts'

/** Any call: the server around the application first, then the application. */
export async function handle(site: Site, request: SandboxRequest): Promise<{ label: string; answer: SandboxAnswer }> {
  const answer = serverRefusal(site, request) ?? (await site.pool.run(() => answered(() => application(site, request))))
  return { label: labelOf(request), answer }
}

/** `GET AP/APVendors`, `GET AP/APVendors(key)`, `POST IC/ICDayEndProcessing($process)`: what a call is counted under. */
function labelOf({ method, path }: SandboxRequest): string {
  try {
    const { module, name, key } = parseAddress(path)
    const inner = key === undefined ? '' : key.includes('$') ? `(${key.replaceAll("'", '')})` : '(key)'
    return `${method} ${module.toUpperCase()}/${name}${inner}`
  } catch {
    return `${method} elsewhere`
  }
}

function answered(run: () => SandboxAnswer): SandboxAnswer {
  try {
    return run()
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return errorBody(thrown)
  }
}

/** What IIS and ASP.NET refuse before the application sees it. */
function serverRefusal({ knobs }: Site, { path, query }: SandboxRequest): SandboxAnswer | undefined {
  const { queryBytes, pathValidation } = knobs.now()
  if (isTooLong(query, queryBytes)) return page(404, 'Not Found - Request filtering: query string too long')
  if (pathValidation && /[<>*&:\\?]|%(3C|3E|2A|25|26|3A|5C|3F)/i.test(path))
    return page(400, 'A potentially dangerous Request.Path value was detected from the client')
  return undefined
}

/** IIS counts the query as it was sent; what a client encodes differently than others is at most a few bytes. */
const isTooLong = (query: URLSearchParams, limit: number) =>
  [...query].reduce((sum, [name, value]) => sum + name.length + encodeURIComponent(value).length + 2, -1) > limit

function application(site: Site, request: SandboxRequest): SandboxAnswer {
  if (new RegExp(`^${ROOT}/?$`, 'i').test(request.path)) return landingPage()
  if (request.path === SWAGGER_PATH) return swagger()
  const user = site.signIn.authorise(request.headers['authorization'])
  checkContentType(site, request)
  const address = parseAddress(request.path)
  const company = site.companies.get(address.company.toUpperCase())
  if (!company) throw resourceNotFound(`company ${address.company}`)
  const module = address.module.toUpperCase()
  if (!MODULES.includes(module)) throw resourceNotFound(`module ${address.module}`)
  const at: Asked = { site, request, user, company, address: { ...address, module } }
  checkModule(at)
  return inModule(at)
}

interface Asked {
  readonly site: Site
  readonly request: SandboxRequest
  readonly user: User
  readonly company: Company
  readonly address: Address
}

/** Documented as 500 on every call; seen to be forgiven on reads (fact sheet 1). */
function checkContentType({ knobs }: Site, { method, headers }: SandboxRequest): void {
  const { contentType } = knobs.now()
  const isNeeded = contentType === 'always' || (contentType === 'writes' && method !== 'GET' && method !== 'DELETE')
  if (isNeeded && !/^application\/json\b/i.test(headers['content-type'] ?? ''))
    throw new Refusal(500, 'InternalServerError', 'An unexpected error occurred.')
}

function checkModule({ site, user, address: { module } }: Asked): void {
  if (user.modules.includes(module) && !site.knobs.now().deniedModules.includes(module)) return
  throw forbidden(`User ${user.id} is not authorized to use the Web API of ${module}.`)
}

function inModule(asked: Asked): SandboxAnswer {
  const { site, request, company, address, user } = asked
  const path = `${address.module}/${address.name}`
  const knobs = site.knobs.now()
  if (address.name === '$metadata' && request.method === 'GET') return metadataOf(address.module, knobs)
  if (PROCESSES.has(path)) return callProcess({ request, company, user, path, key: address.key })
  const def = RESOURCES.get(path)
  if (!def || knobs.missingResources.includes(path)) throw resourceNotFound(path)
  const isWrite = request.method !== 'GET'
  if (knobs.deniedResources.includes(path)) throw forbidden(`User ${user.id} may not view ${def.name}.`)
  if (isWrite && (!user.mayWrite || knobs.readOnlyResources.includes(path)))
    throw forbidden(`User ${user.id} may not change ${def.name}.`)
  const base = `${site.origin()}${ROOT}/v1.0/-/${company.id}`
  const call: ResourceCall = { request, company, def, key: address.key, base }
  return callResource(call)
}
