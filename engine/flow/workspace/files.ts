import { readFileSync, statSync } from 'node:fs'
import type { Reporter } from '../diagnostics/diagnostic.ts'
import type { SourceFile, Span } from '../diagnostics/source-file.ts'
import type { ReferenceTable } from '../expression/scope-functions.ts'
import { readTable } from './read-table.ts'

/** Tables and flows beyond this length are refused when they are parsed; nothing longer is even read. */
const LONGEST = 64 * 1024 * 1024

/** The text of a file; undefined when there is none that may be read. */
export function readText(path: string): string | undefined {
  try {
    if (statSync(path).size > LONGEST) return undefined
    return readFileSync(path, 'utf8')
  } catch {
    // absent, a folder, or not permitted: the caller says what was looked for
    return undefined
  }
}

/** Reads each table once, however many flows name it. */
export function tableReader(reporter: Reporter) {
  const known = new Map<string, ReferenceTable | undefined>()
  return (path: string, near: SourceFile, span: Span): ReferenceTable | undefined => {
    if (known.has(path)) return known.get(path)
    const text = readText(path)
    if (text === undefined)
      reporter.report(near, span, {
        code: 'WORKSPACE_TABLE_UNREADABLE',
        message: `the table ${path} cannot be read`,
        remedy: 'The path is relative to the file that names it.',
      })
    const table = text === undefined ? undefined : readTable(path, text, reporter)
    known.set(path, table)
    return table
  }
}
