import { schemaError } from './wire/errors.ts'
import { child, parseXml, textIn, type XmlNode } from './wire/xml.ts'

export interface Credentials {
  readonly userId: string
  readonly companyId: string
  readonly password: string
  readonly locationId: string
}

export interface FunctionRequest {
  readonly controlId: string
  readonly name: string
  readonly node: XmlNode
}

/** A request that keeps the schema (fact sheet 2 and 3). */
export interface GatewayRequest {
  readonly senderId: string
  readonly senderPassword: string
  readonly controlId: string
  readonly uniqueId: boolean
  readonly dtdVersion: string
  readonly policyId: string
  readonly whitespace: boolean
  readonly additionalErrors: boolean
  readonly authentication:
    | { readonly is: 'login'; readonly login: Credentials }
    | { readonly is: 'session'; readonly id: string }
  readonly isTransaction: boolean
  readonly functions: readonly FunctionRequest[]
}

interface Sequence {
  readonly required: readonly string[]
  readonly order: readonly string[]
}

const CONTROL: Sequence = {
  required: ['senderid', 'password', 'controlid', 'dtdversion'],
  order: [
    'senderid',
    'password',
    'controlid',
    'uniqueid',
    'dtdversion',
    'policyid',
    'debug',
    'includewhitespace',
    'showadditionalerrorinfo',
  ],
}
const LOGIN: Sequence = {
  required: ['userid', 'companyid', 'password'],
  order: ['userid', 'companyid', 'password', 'clientid', 'locationid'],
}
const REQUEST: Sequence = { required: ['control', 'operation'], order: ['control', 'operation'] }
const OPERATION: Sequence = { required: ['authentication', 'content'], order: ['authentication', 'content'] }

/** `XL03000003` for whatever the schema does not allow, with line and column. */
export function parseRequest(body: Buffer): GatewayRequest {
  const root = parseXml(body)
  if (root.name !== 'request') throw wrong(root, `Element '${root.name}': No matching global declaration available`)
  checkSequence(root, REQUEST)
  const control = need(root, 'control')
  const operation = need(root, 'operation')
  checkSequence(control, CONTROL)
  checkSequence(operation, OPERATION)
  const controlId = textIn(control, 'controlid') ?? ''
  if (controlId.length < 1 || controlId.length > 256)
    throw wrong(control, "Element 'controlid': its length is 1 to 256")
  return {
    senderId: textIn(control, 'senderid') ?? '',
    senderPassword: child(control, 'password')?.text ?? '',
    controlId,
    uniqueId: flag(control, 'uniqueid', true),
    dtdVersion: textIn(control, 'dtdversion') ?? '',
    policyId: textIn(control, 'policyid') ?? '',
    whitespace: flag(control, 'includewhitespace', true),
    additionalErrors: flag(control, 'showadditionalerrorinfo', false),
    authentication: parseAuthentication(need(operation, 'authentication')),
    isTransaction: transactionOf(operation),
    functions: parseFunctions(need(operation, 'content')),
  }
}

function parseAuthentication(node: XmlNode): GatewayRequest['authentication'] {
  const [only, ...more] = node.children
  if (!only || more.length > 0 || (only.name !== 'login' && only.name !== 'sessionid'))
    throw wrong(only ?? node, "Element 'authentication': Expected is one of ( login, sessionid )")
  if (only.name === 'sessionid') return { is: 'session', id: only.text.trim() }
  checkSequence(only, LOGIN)
  return {
    is: 'login',
    login: {
      userId: textIn(only, 'userid') ?? '',
      companyId: textIn(only, 'companyid') ?? '',
      password: child(only, 'password')?.text ?? '',
      locationId: textIn(only, 'locationid') ?? '',
    },
  }
}

function parseFunctions(content: XmlNode): FunctionRequest[] {
  if (content.children.length === 0)
    throw wrong(content, "Element 'content': Missing child element(s). Expected is ( function )")
  const functions = content.children.map(node => {
    if (node.name !== 'function')
      throw wrong(node, `Element '${node.name}': This element is not expected. Expected is ( function )`)
    const controlId = node.attributes['controlid'] ?? ''
    if (controlId.length < 1 || controlId.length > 256)
      throw wrong(node, "Element 'function': The attribute 'controlid' is required, with 1 to 256 characters")
    const [inner, ...more] = node.children
    if (!inner || more.length > 0) throw wrong(more[0] ?? node, "Element 'function': it holds exactly one function")
    return { controlId, name: inner.name, node: inner }
  })
  if (functions.length > 1 && functions.some(it => it.name === 'getAPISession'))
    throw wrong(content, "Element 'getAPISession': it must be the only function of its request")
  return functions
}

function transactionOf(operation: XmlNode): boolean {
  const value = operation.attributes['transaction'] ?? 'false'
  if (value !== 'true' && value !== 'false')
    throw wrong(operation, "Element 'operation', attribute 'transaction': true or false")
  return value === 'true'
}

function flag(node: XmlNode, name: string, initial: boolean): boolean {
  const text = textIn(node, name)
  if (text === undefined) return initial
  if (text !== 'true' && text !== 'false')
    throw wrong(child(node, name) ?? node, `Element '${name}': '${text}' is not a valid value`)
  return text === 'true'
}

function checkSequence(node: XmlNode, { order, required }: Sequence): void {
  let place = -1
  for (const item of node.children) {
    const at = order.indexOf(item.name)
    if (at <= place) {
      const expected = order.slice(place + 1).join(', ')
      throw wrong(item, `Element '${item.name}': This element is not expected. Expected is one of ( ${expected} )`)
    }
    place = at
  }
  for (const name of required)
    if (!child(node, name))
      throw wrong(node, `Element '${node.name}': Missing child element(s). Expected is ( ${name} )`)
}

function need(node: XmlNode, name: string): XmlNode {
  const found = child(node, name)
  if (!found) throw wrong(node, `Element '${node.name}': Missing child element(s). Expected is ( ${name} )`)
  return found
}

const wrong = (node: XmlNode, problem: string) => schemaError(`${problem}. Line: ${node.line}, column: ${node.column}.`)
