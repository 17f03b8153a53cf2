import { CsvError, parse } from 'csv-parse/sync'
import type { Json } from '../../core/record.ts'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import { createReporter, type Reporter } from '../diagnostics/diagnostic.ts'
import { type SourceFile, type Span, sourceFile } from '../diagnostics/source-file.ts'
import type { ReferenceTable } from '../expression/scope-functions.ts'
import { readYaml } from '../read/read-yaml.ts'
import { type Tree, toJson } from '../read/tree.ts'

/**
 * A reference table: CSV with a header, or YAML. First column or key → value; with more than two columns → an object of the
 * others. Keys are texts as they are written: leading zeros stay.
 */
export function readTable(path: string, text: string, reporter: Reporter): ReferenceTable | undefined {
  const source = sourceFile(path, text.replace(/^\uFEFF/, ''))
  if (/\.csv$/i.test(path)) return readCsv(source, reporter)
  if (/\.ya?ml$/i.test(path)) return readYamlTable(source, reporter)
  return refuse(reporter, source, START, 'WORKSPACE_TABLE_UNREADABLE', 'a table ends in .csv, .yaml or .yml')
}

const START: Span = { start: 0, end: 0 }

function refuse(
  reporter: Reporter,
  source: SourceFile,
  span: Span,
  code: DiagnosticCode,
  message: string,
  remedy?: string,
): undefined {
  reporter.report(source, span, { code, message, ...(remedy === undefined ? {} : { remedy }) })
  return undefined
}

interface CsvRow {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

function readCsv(source: SourceFile, reporter: Reporter): ReferenceTable | undefined {
  let rows: readonly CsvRow[]
  try {
    // with `info` every row comes with its place, which the declared type does not tell
    rows = parse(source.text, { info: true, skip_empty_lines: true, trim: true }) as unknown as readonly CsvRow[]
  } catch (thrown) {
    const said = thrown instanceof CsvError ? thrown.message : String(thrown)
    const line = thrown instanceof CsvError && typeof thrown['lines'] === 'number' ? thrown['lines'] : 1
    return refuse(reporter, source, lineSpan(source, line), 'WORKSPACE_TABLE_UNREADABLE', `not valid CSV: ${said}`)
  }
  const [header, ...body] = rows
  const columns = header?.record ?? []
  if (columns.length < 2)
    return refuse(
      reporter,
      source,
      lineSpan(source, 1),
      'WORKSPACE_TABLE_SHAPE',
      'the table needs a header line and at least two columns',
      'The first column is the key, the second the value.',
    )
  const table = new Map<string, Json>()
  for (const { record, info } of body) {
    const key = record[0] ?? ''
    if (table.has(key))
      return refuse(
        reporter,
        source,
        lineSpan(source, info.lines),
        'WORKSPACE_TABLE_DUPLICATE_KEY',
        `the key "${key}" is in the table twice`,
        'Keep one of the lines.',
      )
    table.set(key, csvValue(columns, record))
  }
  return table
}

function csvValue(columns: readonly string[], record: readonly string[]): Json {
  if (columns.length === 2) return record[1] ?? ''
  return Object.fromEntries(columns.slice(1).map((column, at) => [column, record[at + 1] ?? '']))
}

function lineSpan(source: SourceFile, line: number): Span {
  const start = source.lineStarts[line - 1] ?? 0
  const end = source.text.indexOf('\n', start)
  return { start, end: end < 0 ? source.text.length : end }
}

function readYamlTable(source: SourceFile, reporter: Reporter): ReferenceTable | undefined {
  const shape = (span: Span) =>
    refuse(
      reporter,
      source,
      span,
      'WORKSPACE_TABLE_SHAPE',
      'the table is neither a map of keys nor a list of maps',
      'Write "key: value" lines, or "- { code: …, name: … }" lines whose first field is the key.',
    )
  // the reader speaks of flows; of a table only two things can be wrong
  const inner = createReporter()
  const tree = readYaml(source, inner)
  const [wrong] = inner.diagnostics
  if (!tree) {
    const start = (source.lineStarts[(wrong?.line ?? 1) - 1] ?? 0) + (wrong?.column ?? 1) - 1
    const code = wrong?.code === 'FLOW_DUPLICATE_KEY' ? 'WORKSPACE_TABLE_DUPLICATE_KEY' : 'WORKSPACE_TABLE_UNREADABLE'
    return refuse(reporter, source, { start, end: start + 1 }, code, wrong?.message ?? 'not valid YAML', wrong?.remedy)
  }
  if (tree.is === 'map') return new Map(tree.entries.map(it => [keyText(source, it), toJson(it.value)]))
  if (tree.is !== 'list') return shape(tree.span)
  const table = new Map<string, Json>()
  for (const item of tree.items) {
    const [first, ...rest] = item.is === 'map' ? item.entries : []
    if (item.is !== 'map' || first?.value.is !== 'scalar' || rest.length === 0) return shape(item.span)
    const key = scalarText(source, first.value)
    if (table.has(key))
      return refuse(
        reporter,
        source,
        first.value.span,
        'WORKSPACE_TABLE_DUPLICATE_KEY',
        `the key "${key}" is in the table twice`,
      )
    const [only] = rest
    table.set(key, rest.length === 1 && only ? toJson(only.value) : toJson({ ...item, entries: rest }))
  }
  return table
}

/** As written: `007: x` has the key "007", although YAML reads a number. */
function keyText(source: SourceFile, { key, keySpan }: { readonly key: string; readonly keySpan: Span }): string {
  const written = source.text.slice(keySpan.start, keySpan.end)
  return /^["']/.test(written) || written === '' ? key : written
}

function scalarText(source: SourceFile, tree: Tree & { readonly is: 'scalar' }): string {
  return tree.style === 'plain' ? source.text.slice(tree.span.start, tree.span.end) : String(tree.value)
}
