import type { CodeEntry } from './codes/entry.ts'
import { EXPRESSION_CODES } from './codes/expressions.ts'
import { MEANING_CODES } from './codes/meaning.ts'
import { READING_CODES } from './codes/reading.ts'
import { WORKSPACE_CODES } from './codes/workspace.ts'

const ALL = { ...READING_CODES, ...MEANING_CODES, ...EXPRESSION_CODES, ...WORKSPACE_CODES } as const

export type DiagnosticCode = keyof typeof ALL

/** The catalogue of diagnostics: printed in the docs. */
export const CODES: Readonly<Record<DiagnosticCode, CodeEntry>> = ALL

export function isDiagnosticCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(ALL, text)
}
