import type { Diagnostic, Severity } from './diagnostic.ts'
import { formatSarif } from './format-sarif.ts'

export const FORMATS = ['pretty', 'json', 'github', 'sarif'] as const
export type DiagnosticFormat = (typeof FORMATS)[number]

/** Colours of a terminal; without them the text is plain. */
export interface Paint {
  readonly error: (text: string) => string
  readonly warning: (text: string) => string
  readonly info: (text: string) => string
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
}

const same = (text: string): string => text
export const PLAIN: Paint = { error: same, warning: same, info: same, dim: same, bold: same }

export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  format: DiagnosticFormat,
  paint: Paint = PLAIN,
): string {
  switch (format) {
    case 'pretty':
      return formatPretty(diagnostics, paint)
    case 'json':
      return JSON.stringify(diagnostics, null, 2)
    case 'github':
      return diagnostics.map(githubCommand).join('\n')
    case 'sarif':
      return formatSarif(diagnostics)
  }
}

function formatPretty(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const blocks = diagnostics.map(it => {
    const place = paint.bold(`${it.file}:${it.line}:${it.column}`)
    const head = `${place}  ${paint[it.severity](it.severity)}  ${it.message}  ${paint.dim(it.code)}`
    const frame = it.frame === '' ? [] : it.frame.split('\n').map(line => `  ${paint.dim(line)}`)
    const remedy = it.remedy === undefined ? [] : [`  ${it.remedy}`]
    return [head, ...frame, ...remedy].join('\n')
  })
  return [...blocks, summary(diagnostics)].filter(it => it !== '').join('\n\n')
}

/** `2 errors, 1 warning`; empty when there is nothing to count. */
export function summary(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Severity, one: string, many: string): readonly string[] => {
    const found = diagnostics.filter(it => it.severity === severity).length
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`]
  }
  return [
    ...count('error', 'error', 'errors'),
    ...count('warning', 'warning', 'warnings'),
    ...count('info', 'note', 'notes'),
  ].join(', ')
}

const GITHUB: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' }

/** A workflow command: GitHub shows it at the line of the pull request. Line breaks and % would end or change the command. */
function githubCommand(it: Diagnostic): string {
  const text = (value: string) => value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const property = (value: string) => text(value).replaceAll(':', '%3A').replaceAll(',', '%2C')
  const properties = [
    `file=${property(it.file)}`,
    `line=${it.line}`,
    `endLine=${it.endLine}`,
    `col=${it.column}`,
    `endColumn=${it.endColumn}`,
    `title=${property(it.code)}`,
  ]
  const message = it.remedy === undefined ? it.message : `${it.message}. ${it.remedy}`
  return `::${GITHUB[it.severity]} ${properties.join(',')}::${text(message)}`
}
