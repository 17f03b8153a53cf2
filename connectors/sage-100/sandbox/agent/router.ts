import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Json, SandboxAnswer, SandboxRequest } from '../../../../engine/sdk/index.ts'
import { page } from '../pages.ts'
import type { Site } from '../site.ts'
import type { Company } from '../store/company.ts'
import { TABLES, type TableDef } from '../store/tables.ts'
import { AGENT_KEY, SYNC_USER, type User } from '../users.ts'
import { AgentRefusal, agentError, agentJson, badRequest, notFound } from './answers.ts'
import { itemOf, selectionOf } from './items.ts'
import { checkParameters, listKeys, listRows } from './list.ts'
import { patchCustomer } from './patch.ts'

export const AGENT_ROOT = '/agent'

/** The agent of section 7, protocol `sage100-boi/1`. */
export async function handleAgent(site: Site, request: SandboxRequest): Promise<SandboxAnswer> {
  if (site.knobs.now().agentService === 'stopped') return page(502, 'Bad Gateway')
  const requestId = request.headers['x-request-id'] ?? randomUUID()
  try {
    const answer = await answerTo({ site, request, requestId, segments: segmentsOf(request.path) })
    return answer
  } catch (thrown) {
    if (!(thrown instanceof AgentRefusal)) throw thrown
    return agentError(thrown, requestId)
  }
}

interface Asked {
  readonly site: Site
  readonly request: SandboxRequest
  readonly requestId: string
  /** Behind `/agent/v1`, decoded one by one: an encoded slash stays in its key. */
  readonly segments: readonly string[]
}

function segmentsOf(path: string): readonly string[] {
  const [version, ...rest] = path.slice(AGENT_ROOT.length + 1).split('/')
  if (version !== 'v1' || rest.length === 0) throw notFound(`There is nothing at ${path}.`)
  try {
    return rest.map(decodeURIComponent)
  } catch {
    throw badRequest('The path is not URL-encoded.')
  }
}

/** Label of a call: `GET customers`, `GET customers/keys`, `GET customers/{key}`, `GET health`. */
export function agentLabel({ method, path }: SandboxRequest): string {
  const [, , , first = '', , entity, last] = path.split('/')
  if (first !== 'companies' || entity === undefined) return `${method} agent/${first}`
  return `${method} ${entity}${last === undefined ? '' : last === 'keys' ? '/keys' : '/{key}'}`
}

async function answerTo(asked: Asked): Promise<SandboxAnswer> {
  const { site, request, segments, requestId } = asked
  if (request.headers['x-agent-key'] !== AGENT_KEY)
    throw new AgentRefusal('AGENT_UNAUTHORIZED', 'X-Agent-Key is missing or wrong.')
  const [first, code, entity, key, ...more] = segments
  const answer = (body: Json) => agentJson(body, requestId)
  if (first === 'health' && segments.length === 1 && request.method === 'GET') return answer(health(site))
  if (first !== 'companies' || more.length > 0) throw notFound(`There is nothing at ${request.path}.`)
  const user = logon(asked)
  if (code === undefined && request.method === 'GET') return answer(companiesOf(site, user))
  const company = openCompany(asked, { user, code: code ?? '' })
  const def = TABLES.find(it => it.path === entity)
  if (!def) throw notFound(`There is no entity ${entity ?? ''}.`)
  const call = { ...asked, user, company, def, key }
  checkAccess(call)
  return site.pool.run(async () => {
    const { scanMs } = site.knobs.now()
    if (scanMs > 0 && (key === undefined || key === 'keys')) await delay(scanMs)
    return answer(inSession(call))
  })
}

function health({ knobs, host }: Site): Json {
  const { edition, timeZone } = knobs.now()
  const { date, time } = host.localTime()
  return {
    protocol: 'sage100-boi/1',
    agentVersion: '1.0.0',
    sageVersion: '7.20.3.0',
    edition,
    timeZone,
    localDate: date,
    localTime: time,
  }
}

const companiesOf = ({ companies, knobs }: Site, user: User): Json =>
  [...companies.values()]
    .filter(it => user.companies.includes(it.code) && knobs.now().externalAccess)
    .map(it => ({ companyCode: it.code, companyName: it.name }))

/** `nSetUser`: the logon of the call, or that of the agent. */
function logon({ site, request }: Asked): User {
  const header = request.headers['authorization']
  if (header === undefined && site.knobs.now().storedLogon) return SYNC_USER
  const [, encoded = ''] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '') ?? []
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  const found = site.logons.check(text.slice(0, Math.max(colon, 0)), text.slice(colon + 1))
  if (found.is === 'user') return found.user
  const lastErrorMsg =
    found.is === 'locked' ? 'The user account is locked.' : 'The user logon or password is incorrect.'
  throw new AgentRefusal('SAGE_LOGON_FAILED', lastErrorMsg, {
    sage: { object: 'SY_Session', method: 'nSetUser', lastErrorMsg },
  })
}

function openCompany({ site }: Asked, { user, code }: { readonly user: User; readonly code: string }): Company {
  const company = site.companies.get(code)
  if (!company) throw new AgentRefusal('COMPANY_NOT_FOUND', `There is no company ${code}.`)
  if (user.companies.includes(code) && site.knobs.now().externalAccess) return company
  const lastErrorMsg = `User ${user.name} may not open company ${code}.`
  throw new AgentRefusal('COMPANY_ACCESS_DENIED', lastErrorMsg, {
    sage: { object: 'SY_Session', method: 'nSetCompany', lastErrorMsg },
  })
}

interface SessionCall extends Asked {
  readonly user: User
  readonly company: Company
  readonly def: TableDef
  readonly key: string | undefined
}

/** What Sage checks before it makes the object. */
function checkAccess({ site, def, request }: SessionCall): void {
  const { inactiveModules, deniedTasks, noLicense } = site.knobs.now()
  const action = request.method === 'PATCH' ? 'Modify' : 'View'
  if (inactiveModules.includes(def.module))
    throw new AgentRefusal('MODULE_NOT_ACTIVE', `The module ${def.module} is not active in this company.`)
  if (deniedTasks.includes(def.name) || deniedTasks.includes(`${def.name}.${action}`))
    throw new AgentRefusal('TASK_DENIED', `No access to ${def.name}: ${action}.`)
  if (noLicense) throw new AgentRefusal('NO_LICENSE', 'All Sage 100 user licenses are in use.')
  if (site.locks.isExclusive(def))
    throw new AgentRefusal('EXCLUSIVE_ACCESS', `${def.name} is opened exclusively: period end or another process runs.`)
}

function inSession(call: SessionCall): Json {
  const { site, request, company, def, key, user } = call
  const { method, query, body } = request
  if (key === undefined && method === 'GET') return listRows({ site, company, def, query })
  if (key === 'keys' && method === 'GET') return listKeys({ site, company, def, query })
  if (key !== undefined && method === 'GET') return readRow(call, key)
  if (key !== undefined && method === 'PATCH' && def.name === 'AR_Customer') {
    patchCustomer({ site, company, userKey: user.key, key, body })
    return readRow(call, key)
  }
  throw badRequest(`${method} is not possible for ${def.path}.`)
}

function readRow({ company, def, request: { query } }: SessionCall, key: string): Json {
  checkParameters(query, ['fields', 'include'])
  const selection = selectionOf(def, query)
  const row = company.table(def.name).get(key)
  if (!row) throw notFound(`${def.name} ${key} is not on file.`, key)
  return itemOf(company, def, { ...selection, entry: { key, row: () => row } })
}
