import type { Json } from '../../../../engine/sdk/index.ts'
import { invalidParameters } from '../answers.ts'
import type { FieldDef, ResourceDef } from '../resources/definition.ts'
import { type Token, tokensOf } from './tokens.ts'

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

/** What a value is compared as: dates as milliseconds, everything else as itself. */
type Plain = string | number | boolean | null

export type Condition =
  | { readonly is: 'and'; readonly of: readonly Condition[] }
  | { readonly is: 'or'; readonly of: readonly Condition[] }
  | { readonly is: 'compare'; readonly left: Operand; readonly how: Comparison; readonly to: Plain }
  | { readonly is: 'matches'; readonly field: FieldDef; readonly test: TextTest; readonly text: string }

interface Operand {
  readonly field: FieldDef
  /** `length(field)`. */
  readonly isLength: boolean
}

type TextTest = keyof typeof TEXT_TESTS
const TEXT_TESTS = {
  startswith: (value: string, text: string) => value.startsWith(text),
  endswith: (value: string, text: string) => value.endsWith(text),
  contains: (value: string, text: string) => value.includes(text),
} as const

const COMPARISONS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  eq: order => order === 0,
  ne: order => order !== 0,
  gt: order => order > 0,
  ge: order => order >= 0,
  lt: order => order < 0,
  le: order => order <= 0,
}

const isComparison = (text: string): text is Comparison => Object.hasOwn(COMPARISONS, text)
const isTextTest = (text: string): text is TextTest => Object.hasOwn(TEXT_TESTS, text)

/** The `$filter` grammar of fact sheet 4; whatever is not in it is refused as `InvalidParameters`. */
export function parseFilter(def: ResourceDef, filter: string, lenient: boolean): Condition {
  const parser = createParser(def, tokensOf(filter), lenient)
  const condition = parser.any()
  parser.end()
  return condition
}

/** Does a record with these values fulfil it? */
export function fulfils(condition: Condition, fieldOf: (field: string) => Json): boolean {
  if (condition.is === 'and') return condition.of.every(it => fulfils(it, fieldOf))
  if (condition.is === 'or') return condition.of.some(it => fulfils(it, fieldOf))
  if (condition.is === 'matches')
    return TEXT_TESTS[condition.test](String(fieldOf(condition.field.name)).trimEnd(), condition.text)
  const { field, isLength } = condition.left
  const value = plain(field, fieldOf(field.name))
  const order = orderOf(isLength ? String(value ?? '').length : value, condition.to)
  return order === undefined ? condition.how === 'ne' : COMPARISONS[condition.how](order)
}

function plain(field: FieldDef, value: Json): Plain {
  if (field.kind === 'date') return typeof value === 'string' ? Date.parse(value) : null
  return typeof value === 'string' ? value.trimEnd() : typeof value === 'object' ? null : value
}

/** Undefined where one of the two is no value: nothing but `ne` holds then. */
function orderOf(a: Plain, b: Plain): number | undefined {
  if (a === null || b === null) return a === b ? 0 : undefined
  return a < b ? -1 : a > b ? 1 : 0
}

function createParser(def: ResourceDef, tokens: readonly Token[], lenient: boolean) {
  let at = 0
  const fail = (what: string) => invalidParameters(`The $filter is not valid: ${what}.`)
  const next = (): Token => {
    const token = tokens[at]
    if (!token) throw fail('it ends too early')
    at += 1
    return token
  }
  const expect = (is: Token['is']) => {
    if (next().is !== is) throw fail(`"${is}" is missing`)
  }
  const takeWord = (word: string): boolean => {
    const token = tokens[at]
    const isHere = token?.is === 'word' && token.text === word
    if (isHere) at += 1
    return isHere
  }
  const field = (name: string): FieldDef => {
    const found = def.fields.get(name)
    if (!found || found.kind === 'details')
      throw fail(`could not find a property named '${name}' on type '${def.name}'`)
    return found
  }
  const chain = (word: 'and' | 'or', part: () => Condition): Condition => {
    const parts = [part()]
    while (takeWord(word)) parts.push(part())
    const [only] = parts
    return parts.length === 1 && only ? only : { is: word, of: parts }
  }
  const literal = (of: FieldDef, isLength: boolean): Plain =>
    literalOf(isLength ? NUMBER : of, next(), { lenient, fail })
  const compare = (left: Operand): Condition => {
    const how = next()
    if (how.is !== 'word' || !isComparison(how.text)) throw fail('an operator is missing')
    if (left.field.kind === 'flag' && how.text !== 'eq' && how.text !== 'ne') throw fail('booleans have no order')
    return { is: 'compare', left, how: how.text, to: literal(left.field, left.isLength) }
  }
  const argument = (): FieldDef => {
    const token = next()
    if (token.is !== 'word') throw fail('a property is missing')
    return field(token.text)
  }
  const textTest = (test: TextTest, isReversed: boolean): Condition => {
    expect('(')
    const first = isReversed ? next() : argument()
    expect(',')
    const second = isReversed ? argument() : next()
    expect(')')
    const [of, token] = 'kind' in first ? [first, second] : [second, first]
    if (!('kind' in of) || 'kind' in token || token.is !== 'string' || of.kind !== 'text')
      throw fail(`${test} wants a text property and a string`)
    // `startswith(…) eq true` is the older way to write it
    if (takeWord('eq') && !takeWord('true')) throw fail(`${test} can only be compared with true`)
    return { is: 'matches', field: of, test, text: token.value }
  }
  const one = (): Condition => {
    const token = next()
    if (token.is === '(') {
      const inner = any()
      expect(')')
      return inner
    }
    if (token.is !== 'word') throw fail('a property is missing')
    if (isTextTest(token.text)) return textTest(token.text, false)
    if (token.text === 'substringof' && lenient) return textTest('contains', true)
    if (token.text !== 'length') return compare({ field: field(token.text), isLength: false })
    expect('(')
    const of = argument()
    expect(')')
    return compare({ field: of, isLength: true })
  }
  const any = (): Condition => chain('or', () => chain('and', one))
  return {
    any,
    end: () => {
      if (at < tokens.length) throw fail('something follows its end')
    },
  }
}

const NUMBER: FieldDef = { name: 'length', kind: 'number', initial: 0 }

interface LiteralRules {
  readonly lenient: boolean
  fail(what: string): Error
}

const LITERALS: Readonly<
  Record<FieldDef['kind'], (token: Token, field: FieldDef, lenient: boolean) => Plain | undefined>
> = {
  text: token => (token.is === 'string' ? token.value.trimEnd() : undefined),
  enum: (token, { values }) => (token.is === 'string' && values?.includes(token.value) ? token.value : undefined),
  number: (token, _field, lenient) => (token.is === 'number' && (lenient || !token.suffixed) ? token.value : undefined),
  flag: token => (token.is === 'word' && /^(true|false)$/.test(token.text) ? token.text === 'true' : undefined),
  date: (token, _field, lenient) => (token.is === 'date' && (lenient || token.exact) ? token.at : undefined),
  details: () => undefined,
}

function literalOf(field: FieldDef, token: Token, { lenient, fail }: LiteralRules): Plain {
  if (token.is === 'word' && token.text === 'null') return null
  const value = LITERALS[field.kind](token, field, lenient)
  if (value === undefined) throw fail(`the value for '${field.name}' is not of its type`)
  return value
}
