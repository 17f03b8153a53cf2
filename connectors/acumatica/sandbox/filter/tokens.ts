import { badFilter } from './errors.ts'

export type Token =
  | { readonly is: 'name'; readonly text: string }
  | { readonly is: 'string' | 'datetimeoffset' | 'datetime' | 'guid'; readonly text: string }
  | { readonly is: 'number'; readonly text: string; readonly suffix: string }
  | { readonly is: 'sign'; readonly text: string }

const TOKEN =
  /\s*(?:(datetimeoffset|datetime|guid|time|binary|date)'([^']*)'|'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)([MmLlDdFf]?)(?![\w.])|([A-Za-z_][\w.]*(?:\/[A-Za-z_]\w*)*)|([(),=]))/y

/** Tokens of an OData v3 filter; what is none is refused with its place. */
export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN)
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const from = pattern.lastIndex
    const match = pattern.exec(text)
    if (!match) throw badFilter(`Syntax error at position ${from} in '${text}'.`)
    tokens.push(tokenOf(match, text))
  }
  return tokens
}

function tokenOf(match: RegExpExecArray, text: string): Token {
  const [, typed, typedText = '', quoted, digits, suffix = '', name, sign = ''] = match
  if (typed === 'datetimeoffset' || typed === 'datetime' || typed === 'guid') return { is: typed, text: typedText }
  if (typed !== undefined) throw badFilter(`Unrecognized '${typed}' literal in '${text}'.`)
  if (quoted !== undefined) return { is: 'string', text: quoted.replaceAll("''", "'") }
  if (digits !== undefined) return { is: 'number', text: digits, suffix: suffix.toUpperCase() }
  return name === undefined ? { is: 'sign', text: sign } : { is: 'name', text: name }
}
