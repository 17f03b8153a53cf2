import { CODES } from './codes.ts'
import type { Diagnostic, Severity } from './diagnostic.ts'

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }

/** SARIF 2.1.0: what code scanning of several forges takes. */
export function formatSarif(diagnostics: readonly Diagnostic[]): string {
  const codes = [...new Set(diagnostics.map(it => it.code))].sort()
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'ml-connector',
            rules: codes.map(id => ({
              id,
              shortDescription: { text: CODES[id].title },
              fullDescription: { text: CODES[id].explanation },
              defaultConfiguration: { level: LEVELS[CODES[id].severity] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map(it => result(it, codes.indexOf(it.code))),
      },
    ],
  }
  return JSON.stringify(log, null, 2)
}

function result(it: Diagnostic, ruleIndex: number) {
  return {
    ruleId: it.code,
    ruleIndex,
    level: LEVELS[it.severity],
    message: { text: it.remedy === undefined ? it.message : `${it.message}. ${it.remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(it.file) },
          region: { startLine: it.line, startColumn: it.column, endLine: it.endLine, endColumn: it.endColumn },
        },
      },
    ],
  }
}

/** A relative reference with forward slashes; an absolute path as a file URI. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/')
  return file.startsWith('/') ? `file://${path}` : path
}
