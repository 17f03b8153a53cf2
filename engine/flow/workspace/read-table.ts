import type { Reporter } from '../diagnostics/diagnostic.ts'
import { sourceFile } from '../diagnostics/source-file.ts'
import type { ReferenceTable } from '../expression/scope-functions.ts'
import { readCsvTable } from './read-csv-table.ts'
import { readYamlTable } from './read-yaml-table.ts'
import { refuse } from './table-reading.ts'

/**
 * A reference table: CSV with a header, or YAML. First column or key → value; with more than two columns → an object of the
 * others. Keys are texts as they are written: leading zeros stay.
 */
export function readTable(path: string, content: string, reporter: Reporter): ReferenceTable | undefined {
  const text = { source: sourceFile(path, content.replace(/^\uFEFF/, '')), reporter }
  if (/\.csv$/i.test(path)) return readCsvTable(text)
  if (/\.ya?ml$/i.test(path)) return readYamlTable(text)
  return refuse(
    text,
    { start: 0, end: 0 },
    {
      code: 'WORKSPACE_TABLE_UNREADABLE',
      message: 'a table ends in .csv, .yaml or .yml',
      remedy: 'Save it as CSV or YAML.',
    },
  )
}
