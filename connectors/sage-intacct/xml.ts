/** The little XML that the gateway needs: escape and build requests, parse answers into a small typed tree. */
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { EngineError, escapeXml } from '../../engine/sdk/index.ts'

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** Text directly inside, decoded once; exactly as sent when there are no child elements. */
  readonly text: string
}

const NAME = /^[A-Za-z_][\w.-]*$/

/** `<name>content</name>`; `content` is XML already. Refuses a name that could break out of its tag. */
export function element(name: string, content: string): string {
  if (!NAME.test(name))
    throw new EngineError({
      kind: 'configuration',
      code: 'INTACCT_FIELD_NAME',
      message: `"${escapeXml(name.slice(0, 60))}" cannot be the name of a Sage Intacct field`,
      remedy: 'Field names are letters, digits, "_" and "."; see "ml-connector describe".',
      field: name,
    })
  return `<${name}>${content}</${name}>`
}

/** `<name>text</name>`, escaped. */
export function textElement(name: string, text: string): string {
  return element(name, escapeXml(text))
}

const parser = new XMLParser({
  preserveOrder: true,
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
  maxNestedTags: 60,
})

/** Thrown for text that is not one whole, well-formed document without a DTD. */
export class XmlProblem extends Error {
  override readonly name = 'XmlProblem'
}

/** The root element. Throws an `XmlProblem` for anything but one whole, well-formed document. */
export function parseXml(text: string): XmlElement {
  // nothing that Intacct sends has a DTD, and reading one would open the door to entity expansion
  if (/<!DOCTYPE/i.test(text)) throw new XmlProblem('the document has a DTD')
  const valid = XMLValidator.validate(text)
  if (valid !== true) throw new XmlProblem(`${valid.err.msg} (line ${valid.err.line})`)
  const parsed: unknown = parseLoose(text)
  const roots = toElements(parsed)
  const root = roots[0]
  if (!root || roots.length !== 1) throw new XmlProblem('the document has no single root element')
  return root
}

function parseLoose(text: string): unknown {
  try {
    return parser.parse(text)
  } catch (thrown) {
    throw new XmlProblem(thrown instanceof Error ? thrown.message : String(thrown))
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function toElements(nodes: unknown): XmlElement[] {
  const elements: XmlElement[] = []
  if (!Array.isArray(nodes)) return elements
  for (const node of nodes) {
    if (!isObject(node)) continue
    for (const name of Object.keys(node))
      if (name !== ':@' && !name.startsWith('#'))
        elements.push({ name, attributes: toAttributes(node[':@']), ...content(node[name]) })
  }
  return elements
}

function content(nodes: unknown): Pick<XmlElement, 'children' | 'text'> {
  let text = ''
  if (Array.isArray(nodes))
    for (const node of nodes) {
      if (!isObject(node)) continue
      if (typeof node['#text'] === 'string') text += decodeXml(node['#text'])
      else if (node['#cdata'] !== undefined) text += rawText(node['#cdata'])
    }
  return { children: toElements(nodes), text }
}

function rawText(nodes: unknown): string {
  if (!Array.isArray(nodes)) return ''
  return nodes.map(node => (isObject(node) && typeof node['#text'] === 'string' ? node['#text'] : '')).join('')
}

function toAttributes(given: unknown): Record<string, string> {
  const attributes: Record<string, string> = {}
  if (isObject(given))
    for (const [name, value] of Object.entries(given))
      if (typeof value === 'string') attributes[name] = decodeXml(value)
  return attributes
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

/** The first child of that name. */
export function child(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return parent?.children.find(it => it.name === name)
}

export function childrenOf(parent: XmlElement | undefined, name: string): XmlElement[] {
  return parent?.children.filter(it => it.name === name) ?? []
}

/** The text of a child, trimmed; '' when it is absent or empty, which mean the same here. */
export function childText(parent: XmlElement | undefined, name: string): string {
  return child(parent, name)?.text.trim() ?? ''
}

/** The first element of that name at any depth, case ignored. */
export function descendant(root: XmlElement, name: string): XmlElement | undefined {
  for (const it of root.children) {
    if (it.name.toLowerCase() === name.toLowerCase()) return it
    const deeper = descendant(it, name)
    if (deeper) return deeper
  }
  return undefined
}
