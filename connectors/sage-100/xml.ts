/** The little XML that SOAP and WSDL need: escape and build requests, parse answers into a small typed tree. */
import { XMLParser, XMLValidator } from 'fast-xml-parser'

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

const parser = new XMLParser({
  preserveOrder: true,
  // keys such as `0000010` and `1E5` are texts (fact sheet 10.2)
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  // decoded below, once; a DTD's own entities are never expanded
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: '#cdata',
  maxNestedTags: 100,
})

/** The root element; undefined for anything but one whole, well-formed document without a DTD. */
export function parseXml(text: string): XmlElement | undefined {
  if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) return undefined
  try {
    const roots = toElements(parser.parse(text), {})
    return roots.length === 1 ? roots[0] : undefined
  } catch {
    return undefined
  }
}

type Scope = XmlElement['scope']

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

function toElements(nodes: unknown, outer: Scope): XmlElement[] {
  if (!Array.isArray(nodes)) return []
  return nodes.filter(isObject).flatMap(node => {
    const { attributes, scope } = attributesIn(node[':@'], outer)
    return Object.keys(node)
      .filter(name => name !== ':@' && !name.startsWith('#'))
      .map(full => ({ ...nameOf(full, scope), attributes, scope, ...contentOf(node[full], scope) }))
  })
}

const nameOf = (full: string, scope: Scope): Pick<XmlElement, 'name' | 'namespace'> => ({
  name: localName(full),
  namespace: scope[full.includes(':') ? full.slice(0, full.indexOf(':')) : ''] ?? '',
})

function contentOf(nodes: unknown, scope: Scope): Pick<XmlElement, 'children' | 'text'> {
  const texts = Array.isArray(nodes) ? nodes.filter(isObject).map(textIn) : []
  return { children: toElements(nodes, scope), text: texts.join('') }
}

function textIn(node: Readonly<Record<string, unknown>>): string {
  if (typeof node['#text'] === 'string') return decodeXml(node['#text'])
  const raw = node['#cdata']
  return Array.isArray(raw)
    ? raw
        .filter(isObject)
        .map(it => (typeof it['#text'] === 'string' ? it['#text'] : ''))
        .join('')
    : ''
}

function attributesIn(given: unknown, outer: Scope): Pick<XmlElement, 'attributes' | 'scope'> {
  if (!isObject(given)) return { attributes: {}, scope: outer }
  const texts = Object.entries(given).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, decodeXml(value)]] : [],
  )
  const isDeclaration = ([name]: readonly [string, string]) => name === 'xmlns' || name.startsWith('xmlns:')
  const declared = texts.filter(isDeclaration).map(([name, value]) => [name === 'xmlns' ? '' : localName(name), value])
  const plain = texts.filter(it => !isDeclaration(it)).map(([name, value]) => [localName(name), value])
  return { attributes: Object.fromEntries(plain), scope: { ...outer, ...Object.fromEntries(declared) } }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Decodes the five named entities and numeric references, once: `&amp;lt;` becomes `&lt;`. */
export function decodeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/g, (whole, hex, decimal, named) => {
    if (named !== undefined) return ENTITIES[named] ?? whole
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
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
