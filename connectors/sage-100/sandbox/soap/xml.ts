import { XMLParser } from 'fast-xml-parser'

/** An element as WCF sees it: local name, namespace, children in order. */
export interface Element {
  readonly name: string
  readonly namespace: string
  readonly children: readonly Element[]
  readonly text: string
  readonly isNil: boolean
}

const XSI = 'http://www.w3.org/2001/XMLSchema-instance'
const ATTRIBUTES = ':@'

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
})

type Node = Readonly<Record<string, unknown>>

/** The root element; undefined for what is no whole XML document. A document type is refused as WCF refuses it. */
export function parse(text: string): Element | undefined {
  if (/<!DOCTYPE/i.test(text)) return undefined
  try {
    const nodes = parser.parse(text, true) as readonly Node[]
    const root = nodes.find(it => nameOf(it) !== undefined)
    return root && elementOf(root, new Map())
  } catch {
    return undefined
  }
}

const nameOf = (node: Node): string | undefined => Object.keys(node).find(it => it !== ATTRIBUTES && it !== '#text')

function elementOf(node: Node, outer: ReadonlyMap<string, string>): Element {
  const full = nameOf(node) ?? ''
  const attributes = (node[ATTRIBUTES] ?? {}) as Readonly<Record<string, string>>
  const scope = new Map(outer)
  for (const [name, value] of Object.entries(attributes))
    if (name === 'xmlns') scope.set('', value)
    else if (name.startsWith('xmlns:')) scope.set(name.slice(6), value)
  const [name, namespace] = resolved(full, scope)
  const inner = (node[full] ?? []) as readonly Node[]
  return {
    name,
    namespace,
    children: inner.filter(it => nameOf(it) !== undefined).map(it => elementOf(it, scope)),
    text: inner.map(it => (typeof it['#text'] === 'string' ? it['#text'] : '')).join(''),
    isNil: Object.entries(attributes).some(([it, value]) => isNil(it, scope) && /^(true|1)$/.test(value)),
  }
}

function resolved(full: string, scope: ReadonlyMap<string, string>): [string, string] {
  const colon = full.indexOf(':')
  return [full.slice(colon + 1), scope.get(colon < 0 ? '' : full.slice(0, colon)) ?? '']
}

function isNil(attribute: string, scope: ReadonlyMap<string, string>): boolean {
  const [name, namespace] = resolved(attribute, scope)
  return name === 'nil' && namespace === XSI
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escaped = (text: string): string => text.replace(/[&<>"]/g, it => ENTITIES[it] ?? it)
