import { type Position, lineText as rawLine, type SourceFile } from './source-file.ts'

const WIDEST = 110

/** A control character would move a terminal's cursor or colour what follows. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

const lineText = (source: SourceFile, line: number) => rawLine(source, line).replace(CONTROL, '\uFFFD')

/** The line of a mistake with one line before it, and carets under the mistake. */
export function codeFrame(source: SourceFile, start: Position, end: Position): string {
  if (source.text === '') return ''
  const digits = String(start.line).length
  const gutter = (line: number) => `${String(line).padStart(digits)} | `
  // a very long line is shown around the mistake only
  const text = lineText(source, start.line)
  const cut = start.column > WIDEST - 20 ? start.column - 40 : 0
  const shown = text.slice(cut, cut + WIDEST)
  const last = end.line === start.line ? end.column : text.length + 1
  const width = Math.max(1, Math.min(last - start.column, shown.length - (start.column - 1 - cut)))
  const lead = shown.slice(0, start.column - 1 - cut).replace(/[^\t]/g, ' ')
  const before = start.line > 1 ? [`${gutter(start.line - 1)}${lineText(source, start.line - 1).slice(0, WIDEST)}`] : []
  return [...before, `${gutter(start.line)}${shown}`, `${' '.repeat(digits)} | ${lead}${'^'.repeat(width)}`].join('\n')
}
