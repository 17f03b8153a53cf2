import { CsvError, parse } from 'csv-parse/sync'
import type { Json } from '../../core/record.ts'
import type { SourceFile, Span } from '../diagnostics/source-file.ts'
import type { ReferenceTable } from '../expression/scope-functions.ts'
import { refuse, type TableText, twice } from './table-reading.ts'

interface CsvRow {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

/** A header line, the key in the first column; everything is text, so that leading zeros stay. */
export function readCsvTable(text: TableText): ReferenceTable | undefined {
  const rows = parseRows(text)
  if (!rows) return undefined
  const [header, ...body] = rows
  const columns = header?.record ?? []
  if (columns.length < 2)
    return refuse(text, lineSpan(text.source, 1), {
      code: 'WORKSPACE_TABLE_SHAPE',
      message: 'the table needs a header line and at least two columns',
      remedy: 'The first column is the key, the second the value.',
    })
  const table = new Map<string, Json>()
  for (const { record, info } of body) {
    const key = record[0] ?? ''
    if (table.has(key)) return refuse(text, lineSpan(text.source, info.lines), twice(key))
    table.set(key, rowValue(columns, record))
  }
  return table
}

function parseRows(text: TableText): readonly CsvRow[] | undefined {
  try {
    // with `info` every row comes with its place, which the declared type does not tell
    const delimiter = delimiterOf(text.source)
    return parse(text.source.text, {
      info: true,
      skip_empty_lines: true,
      trim: true,
      delimiter,
    }) as unknown as readonly CsvRow[]
  } catch (thrown) {
    const said = thrown instanceof CsvError ? thrown.message : String(thrown)
    const line = thrown instanceof CsvError && typeof thrown['lines'] === 'number' ? thrown['lines'] : 1
    return refuse(text, lineSpan(text.source, line), {
      code: 'WORKSPACE_TABLE_UNREADABLE',
      message: `not valid CSV: ${said}`,
      remedy: 'Every line has as many values as the header; a value with a comma is quoted.',
    })
  }
}

/** Spreadsheets of many countries write semicolons, because the comma is theirs in numbers. The header line says which it is. */
function delimiterOf(source: SourceFile): string {
  const header = source.text.split(/\r?\n/, 50).find(it => it.trim() !== '') ?? ''
  return [',', ';', '\t'].find(it => header.includes(it)) ?? ','
}

function rowValue(columns: readonly string[], record: readonly string[]): Json {
  if (columns.length === 2) return record[1] ?? ''
  return Object.fromEntries(columns.slice(1).map((column, at) => [column, record[at + 1] ?? '']))
}

function lineSpan(source: SourceFile, line: number): Span {
  const start = source.lineStarts[line - 1] ?? 0
  const end = source.text.indexOf('\n', start)
  return { start, end: end < 0 ? source.text.length : end }
}
