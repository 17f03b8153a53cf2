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
const CDATA = '#cdata'

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  cdataPropName: CDATA,
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

const nameOf = (node: Node): string | undefined =>
  Object.keys(node).find(it => it !== ATTRIBUTES && !it.startsWith('#'))

function elementOf(node: Node, outer: ReadonlyMap<string, string>): Element {
  const full = nameOf(node) ?? ''
  const attributes = (node[ATTRIBUTES] ?? {}) as Readonly<Record<string, string>>
  const scope = new Map(outer)
  for (const [name, value] of Object.entries(attributes))
    if (name === 'xmlns') scope.set('', decoded(value))
    else if (name.startsWith('xmlns:')) scope.set(name.slice(6), decoded(value))
  const [name, namespace] = resolved(full, scope)
  const inner = (node[full] ?? []) as readonly Node[]
  return {
    name,
    namespace,
    children: inner.filter(it => nameOf(it) !== undefined).map(it => elementOf(it, scope)),
    text: inner.map(textOf).join(''),
    isNil: Object.entries(attributes).some(([it, value]) => isNil(it, scope) && /^(true|1)$/.test(value)),
  }
}

function textOf(node: Node): string {
  if (typeof node['#text'] === 'string') return decoded(node['#text'])
  const section = node[CDATA]
  return Array.isArray(section) ? section.map(it => String(it['#text'] ?? '')).join('') : ''
}

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Text without references, numeric ones too: clients write carriage returns and accents as such. Throws for an entity that is none. */
function decoded(text: string): string {
  return text.replace(/&([^;&]*);?/g, (_all, name: string) => {
    const [, hex, decimal] = /^#(?:x([0-9a-f]+)|([0-9]+))$/i.exec(name) ?? []
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    const character = CHARACTERS[name]
    if (character === undefined) throw new SyntaxError(`there is no entity ${name}`)
    return character
  })
}

function resolved(full: string, scope: ReadonlyMap<string, string>): [string, string] {
  const colon = full.indexOf(':')
  const prefix = colon < 0 ? '' : full.slice(0, colon)
  const namespace = scope.get(prefix)
  if (namespace === undefined && prefix !== '' && prefix !== 'xml') throw new SyntaxError(`${prefix} is not declared`)
  return [full.slice(colon + 1), namespace ?? '']
}

function isNil(attribute: string, scope: ReadonlyMap<string, string>): boolean {
  if (!attribute.includes(':') || attribute.startsWith('xmlns:')) return false
  const [name, namespace] = resolved(attribute, scope)
  return name === 'nil' && namespace === XSI
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
}

/** A carriage return as such would be a line feed to whoever reads it. */
export const escaped = (text: string): string => text.replace(/[&<>"\r]/g, it => ENTITIES[it] ?? it)
