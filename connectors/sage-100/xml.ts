/** The little XML that SOAP and WSDL need: escape and build requests, parse answers into a small typed tree. */
import {
  createXmlReader,
  type XmlNode,
  XmlProblem,
  xmlAttributesOf,
  xmlNamesIn,
  xmlNodesIn,
  xmlTextIn,
} from '../../engine/sdk/index.ts'

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string
  readonly namespace: string
  /** By local name; `nil` of `i:nil`. Declarations of namespaces are not among them. */
  readonly attributes: Readonly<Record<string, string>>
  /** What prefixes mean here; '' is the default namespace. */
  readonly scope: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** Text directly inside, decoded once, as it was sent. */
  readonly text: string
}

const readXml = createXmlReader(100)

/** The root element; undefined for anything but one whole, well-formed document without a DTD. */
export function parseXml(text: string): XmlElement | undefined {
  try {
    const roots = toElements(readXml(text), {})
    return roots.length === 1 ? roots[0] : undefined
  } catch (thrown) {
    if (thrown instanceof XmlProblem) return undefined
    throw thrown
  }
}

type Scope = XmlElement['scope']

export const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

function toElements(nodes: readonly XmlNode[], outer: Scope): XmlElement[] {
  return nodes.flatMap(node => {
    const { attributes, scope } = attributesIn(node, outer)
    return xmlNamesIn(node).map(full => {
      const inside = xmlNodesIn(node[full])
      return { ...nameOf(full, scope), attributes, scope, children: toElements(inside, scope), text: xmlTextIn(inside) }
    })
  })
}

const nameOf = (full: string, scope: Scope): Pick<XmlElement, 'name' | 'namespace'> => ({
  name: localName(full),
  namespace: scope[full.includes(':') ? full.slice(0, full.indexOf(':')) : ''] ?? '',
})

function attributesIn(node: XmlNode, outer: Scope): Pick<XmlElement, 'attributes' | 'scope'> {
  const texts = Object.entries(xmlAttributesOf(node))
  const isDeclaration = ([name]: readonly [string, string]) => name === 'xmlns' || name.startsWith('xmlns:')
  const declared = texts.filter(isDeclaration).map(([name, value]) => [name === 'xmlns' ? '' : localName(name), value])
  const plain = texts.filter(it => !isDeclaration(it)).map(([name, value]) => [localName(name), value])
  return { attributes: Object.fromEntries(plain), scope: { ...outer, ...Object.fromEntries(declared) } }
}

export const child = (parent: XmlElement | undefined, name: string): XmlElement | undefined =>
  parent?.children.find(it => it.name === name)

export const childrenOf = (parent: XmlElement | undefined, name: string): readonly XmlElement[] =>
  parent?.children.filter(it => it.name === name) ?? []

/** All elements of a name at any depth, in the order of the document. */
export const allOf = (root: XmlElement, name: string): readonly XmlElement[] =>
  root.children.flatMap(it => [...(it.name === name ? [it] : []), ...allOf(it, name)])

export const isNil = ({ attributes }: XmlElement): boolean => attributes['nil'] === 'true' || attributes['nil'] === '1'

/** `{namespace}local` of a prefixed name, as it is meant at this element. */
export const qualified = (at: XmlElement, name: string): Pick<XmlElement, 'name' | 'namespace'> =>
  nameOf(name, at.scope)
