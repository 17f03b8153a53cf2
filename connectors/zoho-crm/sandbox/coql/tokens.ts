import { refuse } from '../answers.ts'

export interface Token {
  /** Quoted text, a number, a name or keyword, a sign, or the end. */
  readonly is: 'text' | 'number' | 'word' | 'sign' | 'end'
  /** Quotes are gone from text; a number keeps its digits. */
  readonly text: string
  readonly line: number
  readonly column: number
}

// one pattern a kind, tried in this order; a doubled quote inside quotes is one quote
const PATTERNS: readonly (readonly [Token['is'] | 'space', RegExp])[] = [
  ['space', /\s+/y],
  ['text', /'(?:[^']|'')*'|"(?:[^"]|"")*"/y],
  ['number', /-?\d+(?:\.\d+)?(?![\w.])/y],
  ['word', /[A-Za-z$][\w$]*(?:\.[A-Za-z][\w$]*)*/y],
  ['sign', /!=|<>|>=|<=|[=<>(),]/y],
]

/** Splits a query; what is no token is a SYNTAX_ERROR near that place. */
export function tokenise(query: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < query.length) {
    const found = match(query, at)
    if (!found) throw syntaxError(placed(query, at, { is: 'sign', text: query.slice(at, at + 20) }))
    if (found.is !== 'space') tokens.push(placed(query, at, { is: found.is, text: unquoted(found.is, found.text) }))
    at += found.text.length
  }
  tokens.push(placed(query, at, { is: 'end', text: '' }))
  return tokens
}

function match(query: string, at: number): { is: Token['is'] | 'space'; text: string } | undefined {
  for (const [is, pattern] of PATTERNS) {
    pattern.lastIndex = at
    const [text] = pattern.exec(query) ?? []
    if (text !== undefined) return { is, text }
  }
  return undefined
}

function unquoted(is: Token['is'], text: string): string {
  if (is !== 'text') return text
  const quote = text.charAt(0)
  return text.slice(1, -1).replaceAll(quote + quote, quote)
}

function placed(query: string, at: number, token: Pick<Token, 'is' | 'text'>): Token {
  const before = query.slice(0, at).split('\n')
  return { ...token, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

export const syntaxError = (token: Token, about: Readonly<Record<string, string>> = {}) =>
  refuse('SYNTAX_ERROR', 'error occurred while parsing the query', {
    near: token.is === 'end' ? 'end of query' : token.text,
    line: token.line,
    column: token.column,
    ...about,
  })
