import { EngineError, escapeXml, type HttpAnswer, isEngineError } from '../../engine/sdk/index.ts'
import type { Sage100Client } from './client.ts'
import { ACTION_UNKNOWN, type Fault, lostAnswer, plainText, retryAfterIn, soapError } from './errors.ts'
import { forgetContract, serviceContract } from './soap-contract.ts'
import type { Member, OperationContract, ServiceContract } from './wsdl.ts'
import { child, childrenOf, localName, parseXml, type XmlElement } from './xml.ts'

/** What goes into an element: text, members by name, or many of them. */
export type Content = string | readonly Content[] | { readonly [member: string]: Content }

export interface SoapCall {
  readonly operation: string
  /** Parameters beside `logon` and `companyCode`. */
  readonly given: Readonly<Record<string, Content>>
  readonly effect: 'none' | 'repeatable' | 'once'
  readonly tried?: (times: number) => void
}

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/'

/** One operation; its result, or undefined where it gives none. */
export async function soapCall(client: Sage100Client, call: SoapCall): Promise<XmlElement | undefined> {
  const { soap, context, credentials } = client
  if (soap === undefined) throw noService(call.operation)
  const contract = await serviceContract(client)
  const operation = contract.operations[call.operation]
  if (!operation) throw unknownOperation(call.operation)
  const { username, password } = credentials.logon
  const logon = { Password: password, Username: username }
  const given = { ...call.given, logon, companyCode: context.settings.companyCode }
  try {
    return await client.run({
      label: call.operation,
      effect: call.effect,
      request: {
        method: 'POST',
        url: soap,
        headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${operation.action}"` },
        body: envelope(contract, operation, { name: call.operation, given }),
      },
      settle: answer => settle(client, call, answer),
      tried: call.tried,
    })
  } catch (thrown) {
    // the service was updated since its WSDL was read: next time it is read anew
    if (isEngineError(thrown) && thrown.code === ACTION_UNKNOWN) await forgetContract(client)
    throw thrown
  }
}

function envelope(
  contract: ServiceContract,
  { namespace, members }: OperationContract,
  { name, given }: { readonly name: string; readonly given: Readonly<Record<string, Content>> },
): string {
  const inner = membersXml(contract, members, { given, outer: namespace })
  const body = `<${name} xmlns="${escapeXml(namespace)}">${inner}</${name}>`
  return `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${ENVELOPE}"><s:Body>${body}</s:Body></s:Envelope>`
}

interface Inside {
  readonly given: Readonly<Record<string, Content>>
  /** Namespace that holds without a declaration. */
  readonly outer: string
}

/** In the order of the contract, whatever the order in which they are given. */
function membersXml(contract: ServiceContract, members: readonly Member[], { given, outer }: Inside): string {
  return members
    .flatMap(member => {
      const content = Object.hasOwn(given, member.name) ? given[member.name] : undefined
      if (content === undefined) return []
      const all = member.isMany && Array.isArray(content) ? content : [content]
      return all.map(it => memberXml(contract, member, { content: it, outer }))
    })
    .join('')
}

function memberXml(
  contract: ServiceContract,
  { name, namespace, type }: Member,
  { content, outer }: { readonly content: Content; readonly outer: string },
): string {
  const declaration = namespace === outer ? '' : ` xmlns="${escapeXml(namespace)}"`
  if (typeof content === 'string') return `<${name}${declaration}>${escapeXml(content)}</${name}>`
  const members = contract.types[type ?? ''] ?? []
  const given = isMembers(content) ? content : { [members[0]?.name ?? '']: content }
  return `<${name}${declaration}>${membersXml(contract, members, { given, outer: namespace })}</${name}>`
}

const isMembers = (content: Content): content is { readonly [member: string]: Content } =>
  typeof content === 'object' && !Array.isArray(content)

function settle(client: Sage100Client, { operation, effect }: SoapCall, answer: HttpAnswer): XmlElement | undefined {
  const root = parseXml(answer.text)
  const body = root?.name === 'Envelope' ? child(root, 'Body') : undefined
  const fault = child(body, 'Fault')
  const isWrite = effect !== 'none'
  if (fault || answer.status < 200 || answer.status >= 300) {
    const said = faultOf(answer, fault, retryAfterIn(answer, client.context.clock))
    throw soapError(said, { where: operation, isWrite, redact: client.credentials.redact })
  }
  const response = child(body, `${operation}Response`)
  // a success whose body is HTML, empty or cut says nothing about what happened
  if (!response) {
    const why = `status ${answer.status} with ${root ? 'another document' : 'a body that is no whole XML document'}`
    throw lostAnswer(operation, why, isWrite ? 'uncertain' : 'transient')
  }
  return child(response, `${operation}Result`)
}

/** `a:CI_NoKey`: the code of the MasFault in the detail, else the fault's own without its prefix (fact sheet 3.2). */
function faultOf(answer: HttpAnswer, fault: XmlElement | undefined, retryAfterMs = 0): Fault {
  const mas = childrenOf(child(fault, 'detail'), 'MasFault')[0]
  const own = localName(child(fault, 'faultcode')?.text.trim() ?? '')
  const code = child(mas, 'ErrorCode')?.text.trim() ?? (/^(Server|Client|InternalServiceFault)$/.test(own) ? '' : own)
  const words = child(mas, 'ErrorMessage')?.text ?? child(fault, 'faultstring')?.text ?? plainText(answer.text)
  return {
    // a fault is one, whatever status a proxy makes of it
    status: fault && answer.status < 400 ? 500 : answer.status,
    code: code === '' ? undefined : code,
    words,
    isPage: fault === undefined,
    retryAfterMs,
  }
}

const noService = (operation: string): EngineError =>
  new EngineError({
    kind: 'unavailable',
    code: 'SAGE100_NO_SERVICE',
    message: `${operation} needs the eBusiness Web Services, whose address is not set`,
    remedy: 'Install the eBusiness Web Services and give their soapUrl: an agent makes no customers.',
  })

const unknownOperation = (operation: string): EngineError =>
  new EngineError({
    kind: 'unavailable',
    code: 'SAGE100_OPERATION_MISSING',
    message: `the web services of this release have no operation ${operation}`,
    remedy: 'Update Sage 100, or leave the flow out.',
  })
