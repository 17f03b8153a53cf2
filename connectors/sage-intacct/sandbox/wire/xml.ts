import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { type Refusal, schemaError } from './errors.ts'

/** An element of a request. `text` is the decoded character data of the element itself. */
export interface XmlNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlNode[]
  readonly text: string
  readonly line: number
  readonly column: number
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  cdataPropName: '#cdata',
  ignoreDeclaration: true,
  ignorePiTags: true,
  captureMetaData: true,
})

/** The root element of a well-formed document. Anything else is `XL03000003` with line and column (fact sheet 3 and 7.2). */
export function parseXml(body: Buffer): XmlNode {
  const text = decodeUtf8(body)
  checkCharacters(text)
  const verdict = XMLValidator.validate(text)
  if (verdict !== true) {
    const { msg, line, col } = verdict.err
    throw schemaError(`Fatal Error 76: ${msg.replace(/\.$/, '')}. Line: ${line}, column: ${col ?? 1}.`)
  }
  const parsed: unknown = parser.parse(text)
  const roots = convert(parsed, lineStarts(text))
  const [root] = roots
  // the validator accepts text and further elements behind the root
  if (!root || roots.length > 1 || textOf(asArray(parsed)).trim() !== '')
    throw wrongAt('Fatal Error 5: Extra content at the end of the document', text, text.length)
  return root
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw schemaError('Fatal Error 9: Input is not proper UTF-8, indicate encoding. Line: 1, column: 1.')
  }
}

/** What a lenient parser lets through: forbidden characters, bare ampersands, undeclared entities, document types. */
function checkCharacters(text: string): void {
  const forbidden = FORBIDDEN.exec(text)
  if (forbidden)
    throw wrongAt(`Fatal Error 9: PCDATA invalid Char value ${forbidden[0].charCodeAt(0)}`, text, forbidden.index)
  if (text.trim() === '') throw schemaError('Fatal Error 4: Document is empty. Line: 1, column: 1.')
  const markup = text.replace(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g, it => it.replace(/[^\n]/g, ' '))
  const doctype = markup.indexOf('<!DOCTYPE')
  if (doctype >= 0) throw wrongAt('Fatal Error 96: document types are not accepted', text, doctype)
  const sectionEnd = markup.indexOf(']]>')
  if (sectionEnd >= 0) throw wrongAt("Fatal Error 62: Sequence ']]>' not allowed in content", text, sectionEnd)
  for (const reference of markup.matchAll(/&([^;<&\s]*)(;?)/g)) {
    const problem = wrongReference(reference[1] ?? '', reference[2] === ';')
    if (problem) throw wrongAt(problem, text, reference.index)
  }
  const attribute = /<[A-Za-z_][^<>"']*=\s*(?:"[^"<]*<|'[^'<]*<)/.exec(markup)
  if (attribute) throw wrongAt("Fatal Error 38: Unescaped '<' not allowed in attributes values", text, attribute.index)
}

function wrongReference(name: string, isClosed: boolean): string | undefined {
  if (!isClosed || name === '') return 'Fatal Error 68: xmlParseEntityRef: no name'
  if (!name.startsWith('#'))
    return Object.hasOwn(ENTITIES, name) ? undefined : `Fatal Error 26: Entity '${name}' not defined`
  const point = codePoint(name)
  const isLegal =
    point === 9 ||
    point === 10 ||
    point === 13 ||
    (point >= 32 && point < 0xd800) ||
    (point > 0xdfff && point < 0xfffe) ||
    (point > 0xffff && point <= 0x10ffff)
  return isLegal ? undefined : `Fatal Error 9: xmlParseCharRef: invalid xmlChar value ${point}`
}

function codePoint(reference: string): number {
  if (/^#x[0-9a-f]+$/i.test(reference)) return Number.parseInt(reference.slice(2), 16)
  return /^#[0-9]+$/.test(reference) ? Number(reference.slice(1)) : Number.NaN
}

function wrongAt(problem: string, text: string, index: number): Refusal {
  const before = text.slice(0, index).split('\n')
  return schemaError(`${problem}. Line: ${before.length}, column: ${(before.at(-1) ?? '').length + 1}.`)
}

/** fast-xml-parser's ordered form: arrays of single-key objects with `:@` for attributes. */
function convert(raw: unknown, starts: readonly number[]): XmlNode[] {
  const nodes: XmlNode[] = []
  for (const item of asArray(raw)) {
    const name = Object.keys(item).find(it => it !== ':@')
    if (name === undefined || name.startsWith('#')) continue
    const inner = asArray(item[name])
    const index = startIndexOf(item)
    const line = lineOf(starts, index)
    nodes.push({
      name,
      attributes: attributesOf(item[':@']),
      children: convert(inner, starts),
      text: textOf(inner),
      line,
      column: index - (starts[line - 1] ?? 0) + 1,
    })
  }
  return nodes
}

type RawItem = Readonly<Record<string | symbol, unknown>>

const asArray = (raw: unknown): readonly RawItem[] => (Array.isArray(raw) ? raw : [])

function textOf(items: readonly RawItem[]): string {
  let text = ''
  for (const item of items) {
    if (typeof item['#text'] === 'string') text += decode(item['#text'])
    for (const part of asArray(item['#cdata'])) text += String(part['#text'] ?? '')
  }
  return text
}

function attributesOf(raw: unknown): Record<string, string> {
  if (raw === null || typeof raw !== 'object') return {}
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, decode(String(value))]))
}

function startIndexOf(item: RawItem): number {
  const [key] = Object.getOwnPropertySymbols(item)
  const meta = key === undefined ? undefined : item[key]
  return meta !== null && typeof meta === 'object' && 'startIndex' in meta ? Number(meta.startIndex) : 0
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function lineOf(starts: readonly number[], index: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= index) low = middle
    else high = middle - 1
  }
  return low + 1
}

function decode(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;]+);/g, (_all, name: string) =>
    name.startsWith('#') ? String.fromCodePoint(codePoint(name)) : (ENTITIES[name] ?? ''),
  )
}

/** The first child of that name. */
export const child = (node: XmlNode, name: string): XmlNode | undefined => node.children.find(it => it.name === name)

/** Trimmed text of the first child of that name; undefined when there is none. */
export const textIn = (node: XmlNode, name: string): string | undefined => child(node, name)?.text.trim()

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#039;',
}

/** Character data as the gateway prints it: apostrophes are `&#039;` (fact sheet 7.2). */
export function escapeXml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, it => ESCAPES[it] ?? it) : text
}

/** An element with text; without text both tags are printed. */
export const element = (name: string, text = ''): string => `<${name}>${escapeXml(text)}</${name}>`
