import type { SandboxRequest } from '../../../../engine/sdk/index.ts'
import type { Knobs } from '../knobs.ts'
import { CONTRACT_NAMES, contractMembers, isContract } from './contracts.ts'
import { OPERATIONS } from './operations.ts'
import { escaped } from './xml.ts'

/** One parameter of an operation on the wire, logon and company included. */
export interface Parameter {
  readonly name: string
  readonly type: string
}

/** In the order of the contract: reversed, all of it. */
export function parametersOf(operation: string, { elementOrder }: Pick<Knobs, 'elementOrder'>): readonly Parameter[] {
  const found = OPERATIONS[operation]
  if (!found) return []
  const logon = found.task
    ? [
        { name: 'logon', type: 'Logon' },
        { name: 'companyCode', type: 'text' },
      ]
    : []
  const all = [...logon, ...found.parameters]
  return elementOrder === 'reversed' ? all.reverse() : all
}

export const actionOf = (operation: string, { namespace, contractName }: Knobs): string =>
  `${namespace}/${contractName}/${operation}`

const WSDL = 'http://schemas.xmlsoap.org/wsdl/'
const SOAP = 'http://schemas.xmlsoap.org/wsdl/soap/'
const XSD = 'http://www.w3.org/2001/XMLSchema'
/** WCF gives each namespace of a service a WSDL of its own. */
const BINDING_NAMESPACE = 'http://tempuri.org/'

/** `?wsdl`, `?wsdl=wsdl0`, `?xsd=xsd0`, `?xsd=xsd1`, `?singleWsdl`; undefined for any other query. */
export function metadata(query: URLSearchParams, knobs: Knobs, address: string): string | undefined {
  // IIS does not mind capitals: many ask for ?WSDL
  const asked = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]))
  const [wsdl, xsd] = [asked.get('wsdl'), asked.get('xsd')]
  if (asked.has('singlewsdl')) return singleDocument(knobs, address)
  if (wsdl === '') return serviceDocument(knobs, address)
  if (wsdl === 'wsdl0') return contractDocument(knobs, schemaImports(knobs, address))
  if (xsd === 'xsd0')
    return operationSchema(knobs, knobs.memberNamespace === knobs.namespace ? undefined : `${address}?xsd=xsd1`)
  if (xsd === 'xsd1' && isSplit(knobs)) return memberSchema(knobs)
  return undefined
}

/** As the server knows itself, whatever it was called by (fact sheet 10.10). */
export function innerAddress({ internalHost }: Knobs, request: SandboxRequest): string {
  return `http://${internalHost}${request.path}`
}

function definitions(namespace: string, { memberNamespace }: Knobs, inner: string): string {
  const named = `xmlns:tns="${escaped(namespace)}" xmlns:c="${escaped(memberNamespace)}"`
  return `<?xml version="1.0" encoding="utf-8"?><wsdl:definitions name="MasService" targetNamespace="${escaped(namespace)}" xmlns:wsdl="${WSDL}" xmlns:xsd="${XSD}" xmlns:soap="${SOAP}" ${named}>${inner}</wsdl:definitions>`
}

function serviceDocument(knobs: Knobs, address: string): string {
  const imported = `<wsdl:import namespace="${escaped(knobs.namespace)}" location="${escaped(address)}?wsdl=wsdl0"/>`
  return definitions(BINDING_NAMESPACE, knobs, `${imported}<wsdl:types/>${binding(knobs, 'i0')}${service(address)}`)
}

function contractDocument(knobs: Knobs, types: string): string {
  return definitions(knobs.namespace, knobs, `<wsdl:types>${types}</wsdl:types>${messages()}${portType(knobs)}`)
}

function singleDocument(knobs: Knobs, address: string): string {
  const schemas = [operationSchema(knobs, undefined), ...(isSplit(knobs) ? [memberSchema(knobs)] : [])]
  const types = schemas.map(it => it.replace(/^<\?xml[^>]*\?>/, '')).join('')
  const inner = `<wsdl:types>${types}</wsdl:types>${messages()}${portType(knobs)}${binding(knobs, 'tns')}${service(address)}`
  return definitions(knobs.namespace, knobs, inner)
}

const isSplit = ({ memberNamespace, namespace }: Knobs) => memberNamespace !== namespace

function schemaImports(knobs: Knobs, address: string): string {
  const one = (namespace: string, at: number) =>
    `<xsd:import schemaLocation="${escaped(address)}?xsd=xsd${at}" namespace="${escaped(namespace)}"/>`
  const all = [knobs.namespace, ...(isSplit(knobs) ? [knobs.memberNamespace] : [])]
  return `<xsd:schema targetNamespace="${escaped(knobs.namespace)}/Imports">${all.map(one).join('')}</xsd:schema>`
}

const names = Object.keys(OPERATIONS)
/** What every operation refuses with: the fault, its element and its contract are called so. */
const FAULT = 'MasFault'

const messages = () => {
  const all = names
    .flatMap(it => [it, `${it}Response`])
    .map(it => {
      const message = it.endsWith('Response') ? `${it.slice(0, -8)}_OutputMessage` : `${it}_InputMessage`
      return `<wsdl:message name="${message}"><wsdl:part name="parameters" element="tns:${it}"/></wsdl:message>`
    })
    .join('')
  return `${all}<wsdl:message name="${FAULT}_FaultMessage"><wsdl:part name="detail" element="c:${FAULT}"/></wsdl:message>`
}

function portType({ contractName }: Knobs): string {
  const fault = `<wsdl:fault name="${FAULT}" message="tns:${FAULT}_FaultMessage"/>`
  const operations = names.map(
    it =>
      `<wsdl:operation name="${it}"><wsdl:input message="tns:${it}_InputMessage"/><wsdl:output message="tns:${it}_OutputMessage"/>${fault}</wsdl:operation>`,
  )
  return `<wsdl:portType name="${escaped(contractName)}">${operations.join('')}</wsdl:portType>`
}

function binding(knobs: Knobs, prefix: string): string {
  const fault = `<wsdl:fault name="${FAULT}"><soap:fault name="${FAULT}" use="literal"/></wsdl:fault>`
  const operations = names.map(
    it =>
      `<wsdl:operation name="${it}"><soap:operation soapAction="${escaped(actionOf(it, knobs))}" style="document"/><wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>${fault}</wsdl:operation>`,
  )
  const declared = prefix === 'tns' ? '' : ` xmlns:${prefix}="${escaped(knobs.namespace)}"`
  return `<wsdl:binding name="MasServiceBinding" type="${prefix}:${escaped(knobs.contractName)}"${declared}><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>${operations.join('')}</wsdl:binding>`
}

const service = (address: string) =>
  `<wsdl:service name="MasService"><wsdl:port name="MasServiceBinding" binding="tns:MasServiceBinding"><soap:address location="${escaped(address)}"/></wsdl:port></wsdl:service>`

function schema(namespace: string, inner: string, declared = ''): string {
  return `<?xml version="1.0" encoding="utf-8"?><xs:schema elementFormDefault="qualified" targetNamespace="${escaped(namespace)}" xmlns:xs="${XSD}" xmlns:own="${escaped(namespace)}"${declared}>${inner}</xs:schema>`
}

/** Elements of requests and answers; the contracts too where both are of one namespace. */
function operationSchema(knobs: Knobs, memberLocation: string | undefined): string {
  const location = memberLocation === undefined ? '' : ` schemaLocation="${escaped(memberLocation)}"`
  const imported = isSplit(knobs) ? `<xs:import${location} namespace="${escaped(knobs.memberNamespace)}"/>` : ''
  const prefix = isSplit(knobs) ? 'q' : 'own'
  const declared = isSplit(knobs) ? ` xmlns:q="${escaped(knobs.memberNamespace)}"` : ''
  const elements = names.flatMap(it => [requestElement(it, knobs, prefix), responseElement(it, prefix)])
  const own = isSplit(knobs) ? '' : contracts(knobs)
  return schema(knobs.namespace, `${imported}${elements.join('')}${own}`, declared)
}

const memberSchema = (knobs: Knobs) => schema(knobs.memberNamespace, contracts(knobs))

function requestElement(name: string, knobs: Knobs, prefix: string): string {
  const inner = parametersOf(name, knobs).map(it => element(it, prefix))
  return wrapper(name, inner.join(''))
}

function responseElement(name: string, prefix: string): string {
  const result = OPERATIONS[name]?.result
  return wrapper(`${name}Response`, result ? element({ name: `${name}Result`, type: result }, prefix) : '')
}

const wrapper = (name: string, inner: string) =>
  `<xs:element name="${name}"><xs:complexType><xs:sequence>${inner}</xs:sequence></xs:complexType></xs:element>`

const SIMPLE: Readonly<Record<string, string>> = {
  text: 'string',
  dateTime: 'dateTime',
  decimal: 'decimal',
  int: 'int',
}

function element({ name, type }: Parameter, prefix: string, isMany = false): string {
  const of = isContract(type) ? `${prefix}:${type}` : `xs:${SIMPLE[type] ?? 'string'}`
  const most = isMany ? ' maxOccurs="unbounded"' : ''
  return `<xs:element minOccurs="0"${most} name="${name}" nillable="true" type="${of}"/>`
}

function contracts(knobs: Knobs): string {
  return CONTRACT_NAMES.map(name => {
    const members = contractMembers(name, knobs).map(it => element(it, 'own', it.isMany))
    const type = `<xs:complexType name="${name}"><xs:sequence>${members.join('')}</xs:sequence></xs:complexType>`
    return `${type}<xs:element name="${name}" nillable="true" type="own:${name}"/>`
  }).join('')
}
