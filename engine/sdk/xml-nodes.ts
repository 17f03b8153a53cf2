/** XML from outside, read without believing it: no DTD, no entities but the five, no numbers made of texts, a bounded depth. */
import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** Thrown for text that is not one whole, well-formed document without a DTD. */
export class XmlProblem extends Error {
  override readonly name = 'XmlProblem'
}

/** What stands between the tags of an element, in order. Elements are keyed by their name with its prefix, attributes stand under `:@`. */
export type XmlNode = Readonly<Record<string, unknown>>

const OPTIONS = {
  preserveOrder: true,
  // keys such as `0000010` and `1E5` are texts
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  // decoded by `decodeXml`, once; a DTD's own entities are never expanded
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: '#cdata',
}

/** Of one kind of document: no deeper than `maxDepth`. What it answers throws an `XmlProblem`. */
export function createXmlReader(maxDepth: number): (text: string) => readonly XmlNode[] {
  const parser = new XMLParser({ ...OPTIONS, maxNestedTags: maxDepth })
  return text => {
    if (/<!DOCTYPE/i.test(text)) throw new XmlProblem('the document has a DTD')
    const valid = XMLValidator.validate(text)
    if (valid !== true) throw new XmlProblem(`${valid.err.msg} (line ${valid.err.line})`)
    try {
      return xmlNodesIn(parser.parse(text))
    } catch (thrown) {
      throw new XmlProblem(thrown instanceof Error ? thrown.message : String(thrown))
    }
  }
}

export const xmlNodesIn = (content: unknown): readonly XmlNode[] =>
  Array.isArray(content) ? content.filter(isNode) : []

const isNode = (value: unknown): value is XmlNode =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Names of the elements that a node is: one, or none where it is text. */
export const xmlNamesIn = (node: XmlNode): readonly string[] =>
  Object.keys(node).filter(name => name !== ':@' && !name.startsWith('#'))

/** The text directly inside, decoded once; exactly as sent where there are no elements beside it. */
export function xmlTextIn(nodes: readonly XmlNode[]): string {
  let text = ''
  for (const node of nodes) {
    const plain = node['#text']
    if (typeof plain === 'string') text += decodeXml(plain)
    else for (const { '#text': raw } of xmlNodesIn(node['#cdata'])) if (typeof raw === 'string') text += raw
  }
  return text
}

/** Attributes by name, decoded once. */
export function xmlAttributesOf(node: XmlNode): Readonly<Record<string, string>> {
  const given = node[':@']
  if (!isNode(given)) return {}
  const texts = Object.entries(given).filter((it): it is [string, string] => typeof it[1] === 'string')
  return Object.fromEntries(texts.map(([name, value]) => [name, decodeXml(value)]))
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
