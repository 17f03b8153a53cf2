import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLError,
} from 'yaml'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Finding, Reporter } from '../diagnostics/diagnostic.ts'
import type { SourceFile, Span } from '../diagnostics/source-file.ts'
import type { Entry, ScalarStyle, Tree } from './tree.ts'

/** A flow or workspace file is at most this long, in bytes. */
export const FILE_LIMIT = 1024 * 1024
/** Values in one file, those behind aliases counted each time. */
const NODE_LIMIT = 50_000
const DEPTH_LIMIT = 100

/** YAML 1.2 core, one document. Undefined when it cannot be read; then everything wrong has been reported. */
export function readYaml(source: SourceFile, reporter: Reporter): Tree | undefined {
  const refuse = (code: DiagnosticCode, span: Span, message: string, remedy: string): undefined =>
    void reporter.report(source, span, { code, message, remedy })
  if (Buffer.byteLength(source.text) > FILE_LIMIT)
    return refuse('FLOW_FILE_TOO_LARGE', { start: 0, end: 0 }, 'the file is longer than 1 MB', 'Split it.')
  const documents = parseAllDocuments(source.text, {
    lineCounter: new LineCounter(),
    prettyErrors: false,
    uniqueKeys: true,
    keepSourceTokens: true,
  })
  if (!Array.isArray(documents) || documents.length === 0)
    return refuse('FLOW_EMPTY_FILE', { start: 0, end: 0 }, 'the file is empty', 'Write a flow, or remove the file.')
  const [first, second] = documents
  if (first === undefined) return undefined
  const [problem] = first.errors
  if (problem) return reportYamlError(source, reporter, problem, openQuote(first, problem))
  if (second)
    return refuse(
      'FLOW_SEVERAL_DOCUMENTS',
      { start: second.range[0], end: second.range[0] + 3 },
      'the file holds several YAML documents',
      'Write one document per file: remove the "---" line.',
    )
  const [warning] = first.warnings
  if (warning) return reportYamlError(source, reporter, warning)
  if (!first.contents || (isScalar(first.contents) && first.contents.value === null))
    return refuse('FLOW_EMPTY_FILE', { start: 0, end: 0 }, 'the file is empty', 'Write a flow, or remove the file.')
  return buildTree(first, source, reporter)
}

/** Where a text begins whose closing quote is missing: the parser only knows where it gave up. */
function openQuote(document: Document.Parsed, error: YAMLError): number | undefined {
  if (error.code !== 'MISSING_CHAR' || !/quote/.test(error.message)) return undefined
  let start: number | undefined
  visit(document, {
    Scalar: (_key, node) => {
      const range = node.range
      if (range && /^QUOTE/.test(node.type ?? '') && range[0] < error.pos[0] && error.pos[0] <= range[2])
        start = range[0]
    },
  })
  return start
}

function reportYamlError(source: SourceFile, reporter: Reporter, error: YAMLError, from?: number): undefined {
  const [at, end] = error.pos
  const start = from ?? at
  const tab = error.code === 'TAB_AS_INDENT' || (source.text[start] === '\t' && /indent/i.test(error.message))
  const code = tab ? 'FLOW_YAML_TAB' : error.code === 'DUPLICATE_KEY' ? 'FLOW_DUPLICATE_KEY' : 'FLOW_YAML_SYNTAX'
  const key = source.text.slice(start).match(/^[^\s:]+/)?.[0] ?? ''
  const messages = {
    FLOW_YAML_TAB: 'a tab is used to indent',
    FLOW_DUPLICATE_KEY: `"${key}" is written twice in the same map`,
    FLOW_YAML_SYNTAX: `not valid YAML: ${yamlWords(error)}`,
  } as const
  const remedies = {
    FLOW_YAML_TAB: 'Indent with spaces.',
    FLOW_DUPLICATE_KEY: 'Keep one of them.',
    FLOW_YAML_SYNTAX: 'Quote values that hold ": ", " #" or begin with one of [ ] { } > | * & ! % @ `.',
  } as const
  const span = code === 'FLOW_DUPLICATE_KEY' ? { start, end: start + key.length } : { start, end }
  reporter.report(source, span, { code, message: messages[code], remedy: remedies[code] })
  return undefined
}

/** The parser names what it gave up on; a person wrote something else. */
function yamlWords({ message }: YAMLError): string {
  if (/Nested mappings are not allowed/.test(message)) return 'a value with ": " in it stands there without quotes'
  return message.replace(/\s+at line .*$/s, '').trim()
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
}

class Unusable extends Error {
  readonly span: Span
  readonly finding: Finding
  constructor(span: Span, finding: Finding) {
    super(finding.message)
    this.span = span
    this.finding = finding
  }
}

const TOO_DEEP: Finding = {
  code: 'FLOW_YAML_TOO_DEEP',
  message: 'the file unfolds to too many values (aliases count each time), or nests too deeply',
  remedy: 'Use fewer anchors and aliases.',
}

const noAnchor = (name: string): Finding => ({
  code: 'FLOW_YAML_SYNTAX',
  message: `not valid YAML: there is no anchor &${name}`,
  remedy: 'A value that begins with * is quoted.',
})

function buildTree(document: Document.Parsed, source: SourceFile, reporter: Reporter): Tree | undefined {
  let nodes = 0
  const spanOf = (node: Node): Span => ({ start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 })
  const build = (node: unknown, depth: number, at: Span): Tree => {
    if (++nodes > NODE_LIMIT || depth > DEPTH_LIMIT) throw new Unusable(at, TOO_DEEP)
    if (isAlias(node)) {
      const target = node.resolve(document)
      if (target === undefined) throw new Unusable(spanOf(node), noAnchor(node.source))
      return build(target, depth + 1, spanOf(node))
    }
    if (isMap(node)) {
      const entries = node.items.map((pair): Entry => {
        const key = isScalar(pair.key) ? pair.key : undefined
        const keySpan = key ? spanOf(key) : at
        const written = key === undefined ? '' : String(key.value ?? '')
        return { key: written, keySpan, value: build(pair.value, depth + 1, keySpan) }
      })
      return { is: 'map', entries, span: spanOf(node) }
    }
    if (isSeq(node)) return { is: 'list', items: node.items.map(it => build(it, depth + 1, at)), span: spanOf(node) }
    if (!isScalar(node)) return { is: 'scalar', value: null, style: 'plain', span: at }
    return {
      is: 'scalar',
      value: plainValue(node.value),
      style: STYLES[node.type ?? ''] ?? 'plain',
      span: spanOf(node),
    }
  }
  try {
    return build(document.contents, 0, { start: 0, end: 0 })
  } catch (thrown) {
    if (!(thrown instanceof Unusable)) throw thrown
    reporter.report(source, thrown.span, thrown.finding)
    return undefined
  }
}

function plainValue(value: unknown): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  return null
}
