import { allOf, child, childrenOf, qualified, type XmlElement } from './xml.ts'

/**
 * What the WSDL says of how to call the service: SOAPAction, namespaces and the order of members. WCF ignores members that come out of order, so
 * that a wrong order would write blanks (fact sheet 2, 10.1).
 */
export interface ServiceContract {
  readonly operations: Readonly<Record<string, OperationContract>>
  /** By `{namespace}name`. */
  readonly types: Readonly<Record<string, readonly Member[]>>
}

export interface OperationContract {
  readonly action: string
  readonly namespace: string
  /** Parameters, in order. */
  readonly members: readonly Member[]
}

export interface Member {
  readonly name: string
  /** '' where elements are not qualified. */
  readonly namespace: string
  /** Of a complex type. */
  readonly type?: string
  readonly isMany?: boolean
}

const SOAP_11 = 'http://schemas.xmlsoap.org/wsdl/soap/'
const SCHEMA = 'http://www.w3.org/2001/XMLSchema'

const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }) => `{${namespace}}${name}`

/** From all documents of a WSDL: its own, and those that it imports. Undefined when they describe no operation. */
export function readWsdl(documents: readonly XmlElement[]): ServiceContract | undefined {
  const schemas = documents.flatMap(it => (it.name === 'schema' ? [it] : allOf(it, 'schema')))
  const elements = new Map(schemas.flatMap(schema => childrenOf(schema, 'element').map(it => named(schema, it))))
  const types = new Map(schemas.flatMap(schema => childrenOf(schema, 'complexType').map(it => named(schema, it))))
  const actions = actionsIn(documents)
  const inputs = inputsIn(documents)
  const operations = [...actions].flatMap(([name, action]): [string, OperationContract][] => {
    const held = elements.get(inputs.get(name) ?? '')
    const type = held && (child(held.it, 'complexType') ?? types.get(typeOf(held.it) ?? '')?.it)
    if (!held || !type) return []
    return [[name, { action, namespace: held.namespace, members: membersOf(held.schema, type, types) }]]
  })
  if (operations.length === 0) return undefined
  const all = [...types].map(([key, { schema, it }]) => [key, membersOf(schema, it, types)] as const)
  return { operations: Object.fromEntries(operations), types: Object.fromEntries(all) }
}

interface Named {
  readonly schema: XmlElement
  readonly it: XmlElement
  readonly namespace: string
}

function named(schema: XmlElement, it: XmlElement): [string, Named] {
  const namespace = schema.attributes['targetNamespace'] ?? ''
  return [keyOf({ namespace, name: it.attributes['name'] ?? '' }), { schema, it, namespace }]
}

/** Operation → SOAPAction, of the binding for SOAP 1.1. */
function actionsIn(documents: readonly XmlElement[]): ReadonlyMap<string, string> {
  const bindings = documents.flatMap(it => allOf(it, 'binding')).filter(it => childrenOf(it, 'operation').length > 0)
  const is11 = (it: XmlElement) => it.children.some(inner => inner.name === 'binding' && inner.namespace === SOAP_11)
  const chosen = bindings.find(is11) ?? bindings[0]
  return new Map(
    childrenOf(chosen, 'operation').flatMap(it => {
      const action = child(it, 'operation')?.attributes['soapAction']
      return action === undefined ? [] : [[it.attributes['name'] ?? '', action] as const]
    }),
  )
}

/** Operation → `{namespace}element` of its request. */
function inputsIn(documents: readonly XmlElement[]): ReadonlyMap<string, string> {
  const messages = new Map(
    documents.flatMap(it => allOf(it, 'message')).map(it => [it.attributes['name'] ?? '', elementOf(it)] as const),
  )
  const operations = documents.flatMap(it => allOf(it, 'portType')).flatMap(it => childrenOf(it, 'operation'))
  return new Map(
    operations.flatMap(it => {
      const input = child(it, 'input')
      const message = input && messages.get(qualified(input, input.attributes['message'] ?? '').name)
      return message === undefined ? [] : [[it.attributes['name'] ?? '', message] as const]
    }),
  )
}

function elementOf(message: XmlElement): string | undefined {
  const part = childrenOf(message, 'part').find(it => it.attributes['element'] !== undefined)
  return part && keyOf(qualified(part, part.attributes['element'] ?? ''))
}

function typeOf(element: XmlElement): string | undefined {
  const type = element.attributes['type']
  if (type === undefined) return undefined
  const found = qualified(element, type)
  return found.namespace === SCHEMA ? undefined : keyOf(found)
}

type Types = ReadonlyMap<string, Named>

/** Members of a type in order, those of the type that it extends first. */
function membersOf(schema: XmlElement, type: XmlElement, types: Types, depth = 0): readonly Member[] {
  const extension = child(child(type, 'complexContent'), 'extension')
  const base = extension && types.get(keyOf(qualified(extension, extension.attributes['base'] ?? '')))
  // a type that extends itself is no type
  const inherited = base && depth < 8 ? membersOf(base.schema, base.it, types, depth + 1) : []
  const own = childrenOf(child(extension ?? type, 'sequence'), 'element')
  return [...inherited, ...own.map(it => memberOf(schema, it))]
}

function memberOf(schema: XmlElement, element: XmlElement): Member {
  const isQualified = (element.attributes['form'] ?? schema.attributes['elementFormDefault']) === 'qualified'
  const reference = element.attributes['ref']
  if (reference !== undefined) return qualified(element, reference)
  const type = typeOf(element)
  return {
    name: element.attributes['name'] ?? '',
    namespace: isQualified ? (schema.attributes['targetNamespace'] ?? '') : '',
    ...(type === undefined ? {} : { type }),
    ...((element.attributes['maxOccurs'] ?? '1') === '1' ? {} : { isMany: true }),
  }
}

/** Addresses of further documents, as they are written: they often name an inner host (fact sheet 10.10). */
export const importsIn = (document: XmlElement): readonly string[] =>
  ['import', 'include'].flatMap(name =>
    allOf(document, name).flatMap(it => {
      const { location, schemaLocation } = it.attributes
      return location ?? schemaLocation ?? []
    }),
  )
