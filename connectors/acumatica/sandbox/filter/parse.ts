import { badFilter } from './errors.ts'
import { type Token, tokenise } from './tokens.ts'

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'
export type Call = 'substringof' | 'startswith' | 'endswith'

export type Operand =
  | { readonly is: 'field'; readonly path: readonly string[] }
  | { readonly is: 'custom'; readonly type: string; readonly name: string }
  | { readonly is: 'literal'; readonly token: Exclude<Token, { is: 'name' | 'sign' }> }
  | { readonly is: 'word'; readonly value: boolean | null }

export type Filter =
  | { readonly is: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly is: 'not'; readonly of: Filter }
  | { readonly is: 'compare'; readonly by: Comparison; readonly left: Operand; readonly right: Operand }
  | { readonly is: 'call'; readonly name: Call; readonly args: readonly [Operand, Operand] }
  | { readonly is: 'field'; readonly path: readonly string[] }

const COMPARISONS: readonly string[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] satisfies readonly Comparison[]
const CALLS: readonly string[] = ['substringof', 'startswith', 'endswith'] satisfies readonly Call[]
const isComparison = (text: string): text is Comparison => COMPARISONS.includes(text)
const isCall = (text: string): text is Call => CALLS.includes(text)
const MAX_DEPTH = 200

/** A place among the tokens of one filter. */
interface Cursor {
  readonly text: string
  readonly tokens: readonly Token[]
  at: number
  depth: number
}

/** OData v3: `or`, `and`, `not`, comparisons and three functions, in this order of binding. */
export function parseFilter(text: string): Filter {
  const cursor: Cursor = { text, tokens: tokenise(text), at: 0, depth: 0 }
  const filter = anyOf(cursor)
  if (cursor.at < cursor.tokens.length) throw badFilter(`Syntax error after the filter in '${text}'.`)
  return filter
}

function isNext({ tokens, at }: Cursor, word: string): boolean {
  const token = tokens[at]
  return token !== undefined && (token.is === 'name' || token.is === 'sign') && token.text === word
}

function take(cursor: Cursor, word: string): void {
  if (!isNext(cursor, word)) throw badFilter(`'${word}' expected in '${cursor.text}'.`)
  cursor.at += 1
}

const anyOf = (cursor: Cursor): Filter => joined(cursor, 'or', allOf)
const allOf = (cursor: Cursor): Filter => joined(cursor, 'and', unary)

function joined(cursor: Cursor, word: 'and' | 'or', next: (cursor: Cursor) => Filter): Filter {
  let left = next(cursor)
  while (isNext(cursor, word)) {
    cursor.at += 1
    left = { is: word, left, right: next(cursor) }
  }
  return left
}

function unary(cursor: Cursor): Filter {
  cursor.depth += 1
  if (cursor.depth > MAX_DEPTH) throw badFilter('The filter is nested too deeply.')
  try {
    if (isNext(cursor, 'not')) {
      cursor.at += 1
      return { is: 'not', of: unary(cursor) }
    }
    if (!isNext(cursor, '(')) return predicate(cursor)
    cursor.at += 1
    const inner = anyOf(cursor)
    take(cursor, ')')
    return inner
  } finally {
    cursor.depth -= 1
  }
}

function predicate(cursor: Cursor): Filter {
  const token = cursor.tokens[cursor.at]
  if (token?.is === 'name' && isCall(token.text)) return call(cursor, token.text)
  const left = operand(cursor)
  const operator = cursor.tokens[cursor.at]
  if (operator?.is !== 'name' || !isComparison(operator.text)) {
    if (left.is === 'field') return left
    throw badFilter(`A comparison expected in '${cursor.text}'.`)
  }
  cursor.at += 1
  return { is: 'compare', by: operator.text, left, right: operand(cursor) }
}

function call(cursor: Cursor, name: Call): Filter {
  cursor.at += 1
  take(cursor, '(')
  const first = operand(cursor)
  take(cursor, ',')
  const second = operand(cursor)
  take(cursor, ')')
  // `substringof('x',F) eq true` is the long way to say the same
  if (isNext(cursor, 'eq') && cursor.tokens[cursor.at + 1]?.text === 'true') cursor.at += 2
  return { is: 'call', name, args: [first, second] }
}

function operand(cursor: Cursor): Operand {
  const token = cursor.tokens[cursor.at]
  cursor.at += 1
  if (token === undefined || token.is === 'sign') throw badFilter(`An operand expected in '${cursor.text}'.`)
  if (token.is !== 'name') return { is: 'literal', token }
  if (WORDS.has(token.text)) return { is: 'word', value: WORDS.get(token.text) ?? null }
  if (token.text.startsWith('cf.')) return custom(cursor, token.text.slice(3))
  if (token.text.includes('.') || isNext(cursor, '('))
    throw badFilter(`Unknown function or name '${token.text}' in '${cursor.text}'.`)
  return { is: 'field', path: token.text.split('/') }
}

function custom(cursor: Cursor, type: string): Operand {
  for (const word of ['(', 'f', '=']) take(cursor, word)
  const name = cursor.tokens[cursor.at]
  if (name?.is !== 'string') throw badFilter(`The name of a custom field expected in '${cursor.text}'.`)
  cursor.at += 1
  take(cursor, ')')
  return { is: 'custom', type, name: name.text }
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
