/** A text that a person wrote, and where its lines begin. */
export interface SourceFile {
  /** Path as it is printed: relative, so that a terminal can open it. */
  readonly path: string
  readonly text: string
  readonly lineStarts: readonly number[]
}

/** Half-open range of offsets (UTF-16 code units) in a text. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** 1-based. */
export interface Position {
  readonly line: number
  readonly column: number
}

export function sourceFile(path: string, text: string): SourceFile {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return { path, text, lineStarts }
}

export function positionAt(source: SourceFile, offset: number): Position {
  const within = Math.max(0, Math.min(offset, source.text.length))
  let low = 0
  let high = source.lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((source.lineStarts[middle] ?? 0) <= within) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: within - (source.lineStarts[low] ?? 0) + 1 }
}

/** Text of a 1-based line, without its line break. */
export function lineText(source: SourceFile, line: number): string {
  const start = source.lineStarts[line - 1]
  if (start === undefined) return ''
  const next = source.lineStarts[line]
  return source.text.slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, '')
}
