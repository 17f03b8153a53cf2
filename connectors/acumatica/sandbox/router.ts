import type { SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { empty, httpError, json, notFound, plain, Refusal, redirect, unauthorised } from './answers.ts'
import { BRANCHES, entityNamed, VERSIONS } from './entities/catalogue.ts'
import type { EntityDef } from './entities/definition.ts'
import type { Session } from './identity/sessions.ts'
import type { EntityCall } from './rest/call.ts'
import { getFile, putFile } from './rest/files.ts'
import { listRecords } from './rest/list.ts'
import { deleteRecord, getRecord } from './rest/one.ts'
import { putRecord } from './rest/put.ts'
import { adHocSchema, openApi } from './rest/schema.ts'
import type { Site } from './site.ts'
import { INSTANCE_PATH } from './world.ts'

export interface Handled {
  readonly label: string
  readonly answer: SandboxAnswer
}

/** Any call below the instance path; what is beside it is no part of the site. */
export async function handle(site: Site, request: SandboxRequest): Promise<Handled> {
  const steps = stepsOf(request.path)
  if (!steps)
    return {
      label: `${request.method} unknown`,
      answer: plain(404, '<h2>404 - File or directory not found.</h2>', 'text/html'),
    }
  const label = labelOf(request.method, steps)
  if (site.world.knobs().pathCharacters === 'iis' && /[<>*%&:\\]/.test(steps.join('/')))
    return { label, answer: plain(400, 'A potentially dangerous Request.Path value was detected from the client.') }
  return { label, answer: await answered(() => route(site, request, steps)) }
}

async function answered(run: () => SandboxAnswer | Promise<SandboxAnswer>): Promise<SandboxAnswer> {
  try {
    return await run()
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.answer
    throw thrown
  }
}

function stepsOf(path: string): readonly string[] | undefined {
  if (path !== INSTANCE_PATH && !path.startsWith(`${INSTANCE_PATH}/`)) return undefined
  try {
    // decoded as a whole, as IIS does: an encoded slash divides like any other (fact sheet 4.3)
    return decodeURIComponent(path.slice(INSTANCE_PATH.length))
      .split('/')
      .filter(it => it !== '')
  } catch {
    // not well encoded: no address of ours
    return undefined
  }
}

/** `GET Customer`, `GET Customer/{key}`, `POST token`, `GET entity`: what a call is counted under. */
export function labelOf(method: string, steps: readonly string[]): string {
  const [first = '', second = '', third = '', fourth, fifth] = steps
  if (first === 'identity') return `${method} ${steps.at(-1) ?? ''}`
  if (first !== 'entity') return `${method} unknown`
  if (second === 'auth') return `${method} ${third}`
  if (fourth === undefined) return `${method} ${third === '' ? 'entity' : third}`
  const entity = entityNamed(fourth)?.name ?? 'unknown'
  if (fourth === 'swagger.json') return `${method} swagger.json`
  if (fifth === undefined) return `${method} ${entity}`
  if (steps.includes('files')) return `${method} ${entity}/{key}/files`
  if (steps.includes('status')) return `${method} ${entity}/{action}/status`
  return `${method} ${entity}/${fifth === '$adHocSchema' ? fifth : method === 'POST' ? '{action}' : '{key}'}`
}

async function route(site: Site, request: SandboxRequest, steps: readonly string[]): Promise<SandboxAnswer> {
  const [first, second, third] = steps
  const address = steps.join('/')
  if (first === 'identity') return identity(site, request, address)
  if (first !== 'entity') throw notFound('The resource cannot be found.')
  if (second === undefined) return request.method === 'GET' ? endpoints(site, request) : empty(405)
  if (second === 'auth') return auth(site, request, address)
  if (third === undefined) throw notFound(`Endpoint ${second} is not found.`)
  return endpoint(site, request, steps.slice(1))
}

const IDENTITY: Readonly<Record<string, ((site: Site, request: SandboxRequest) => SandboxAnswer) | undefined>> = {
  'GET identity/.well-known/openid-configuration': site => site.identity.discovery(site.origin()),
  'GET identity/connect/authorize': (site, request) => site.identity.authorize(request),
  'POST identity/connect/token': (site, request) => site.identity.token(request),
  'POST identity/connect/revocation': (site, request) => site.identity.revocation(request),
  'GET identity/connect/userinfo': (site, request) => site.identity.userInfo(request),
}

function identity(site: Site, request: SandboxRequest, address: string): SandboxAnswer {
  const found = IDENTITY[`${request.method} ${address}`]
  if (!found) throw notFound('The resource cannot be found.')
  return found(site, request)
}

function auth(site: Site, request: SandboxRequest, address: string): SandboxAnswer {
  if (request.method !== 'POST') return empty(405)
  // signing out does not wait in the queue (fact sheet 8)
  if (address === 'entity/auth/logout') return site.door.logout(request)
  if (address === 'entity/auth/login') return site.door.login(request)
  throw notFound('The resource cannot be found.')
}

const buildYear = (site: Site) => Number.parseInt(site.world.knobs().build, 10)
const served = (site: Site) => Object.entries(VERSIONS).filter(([, year]) => year <= buildYear(site))

/** Without a sign-in only the endpoints of the system, with one the tenant's own too (fact sheet 2). */
function endpoints(site: Site, request: SandboxRequest): SandboxAnswer {
  const { build } = site.world.knobs()
  const at = (name: string, version: string) => ({ name, version, href: `${INSTANCE_PATH}/entity/${name}/${version}/` })
  const own = site.door.isKnown(request) ? [at('AcmeExtra', '24.200.001')] : []
  const system = served(site).map(([version]) => at('Default', version))
  return json(200, {
    version: { acumaticaBuildVersion: build, databaseVersion: build },
    endpoints: [...system, at('eCommerce', '23.200.001'), ...own],
  })
}

async function endpoint(site: Site, request: SandboxRequest, steps: readonly string[]): Promise<SandboxAnswer> {
  const [name = '', versionText = '', entityName = '', ...rest] = steps
  const isSwagger = entityName === 'swagger.json' && rest.length === 0
  const session = isSwagger && site.world.knobs().anonymousSwagger ? undefined : site.door.enter(request)
  const version = served(site).find(([text]) => text === versionText)?.[1]
  if (name.toLowerCase() !== 'default' || version === undefined)
    throw notFound(`Endpoint ${name}/${versionText} is not found.`)
  const leave = await site.throttle.enter()
  try {
    if (isSwagger) return json(200, openApi(versionText, version, buildYear(site) >= 25))
    if (!session) throw unauthorised()
    if (entityName === 'files') return fileCall(site, request, { versionText, version, rest })
    const entity = entityNamed(entityName)
    if (!entity) throw notFound(`Entity ${entityName} is not found in ${name}/${versionText}.`)
    const call: EntityCall = { world: site.world, entity, versionText, version, request, files: site.files }
    checkAccess(site, entity, request)
    return entityCall(site, call, session, rest)
  } finally {
    leave()
  }
}

/** `files/{id}`, and the address that `files:put` of a record names. */
function fileCall(
  site: Site,
  request: SandboxRequest,
  at: { readonly versionText: string; readonly version: number; readonly rest: readonly string[] },
): SandboxAnswer {
  const { versionText, version, rest } = at
  const [graph, view, id = '', filename] = rest
  if (rest.length === 1 && request.method === 'GET') return getFile(site.files, graph ?? '')
  const entity = [
    'Customer',
    'Contact',
    'Vendor',
    'StockItem',
    'NonStockItem',
    'SalesInvoice',
    'Invoice',
    'SalesOrder',
    'Payment',
    'Account',
  ]
    .map(entityNamed)
    .find(it => it?.graph === graph && it?.view === view)
  if (!entity || filename === undefined || request.method !== 'PUT') throw notFound('The file is not found.')
  return putFile({ world: site.world, entity, versionText, version, request, files: site.files }, [id], filename)
}

function checkAccess({ world }: Site, entity: EntityDef, request: SandboxRequest): void {
  const { deniedEntities, setupMissing, brokenEntities } = world.knobs()
  if (deniedEntities.includes(entity.name))
    throw new Refusal(
      json(403, { message: `You have insufficient rights to access the ${entity.form} (${entity.screen}) form.` }),
    )
  if (setupMissing.includes(entity.name))
    throw httpError(
      500,
      'PX.Data.PXSetupNotEnteredException',
      `The required configuration data is not entered on the ${entity.form} Preferences form.`,
    )
  if (brokenEntities.includes(entity.name)) throw new Refusal(redirect(`${INSTANCE_PATH}/ui/error`))
  const branch = request.headers['px-cbapibranch']
  if (branch !== undefined && !BRANCHES.includes(branch.toUpperCase()))
    throw httpError(500, 'PX.Data.PXException', `The ${branch} branch cannot be found in the system.`)
}

function entityCall(site: Site, call: EntityCall, session: Session, rest: readonly string[]): SandboxAnswer {
  const { request, entity, version } = call
  const { method } = request
  if (rest.at(-2) === 'status' && method === 'GET') return site.operations.status(call, rest.at(-1) ?? '')
  site.operations.checkFree(entity, session)
  if (rest.length === 0) return wholeEntity(site, call)
  if (rest[0] === '$adHocSchema') return method === 'GET' ? json(200, adHocSchema(entity, version)) : empty(405)
  if (method === 'POST') return site.operations.start(call, session, rest[0] ?? '')
  const at = rest.indexOf('files')
  if (method === 'PUT' && at > 0 && at === rest.length - 2) return putFile(call, rest.slice(0, at), rest.at(-1) ?? '')
  if (rest.length > entity.keys.length) throw notFound('The resource cannot be found.')
  if (method === 'GET') return getRecord(call, rest)
  return method === 'DELETE' ? deleteRecord(call, rest) : empty(405)
}

function wholeEntity(site: Site, call: EntityCall): SandboxAnswer {
  switch (call.request.method) {
    case 'GET':
      return listRecords(call)
    case 'PUT':
      return putRecord(call, 'PUT')
    case 'PATCH':
      return buildYear(site) >= 25 ? putRecord(call, 'PATCH') : empty(405)
    case 'POST':
      return empty(406)
    default:
      return empty(405)
  }
}
