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

/** OData v3: `or`, `and`, `not`, comparisons and three functions, in this order of binding. */
export function parseFilter(text: string): Filter {
  const tokens = tokenise(text)
  let at = 0
  let depth = 0
  const peek = (word: string) => {
    const token = tokens[at]
    return token !== undefined && (token.is === 'name' || token.is === 'sign') && token.text === word
  }
  const take = (word: string) => {
    if (!peek(word)) throw badFilter(`'${word}' expected in '${text}'.`)
    at += 1
  }
  const joined = (word: 'and' | 'or', next: () => Filter): Filter => {
    let left = next()
    while (peek(word)) {
      at += 1
      left = { is: word, left, right: next() }
    }
    return left
  }
  const or = (): Filter => joined('or', () => joined('and', unary))
  const unary = (): Filter => {
    depth += 1
    if (depth > MAX_DEPTH) throw badFilter('The filter is nested too deeply.')
    try {
      if (peek('not')) {
        at += 1
        return { is: 'not', of: unary() }
      }
      if (!peek('(')) return predicate()
      at += 1
      const inner = or()
      take(')')
      return inner
    } finally {
      depth -= 1
    }
  }
  const predicate = (): Filter => {
    const token = tokens[at]
    if (token?.is === 'name' && isCall(token.text)) return call(token.text)
    const left = operand()
    const operator = tokens[at]
    if (operator?.is !== 'name' || !isComparison(operator.text)) {
      if (left.is === 'field') return left
      throw badFilter(`A comparison expected in '${text}'.`)
    }
    at += 1
    return { is: 'compare', by: operator.text, left, right: operand() }
  }
  const call = (name: Call): Filter => {
    at += 1
    take('(')
    const first = operand()
    take(',')
    const second = operand()
    take(')')
    // `substringof('x',F) eq true` is the long way to say the same
    if (peek('eq') && tokens[at + 1]?.text === 'true') at += 2
    return { is: 'call', name, args: [first, second] }
  }
  const operand = (): Operand => {
    const token = tokens[at]
    at += 1
    if (token === undefined || token.is === 'sign') throw badFilter(`An operand expected in '${text}'.`)
    if (token.is !== 'name') return { is: 'literal', token }
    if (WORDS.has(token.text)) return { is: 'word', value: WORDS.get(token.text) ?? null }
    if (token.text.startsWith('cf.')) return custom(token.text.slice(3))
    if (token.text.includes('.') || peek('(')) throw badFilter(`Unknown function or name '${token.text}' in '${text}'.`)
    return { is: 'field', path: token.text.split('/') }
  }
  const custom = (type: string): Operand => {
    take('(')
    take('f')
    take('=')
    const name = tokens[at]
    if (name?.is !== 'string') throw badFilter(`The name of a custom field expected in '${text}'.`)
    at += 1
    take(')')
    return { is: 'custom', type, name: name.text }
  }
  const filter = or()
  if (at < tokens.length) throw badFilter(`Syntax error after the filter in '${text}'.`)
  return filter
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
