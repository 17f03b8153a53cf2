import { readFileSync, statSync } from 'node:fs'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Reporter } from '../diagnostics/diagnostic.ts'
import { type SourceFile, type Span, sourceFile } from '../diagnostics/source-file.ts'
import type { ReferenceTable } from '../expression/scope-functions.ts'
import { readTable } from './read-table.ts'

/** Tables and flows beyond this length are refused when they are parsed; nothing longer is even read. */
const LONGEST = 64 * 1024 * 1024

/** What became of reading a file that a person wrote. */
export type FileText =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'absent' }
  | {
      readonly is: 'unusable'
      /** What is wrong, as the end of a sentence that names the file. */
      readonly why: string
      readonly remedy: string
      /** As far as it could be read, and where in it the mistake is: for a code frame. */
      readonly text: string
      readonly at: number
    }

/** The text of a file. Only UTF-8 is taken: a name in another encoding would arrive garbled at the target. */
export function readFileText(path: string): FileText {
  try {
    const stat = statSync(path)
    if (stat.isDirectory()) return unusable('is a folder', 'Name a file.')
    if (stat.size > LONGEST) return unusable('is longer than 64 MB', 'Split it.')
    return decode(readFileSync(path))
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
    if (code === 'ENOENT' || code === 'ENOTDIR') return { is: 'absent' }
    if (code === 'EACCES' || code === 'EPERM')
      return unusable('may not be read by this user', 'Change its permissions, or run as its owner.')
    return unusable(`cannot be read (${code || String(thrown)})`, 'Check the path.')
  }
}

function decode(bytes: Uint8Array): FileText {
  try {
    return { is: 'text', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    const remedy = 'Save it with the encoding UTF-8. (Excel: "CSV UTF-8", not "CSV".)'
    return unusable('is not UTF-8', remedy, text, Math.max(0, text.indexOf('\uFFFD')))
  }
}

function unusable(why: string, remedy: string, text = '', at = 0): FileText {
  return { is: 'unusable', why, remedy, text, at }
}

/** A file that is there and cannot be used, at the place in it that is to blame. */
export function reportUnusable(
  { path, code, reporter }: { readonly path: string; readonly code: DiagnosticCode; readonly reporter: Reporter },
  file: Extract<FileText, { readonly is: 'unusable' }>,
): void {
  const span = { start: file.at, end: file.at + 1 }
  reporter.report(sourceFile(path, file.text), span, { code, message: `the file ${file.why}`, remedy: file.remedy })
}

/** Reads each table once, however many flows name it. */
export function tableReader(reporter: Reporter) {
  const known = new Map<string, ReferenceTable | undefined>()
  return (path: string, near: SourceFile, span: Span): ReferenceTable | undefined => {
    if (!known.has(path)) known.set(path, openTable({ path, near, span, reporter }))
    return known.get(path)
  }
}

interface TablePlace {
  readonly path: string
  readonly near: SourceFile
  readonly span: Span
  readonly reporter: Reporter
}

function openTable({ path, near, span, reporter }: TablePlace): ReferenceTable | undefined {
  const code = 'WORKSPACE_TABLE_UNREADABLE'
  const file = readFileText(path)
  if (file.is === 'text') return readTable(path, file.text, reporter)
  if (file.is === 'unusable' && file.text !== '') return void reportUnusable({ path, code, reporter }, file)
  const why = file.is === 'absent' ? 'is not there' : file.why
  const remedy = file.is === 'absent' ? 'The path is relative to the file that names it.' : file.remedy
  reporter.report(near, span, { code, message: `the table ${path} ${why}`, remedy })
  return undefined
}
