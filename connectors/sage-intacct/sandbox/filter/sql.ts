import { refuseFunction } from '../wire/errors.ts'
import type { FieldTest, Filter, Operator } from './filter.ts'

const COMPARISONS: Readonly<Record<string, Operator>> = {
  '=': 'equalto',
  '<': 'lessthan',
  '<=': 'lessthanorequalto',
  '>': 'greaterthan',
  '>=': 'greaterthanorequalto',
}
/** What a test becomes under NOT; with null matching neither, this is SQL's three-valued logic. */
const OPPOSITES: Readonly<Record<Exclude<Operator, 'between'>, Operator>> = {
  equalto: 'notequalto',
  notequalto: 'equalto',
  lessthan: 'greaterthanorequalto',
  lessthanorequalto: 'greaterthan',
  greaterthan: 'lessthanorequalto',
  greaterthanorequalto: 'lessthan',
  in: 'notin',
  notin: 'in',
  like: 'notlike',
  notlike: 'like',
  isnull: 'isnotnull',
  isnotnull: 'isnull',
}

interface Token {
  readonly is: 'word' | 'string' | 'sign' | 'end'
  readonly text: string
}

const TOKEN = /\s*(?:'((?:[^'\\]|\\.)*)'|(<=|>=|<|>|=|\(|\)|,)|([A-Za-z_][\w.]*|-?\d+(?:\.\d+)?))/y

const unparsable = (text: string) =>
  refuseFunction({ errorno: 'Query Failed', description2: `Unable to parse Query value: ${text}` })

/** The condition text of `readByQuery` (fact sheet 5.2); undefined when it is empty: all records. */
export function parseSqlFilter(text: string): Filter | undefined {
  if (text.trim() === '') return undefined
  const reader = createReader(text)
  const filter = parseOr(reader)
  if (reader.peek().is !== 'end') throw unparsable(text)
  return filter
}

interface Reader {
  peek(): Token
  next(): Token
  /** Takes the word or sign when it comes next. */
  takes(text: string): boolean
  fail(): never
}

function createReader(text: string): Reader {
  const tokens = tokenize(text)
  let at = 0
  const peek = (): Token => tokens[at] ?? { is: 'end', text: '' }
  const next = (): Token => {
    const token = peek()
    at += 1
    return token
  }
  return {
    peek,
    next,
    takes: wanted => {
      const token = peek()
      const isIt = token.is !== 'string' && token.text.toUpperCase() === wanted
      if (isIt) at += 1
      return isIt
    },
    fail: () => {
      throw unparsable(text)
    },
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN)
  while (text.slice(pattern.lastIndex).trim() !== '') {
    const found = pattern.exec(text)
    if (!found) throw unparsable(text)
    const [, string, sign, word] = found
    if (string !== undefined) tokens.push({ is: 'string', text: string.replace(/\\(.)/g, '$1') })
    else tokens.push(sign === undefined ? { is: 'word', text: word ?? '' } : { is: 'sign', text: sign })
  }
  return tokens
}

function parseOr(reader: Reader): Filter {
  const parts = [parseAnd(reader)]
  while (reader.takes('OR')) parts.push(parseAnd(reader))
  return joined('or', parts)
}

function parseAnd(reader: Reader): Filter {
  const parts = [parseNot(reader)]
  while (reader.takes('AND')) parts.push(parseNot(reader))
  return joined('and', parts)
}

const joined = (is: 'and' | 'or', parts: readonly Filter[]): Filter => {
  const [first, ...more] = parts
  return first && more.length === 0 ? first : { is, parts }
}

function parseNot(reader: Reader): Filter {
  if (reader.takes('NOT')) return negate(parseNot(reader))
  if (!reader.takes('(')) return parseTest(reader)
  const inner = parseOr(reader)
  return reader.takes(')') ? inner : reader.fail()
}

function negate(filter: Filter): Filter {
  if (filter.is === 'test')
    return filter.operator === 'between' ? filter : { ...filter, operator: OPPOSITES[filter.operator] }
  return { is: filter.is === 'and' ? 'or' : 'and', parts: filter.parts.map(negate) }
}

function parseTest(reader: Reader): FieldTest {
  const field = reader.next()
  // joined fields are not supported here, though `query` has them
  if (field.is !== 'word' || !/^[A-Za-z_]\w*$/.test(field.text)) return reader.fail()
  const test = (operator: Operator, values: readonly string[]): FieldTest => ({
    is: 'test',
    operator,
    field: field.text,
    values,
  })
  if (reader.takes('IS')) {
    const operator = reader.takes('NOT') ? 'isnotnull' : 'isnull'
    return reader.takes('NULL') ? test(operator, []) : reader.fail()
  }
  const isNot = reader.takes('NOT')
  if (reader.takes('LIKE')) return test(isNot ? 'notlike' : 'like', [value(reader)])
  if (reader.takes('IN')) return test(isNot ? 'notin' : 'in', valueList(reader))
  const sign = reader.next()
  const operator = sign.is === 'sign' ? COMPARISONS[sign.text] : undefined
  return isNot || !operator ? reader.fail() : test(operator, [value(reader)])
}

function valueList(reader: Reader): string[] {
  if (!reader.takes('(')) return reader.fail()
  const values = [value(reader)]
  while (reader.takes(',')) values.push(value(reader))
  return reader.takes(')') ? values : reader.fail()
}

function value(reader: Reader): string {
  const token = reader.next()
  return token.is === 'string' || /^-?\d/.test(token.text) ? token.text : reader.fail()
}
