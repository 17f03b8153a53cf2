import type { ScalarTree } from '../read/tree.ts'

/**
 * Where each character of a YAML scalar's value stands in the file: the offset of a place in a JSONata text becomes a line and
 * column although quotes, escapes, indentation, folds and chomping lie between. One offset per character, and one for the end.
 */
export function sourceOffsets(text: string, scalar: ScalarTree): readonly number[] {
  const value = String(scalar.value ?? '')
  const found =
    scalar.style === 'literal' || scalar.style === 'folded'
      ? blockOffsets(text, scalar, value)
      : flowOffsets(text, scalar)
  const offsets = found.slice(0, value.length)
  const last = offsets.at(-1)
  while (offsets.length < value.length) offsets.push((offsets.at(-1) ?? scalar.span.start) + 1)
  // the end: behind the last character, or the opening of an empty scalar
  offsets.push(last === undefined ? scalar.span.start : (offsets.at(-1) ?? last) + 1)
  return offsets
}

/** Plain and quoted scalars: line breaks fold to one blank, or to one break fewer than there are. */
function flowOffsets(text: string, { span, style }: ScalarTree): number[] {
  const quoted = style !== 'plain'
  const end = quoted ? span.end - 1 : span.end
  const offsets: number[] = []
  let at = quoted ? span.start + 1 : span.start
  while (at < end) {
    const fold = foldAt(text, at, end)
    if (fold) {
      for (let nth = 0; nth < Math.max(1, fold.breaks - 1); nth++) offsets.push(at)
      at = fold.next
      continue
    }
    const step =
      style === 'double'
        ? escapeAt(text, at)
        : style === 'single' && text[at] === "'"
          ? { read: 2, made: 1 }
          : { read: 1, made: 1 }
    for (let nth = 0; nth < step.made; nth++) offsets.push(at)
    at += step.read
  }
  return offsets
}

function foldAt(text: string, at: number, end: number): { breaks: number; next: number } | undefined {
  const run = /^[ \t]*(?:\r?\n[ \t]*)+/.exec(text.slice(at, end))
  if (!run) return undefined
  return { breaks: run[0].split('\n').length - 1, next: at + run[0].length }
}

const ESCAPE_LENGTHS: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 }

function escapeAt(text: string, at: number): { read: number; made: number } {
  if (text[at] !== '\\') return { read: 1, made: 1 }
  const letter = text[at + 1] ?? ''
  if (letter === '\n' || letter === '\r') {
    const joined = /^\\\r?\n[ \t]*/.exec(text.slice(at))
    return { read: joined?.[0].length ?? 2, made: 0 }
  }
  const read = ESCAPE_LENGTHS[letter] ?? 2
  return { read, made: letter === 'U' && Number.parseInt(text.slice(at + 2, at + 10), 16) > 0xffff ? 2 : 1 }
}

/** Block scalars: the lines below the header, without their indentation, aligned with the value. */
function blockOffsets(text: string, { span, style }: ScalarTree, value: string): number[] {
  const header = text.indexOf('\n', span.start)
  if (header < 0) return []
  const lines = linesOf(text, header + 1, span.end)
  const first = lines.find(it => it.text.trim() !== '')
  const inValue = value.split('\n').find(it => it.trim() !== '') ?? ''
  const leading = (line: string) => line.length - line.trimStart().length
  const indent = first === undefined ? 0 : leading(first.text) - leading(inValue)
  const offsets: number[] = []
  const folds = style === 'folded' ? '\n ' : '\n'
  const isBreak = () => offsets.length < value.length && folds.includes(value[offsets.length] ?? '')
  for (const line of lines) {
    const content = line.text.slice(indent)
    // breaks that the lines before did not account for
    while (content !== '' && isBreak() && !value.startsWith(content, offsets.length))
      offsets.push(Math.max(0, line.start - 1))
    for (let nth = 0; nth < content.length && offsets.length < value.length; nth++)
      offsets.push(line.start + indent + nth)
    // the break after a line stands at its end; a blank line may have none of its own
    if (isBreak()) offsets.push(line.start + line.text.length)
  }
  return offsets
}

function linesOf(
  text: string,
  from: number,
  end: number,
): readonly { readonly start: number; readonly text: string }[] {
  const lines: { readonly start: number; readonly text: string }[] = []
  for (let at = from; at < end; ) {
    const next = text.indexOf('\n', at)
    const stop = next < 0 || next > end ? end : next
    lines.push({ start: at, text: text.slice(at, stop).replace(/\r$/, '') })
    at = stop + 1
  }
  return lines
}
