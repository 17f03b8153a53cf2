import type { Finding, Reporter } from '../diagnostics/diagnostic.ts'
import type { SourceFile, Span } from '../diagnostics/source-file.ts'

/** A table's text, and where to say what is wrong with it. */
export interface TableText {
  readonly source: SourceFile
  readonly reporter: Reporter
}

export function refuse({ source, reporter }: TableText, span: Span, finding: Finding): undefined {
  reporter.report(source, span, finding)
  return undefined
}

export function twice(key: string): Finding {
  return {
    code: 'WORKSPACE_TABLE_DUPLICATE_KEY',
    message: `the key "${key}" is in the table twice`,
    remedy: 'Keep one of them.',
  }
}
