import { refuse } from '../answers.ts'
import { syntaxError, type Token, tokenise } from './tokens.ts'

export type Operator = '=' | '!=' | '<' | '>' | '<=' | '>=' | 'like' | 'in' | 'between' | 'null'

export interface Test {
  readonly is: 'test'
  readonly column: string
  readonly operator: Operator
  readonly isNegated: boolean
  readonly values: readonly Token[]
}

export type Condition = Test | { readonly is: 'and' | 'or'; readonly left: Condition; readonly right: Condition }

export interface Query {
  readonly columns: readonly string[]
  readonly module: string
  readonly where: Condition
  readonly orderBy: readonly { readonly column: string; readonly isDescending: boolean }[]
  readonly limit: number
  readonly offset: number
}

const DEFAULT_LIMIT = 200
const MAX_LIMIT = 2000
const MAX_ROWS = 100_000
const MAX_ORDER = 10
// older documents' figures; those of v8 are unconfirmed (fact sheet 3.4)
const MAX_IN = 50
const MAX_CRITERIA = 25

/** What is left to read, and how many criteria there were. */
interface Reading {
  readonly tokens: readonly Token[]
  at: number
  criteria: number
}

const END: Token = { is: 'end', text: '', line: 1, column: 1 }
const peek = (reading: Reading): Token => reading.tokens[reading.at] ?? END

function next(reading: Reading): Token {
  const token = peek(reading)
  reading.at += 1
  return token
}

const isWord = (token: Token, word: string) => token.is === 'word' && token.text.toLowerCase() === word

function accept(reading: Reading, text: string): boolean {
  const token = peek(reading)
  const isIt = token.is === 'sign' ? token.text === text : isWord(token, text)
  if (isIt) reading.at += 1
  return isIt
}

function expect(reading: Reading, text: string, about: Readonly<Record<string, string>> = {}): void {
  if (!accept(reading, text)) throw syntaxError(peek(reading), about)
}

function name(reading: Reading, clause: string): string {
  const token = next(reading)
  if (token.is !== 'word' || RESERVED.has(token.text.toLowerCase())) throw syntaxError(token, { clause })
  return token.text
}

const RESERVED = new Set([
  ...['select', 'from', 'where', 'order', 'by', 'limit', 'offset', 'group', 'and', 'or', 'not', 'in'],
  ...['like', 'is', 'null', 'between', 'asc', 'desc', 'as'],
])

/** The subset of COQL that reads records: select, from, where, order by, limit, offset (fact sheet 3.4). */
export function parseQuery(text: string): Query {
  const reading: Reading = { tokens: tokenise(text), at: 0, criteria: 0 }
  expect(reading, 'select', { clause: 'select' })
  const columns = list(reading, () => name(reading, 'select'))
  const twice = columns.find((column, i) => columns.indexOf(column) !== i)
  if (twice) throw refuse('DUPLICATE_DATA', 'a column is selected twice', { column_name: twice })
  expect(reading, 'from', { clause: 'from' })
  const module = name(reading, 'from')
  expect(reading, 'where', { clause: 'where' })
  const where = condition(reading)
  const orderBy = accept(reading, 'order') ? order(reading) : []
  const { limit, offset } = range(reading)
  if (peek(reading).is !== 'end') throw syntaxError(peek(reading))
  return { columns, module, where, orderBy, limit, offset }
}

function list<T>(reading: Reading, item: () => T): T[] {
  const items = [item()]
  while (accept(reading, ',')) items.push(item())
  return items
}

/** Two criteria at most on one level: three or more must be nested in pairs. */
function condition(reading: Reading): Condition {
  const left = operand(reading)
  const link = connective(reading)
  if (!link) return left
  const right = operand(reading)
  const third = peek(reading)
  if (connective(reading)) throw syntaxError(third, { clause: 'where' })
  return { is: link, left, right }
}

const connective = (reading: Reading): 'and' | 'or' | undefined =>
  accept(reading, 'and') ? 'and' : accept(reading, 'or') ? 'or' : undefined

function operand(reading: Reading): Condition {
  if (!accept(reading, '(')) return test(reading)
  const inner = condition(reading)
  expect(reading, ')', { clause: 'where' })
  return inner
}

function test(reading: Reading): Test {
  const column = name(reading, 'where')
  reading.criteria += 1
  if (reading.criteria > MAX_CRITERIA) throw refuse('LIMIT_EXCEEDED', 'too many criteria', { limit: MAX_CRITERIA })
  if (accept(reading, 'is')) {
    const isNegated = accept(reading, 'not')
    expect(reading, 'null', { operator: 'is' })
    return { is: 'test', column, operator: 'null', isNegated, values: [] }
  }
  const isNegated = accept(reading, 'not')
  const sign = next(reading)
  const operator = OPERATORS[sign.text.toLowerCase()]
  if (!operator || sign.is === 'text' || (isNegated && sign.is === 'sign'))
    throw syntaxError(sign, { operator: sign.text })
  return { is: 'test', column, operator, isNegated, values: operands(reading, operator) }
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
  like: 'like',
  in: 'in',
  between: 'between',
}

function operands(reading: Reading, operator: Operator): readonly Token[] {
  if (operator === 'between') {
    const low = literal(reading, operator)
    expect(reading, 'and', { operator })
    return [low, literal(reading, operator)]
  }
  if (operator !== 'in') return [literal(reading, operator)]
  expect(reading, '(', { operator })
  const values = list(reading, () => literal(reading, operator))
  expect(reading, ')', { operator })
  if (values.length > MAX_IN) throw refuse('LIMIT_EXCEEDED', 'too many values', { limit: MAX_IN, operator })
  return values
}

function literal(reading: Reading, operator: string): Token {
  const token = next(reading)
  const isValue = token.is === 'text' || token.is === 'number' || isWord(token, 'true') || isWord(token, 'false')
  if (!isValue) throw syntaxError(token, { operator })
  return token
}

function order(reading: Reading): Query['orderBy'] {
  expect(reading, 'by', { clause: 'order by' })
  const columns = list(reading, () => {
    const column = name(reading, 'order by')
    const isDescending = accept(reading, 'desc')
    if (!isDescending) accept(reading, 'asc')
    return { column, isDescending }
  })
  if (columns.length > MAX_ORDER)
    throw refuse('LIMIT_EXCEEDED', 'too many columns', { limit: MAX_ORDER, clause: 'order by' })
  return columns
}

/** `limit n`, `limit m, n` (m is the offset) and `offset m`. */
function range(reading: Reading): { limit: number; offset: number } {
  let limit = DEFAULT_LIMIT
  let offset = 0
  if (accept(reading, 'limit')) {
    limit = whole(reading, 'limit')
    if (accept(reading, ',')) {
      offset = limit
      limit = whole(reading, 'limit')
    }
  }
  if (accept(reading, 'offset')) offset = whole(reading, 'offset')
  if (limit > MAX_LIMIT) throw refuse('LIMIT_EXCEEDED', 'the limit is exceeded', { limit: MAX_LIMIT, clause: 'limit' })
  if (offset + limit > MAX_ROWS)
    throw refuse('LIMIT_EXCEEDED', 'the limit is exceeded', { limit: MAX_ROWS, clause: 'offset' })
  return { limit, offset }
}

function whole(reading: Reading, clause: string): number {
  const token = next(reading)
  if (token.is !== 'number' || !/^\d+$/.test(token.text)) throw syntaxError(token, { clause })
  return Number(token.text)
}
