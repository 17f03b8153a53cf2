import type { SandboxAnswer } from '../../../../engine/sdk/index.ts'
import { escaped } from './xml.ts'

/** What an operation refuses, as a MasFault (fact sheet 3.2, 9). */
export class MasRefusal extends Error {
  override readonly name = 'MasRefusal'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** What is wrong inside the server, or with the envelope: a fault without a MasFault. */
export class PlainFault extends Error {
  override readonly name = 'PlainFault'
  readonly code: string
  readonly namespace: string | undefined

  constructor(code: string, message: string, namespace?: string) {
    super(message)
    this.code = code
    this.namespace = namespace
  }
}

const DISPATCHER = 'http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher'
const ADDRESSING = 'http://schemas.microsoft.com/ws/2005/05/addressing/none'

export const unexpected = () => new PlainFault('InternalServiceFault', 'An exception occurred.', DISPATCHER)
export const unreadable = (why: string) => new PlainFault('DeserializationFailed', why, DISPATCHER)
export const unknownAction = (action: string) =>
  new PlainFault(
    'ActionNotSupported',
    `The message with Action '${action}' cannot be processed at the receiver, due to a ContractFilter mismatch at the EndpointDispatcher.`,
    ADDRESSING,
  )

export const noKey = (what: string) => new MasRefusal('CI_NoKey', `${what} does not exist.`)

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/'
const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

export function soapAnswer(status: number, body: string): SandboxAnswer {
  return {
    status,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: `<s:Envelope xmlns:s="${ENVELOPE}"><s:Body>${body}</s:Body></s:Envelope>`,
  }
}

/** `faultNamespace` is what the prefix of the code of a MasFault stands for: not known, so a knob. */
export function faultAnswer(
  fault: MasRefusal | PlainFault,
  { memberNamespace, faultNamespace }: { readonly memberNamespace: string; readonly faultNamespace: string },
): SandboxAnswer {
  const own = fault instanceof MasRefusal
  const bound = own ? faultNamespace : (fault.namespace ?? faultNamespace)
  const said = escaped(fault.message)
  const code = escaped(fault.code)
  const detail = `<detail><MasFault xmlns="${escaped(memberNamespace)}" xmlns:i="${XSI}"><ErrorCode>${code}</ErrorCode><ErrorMessage>${said}</ErrorMessage></MasFault></detail>`
  return soapAnswer(
    500,
    `<s:Fault><faultcode xmlns:a="${escaped(bound)}">a:${code}</faultcode><faultstring xml:lang="en-US">${said}</faultstring>${own ? detail : ''}</s:Fault>`,
  )
}
