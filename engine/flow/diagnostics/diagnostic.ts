import type { DiagnosticCode } from './codes.ts'
import { CODES } from './codes.ts'
import { codeFrame } from './frame.ts'
import { positionAt, type SourceFile, type Span } from './source-file.ts'

export type Severity = 'error' | 'warning' | 'info'

/** One mistake in one place. Lines and columns are 1-based; the end is exclusive. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  readonly message: string
  readonly remedy?: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /** The lines around the place, with a marker under it. Empty when the file could not be read. */
  readonly frame: string
  /** What was probably meant, best first. */
  readonly suggestions: readonly string[]
}

export interface Finding {
  readonly code: DiagnosticCode
  readonly message: string
  readonly remedy?: string
  readonly suggestions?: readonly string[]
}

/** Collects the diagnostics of one load, in the order of files and places. */
export interface Reporter {
  report(source: SourceFile, span: Span, finding: Finding): void
  readonly diagnostics: readonly Diagnostic[]
}

export function createReporter(): Reporter {
  const found: Diagnostic[] = []
  return {
    diagnostics: found,
    report: (source, span, finding) => {
      const start = positionAt(source, span.start)
      const end = positionAt(source, Math.max(span.end, span.start))
      found.push({
        code: finding.code,
        severity: CODES[finding.code].severity,
        message: finding.message,
        ...(finding.remedy === undefined ? {} : { remedy: finding.remedy }),
        file: source.path,
        line: start.line,
        column: start.column,
        endLine: end.line,
        endColumn: end.column,
        frame: codeFrame(source, start, end),
        suggestions: finding.suggestions ?? [],
      })
    },
  }
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(it => it.severity === 'error')
}

/** By file (in the order of first mention), then by place. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.map(it => it.file))]
  return [...diagnostics].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  )
}
