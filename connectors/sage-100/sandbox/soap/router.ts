import { setTimeout as delay } from 'node:timers/promises'
import type { SandboxAnswer, SandboxRequest } from '../../../../engine/sdk/index.ts'
import { page } from '../pages.ts'
import type { Site } from '../site.ts'
import { tableDef } from '../store/tables.ts'
import type { User } from '../users.ts'
import { faultAnswer, MasRefusal, PlainFault, soapAnswer, unexpected, unknownAction, unreadable } from './faults.ts'
import type { Call } from './masters.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import { type GivenMembers, isMembers, readMembers, resultXml, type ShownMembers, textIn } from './wire.ts'
import { actionOf, innerAddress, metadata, parametersOf } from './wsdl.ts'
import { type Element, escaped, parse } from './xml.ts'

export const SOAP_PATH = '/eBusinessWebServices/MasService.svc'

/** IIS does not mind capitals. */
export const isSoapPath = (path: string): boolean => path.toLowerCase() === SOAP_PATH.toLowerCase()

/** `GetCustomer`, `GET wsdl`, `POST soap` for an action that names no operation. */
export function soapLabel({ method, headers, query }: SandboxRequest): string {
  if (method === 'GET') return query.size > 0 ? 'GET wsdl' : 'GET page'
  const name = actionIn(headers).split('/').at(-1) ?? ''
  return Object.hasOwn(OPERATIONS, name) ? name : `${method} soap`
}

const actionIn = (headers: SandboxRequest['headers']) => (headers['soapaction'] ?? '').trim().replace(/^"(.*)"$/, '$1')

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/'

/** The eBusiness Web Services (fact sheet 2, 3). */
export async function handleSoap(site: Site, request: SandboxRequest): Promise<SandboxAnswer> {
  const knobs = site.knobs.now()
  if (knobs.service === 'stopped')
    return page(503, 'Service Unavailable', 'HTTP Error 503. The service is unavailable.')
  if (knobs.service === 'missing') return page(404, 'Not Found', 'HTTP Error 404. The requested resource is not found.')
  if (knobs.latencyMs > 0) await delay(knobs.latencyMs)
  if (request.method === 'GET') return describe(site, request)
  if (request.method !== 'POST') return page(405, 'Method Not Allowed')
  const type = request.headers['content-type'] ?? ''
  if (!isOurType(type))
    return page(
      415,
      'Unsupported Media Type',
      `Cannot process the message because the content type '${type}' was not the expected type 'text/xml; charset=utf-8'.`,
    )
  if (request.body.length > knobs.maxMessageBytes) return page(413, 'Request Entity Too Large')
  try {
    return operate(site, request)
  } catch (thrown) {
    if (thrown instanceof MasRefusal || thrown instanceof PlainFault) return faultAnswer(thrown, knobs)
    throw thrown
  }
}

function isOurType(contentType: string): boolean {
  const [type = '', ...parameters] = contentType.split(';').map(it => it.trim().toLowerCase())
  const charset = parameters.find(it => it.startsWith('charset='))?.slice('charset='.length) ?? 'utf-8'
  return type === 'text/xml' && charset.replaceAll('"', '') === 'utf-8'
}

function describe({ knobs }: Site, request: SandboxRequest): SandboxAnswer {
  const now = knobs.now()
  const document = request.query.size > 0 ? metadata(request.query, now, innerAddress(now, request)) : undefined
  if (document !== undefined)
    return { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: document }
  return page(200, 'MasService Service', 'You have created a service. To test it, create a client: svcutil.exe ?wsdl')
}

function operate(site: Site, request: SandboxRequest): SandboxAnswer {
  const knobs = site.knobs.now()
  const root = parse(request.body.toString('utf8'))
  const body =
    root?.name === 'Envelope' && root.namespace === ENVELOPE
      ? root.children.find(it => it.name === 'Body' && it.namespace === ENVELOPE)
      : undefined
  if (!body) return page(400, 'Bad Request')
  const action = actionIn(request.headers)
  const name = Object.keys(OPERATIONS).find(it => actionOf(it, knobs) === action)
  const operation = OPERATIONS[name ?? '']
  if (name === undefined || !operation) throw unknownAction(action)
  const wrapper = body.children[0]
  if (wrapper?.name !== name || wrapper.namespace !== knobs.namespace)
    throw unreadable(
      `OperationFormatter encountered an invalid Message body. Expected to find node with name '${name}'.`,
    )
  if (knobs.unexpectedCalls > 0) {
    site.knobs.set('unexpectedCalls', knobs.unexpectedCalls - 1)
    throw unexpected()
  }
  return answer(site, { name, operation, wrapper })
}

interface Asked {
  readonly name: string
  readonly operation: Operation
  readonly wrapper: Element
}

function answer(site: Site, { name, operation, wrapper }: Asked): SandboxAnswer {
  const knobs = site.knobs.now()
  const sent = readMembers(wrapper.children, parametersOf(name, knobs), knobs, knobs.namespace)
  const result = operation.run(callOf(site, operation, sent))
  const inner = result === undefined || !operation.result ? '' : resultOf(`${name}Result`, operation.result, result)
  return soapAnswer(200, `<${name}Response xmlns="${escaped(knobs.namespace)}">${inner}</${name}Response>`)

  function resultOf(element: string, type: NonNullable<Operation['result']>, shown: string | ShownMembers): string {
    if (typeof shown === 'string' || type === 'text') return `<${element}>${escaped(String(shown))}</${element}>`
    return resultXml(element, type, shown, knobs)
  }
}

/** Logon, company, access, task: in this order. The two informational operations need none of them. */
function callOf(site: Site, { task }: Operation, sent: GivenMembers): Call {
  const main = [...site.companies.values()][0]
  if (!main) throw unexpected()
  if (!task) return { site, company: main, user: { name: '', password: '', key: '', companies: [] }, sent }
  const user = logon(site, sent)
  const company = openCompany(site, user, (textIn(sent, 'companyCode') ?? '').trim())
  const def = tableDef(task.table)
  const { deniedTasks, inactiveModules, noLicense, lockCode } = site.knobs.now()
  if (inactiveModules.includes(def.module))
    throw new MasRefusal('WS_ModuleNotActive', `The module ${def.module} is not active.`)
  if (deniedTasks.includes(def.name) || deniedTasks.includes(`${def.name}.${task.right}`))
    throw new MasRefusal('WS_NoAccess', `No Access to ${def.name}: ${task.right}.`)
  if (noLicense) throw new MasRefusal('WS_NoLicense', 'All Sage 100 user licenses are in use.')
  if (site.locks.isExclusive(def))
    throw new MasRefusal(lockCode, `${def.name} is in use exclusively by another process.`)
  return { site, company, user, sent }
}

function logon({ knobs, logons }: Site, sent: GivenMembers): User {
  const { systemEnabled, userEnabled, logonCode } = knobs.now()
  const refuse = (why: string): never => {
    throw new MasRefusal(logonCode, why)
  }
  if (!systemEnabled) refuse('Web services are not enabled in System Configuration.')
  const given = isMembers(sent['logon']) ? sent['logon'] : {}
  const found = logons.check(textIn(given, 'Username') ?? '', textIn(given, 'Password') ?? '')
  if (found.is === 'locked') return refuse('The user account is locked.')
  if (found.is === 'refused') return refuse('The user logon or password is invalid.')
  if (!userEnabled) refuse(`User ${found.user.name} is not enabled for web services.`)
  return found.user
}

function openCompany({ companies, knobs }: Site, user: User, code: string) {
  const { companyEnabled, logonCode } = knobs.now()
  const company = companies.get(code)
  if (!company) throw new MasRefusal(logonCode, `The company code ${code} is invalid.`)
  if (!companyEnabled) throw new MasRefusal(logonCode, `Company ${code} is not enabled for web services.`)
  if (!user.companies.includes(code))
    throw new MasRefusal(logonCode, `User ${user.name} is not enabled for company ${code}.`)
  return company
}
