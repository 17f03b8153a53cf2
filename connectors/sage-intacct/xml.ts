/** The little XML that the gateway needs: escape and build requests, parse answers into a small typed tree. */
import {
  createXmlReader,
  EngineError,
  escapeXml,
  type XmlNode,
  XmlProblem,
  xmlAttributesOf,
  xmlNamesIn,
  xmlNodesIn,
  xmlTextIn,
} from '../../engine/sdk/index.ts'

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

const readXml = createXmlReader(60)

/** The root element. Throws an `XmlProblem` for anything but one whole, well-formed document. */
export function parseXml(text: string): XmlElement {
  const [root, ...more] = toElements(readXml(text))
  if (!root || more.length > 0) throw new XmlProblem('the document has no single root element')
  return root
}

function toElements(nodes: readonly XmlNode[]): XmlElement[] {
  const elements: XmlElement[] = []
  for (const node of nodes)
    for (const name of xmlNamesIn(node)) {
      const inside = xmlNodesIn(node[name])
      const [text, children] = [xmlTextIn(inside), toElements(inside)]
      elements.push({ name, attributes: xmlAttributesOf(node), children, text })
    }
  return elements
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
