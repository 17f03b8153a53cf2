import { invalidParameters } from '../answers.ts'
import type { FieldDef, ResourceDef } from '../resources/definition.ts'
import { type Condition, isComparison, isTextTest, type Operand, type Plain, type TextTest } from './condition.ts'
import { type Token, tokensOf } from './tokens.ts'

/** The `$filter` grammar of fact sheet 4; whatever is not in it is refused as `InvalidParameters`. */
export function parseFilter(def: ResourceDef, filter: string, lenient: boolean): Condition {
  const at: Place = { def, lenient, tokens: tokensOf(filter), next: 0 }
  const condition = parseAny(at)
  if (at.next < at.tokens.length) throw fail('something follows its end')
  return condition
}

interface Place {
  readonly def: ResourceDef
  readonly lenient: boolean
  readonly tokens: readonly Token[]
  /** Moves on as tokens are taken. */
  next: number
}

const fail = (what: string) => invalidParameters(`The $filter is not valid: ${what}.`)

function take(at: Place): Token {
  const token = at.tokens[at.next]
  if (!token) throw fail('it ends too early')
  at.next += 1
  return token
}

function expect(at: Place, is: Token['is']): void {
  if (take(at).is !== is) throw fail(`"${is}" is missing`)
}

function takeWord(at: Place, word: string): boolean {
  const token = at.tokens[at.next]
  const isHere = token?.is === 'word' && token.text === word
  if (isHere) at.next += 1
  return isHere
}

const parseAny = (at: Place): Condition => chain(at, 'or', () => chain(at, 'and', () => parseOne(at)))

function chain(at: Place, word: 'and' | 'or', part: () => Condition): Condition {
  const first = part()
  const more: Condition[] = []
  while (takeWord(at, word)) more.push(part())
  return more.length === 0 ? first : { is: word, of: [first, ...more] }
}

function parseOne(at: Place): Condition {
  const token = take(at)
  if (token.is === '(') {
    const inner = parseAny(at)
    expect(at, ')')
    return inner
  }
  if (token.is !== 'word') throw fail('a property is missing')
  if (isTextTest(token.text)) return parseTextTest(at, token.text)
  // V3, with its arguments the other way round
  if (token.text === 'substringof' && at.lenient) return parseTextTest(at, 'contains', true)
  if (token.text !== 'length') return parseComparison(at, { field: fieldNamed(at, token.text), isLength: false })
  expect(at, '(')
  const field = takeField(at)
  expect(at, ')')
  return parseComparison(at, { field, isLength: true })
}

function fieldNamed({ def }: Place, name: string): FieldDef {
  const found = def.fields.get(name)
  if (!found || found.kind === 'details') throw fail(`could not find a property named '${name}' on type '${def.name}'`)
  return found
}

function takeField(at: Place): FieldDef {
  const token = take(at)
  if (token.is !== 'word') throw fail('a property is missing')
  return fieldNamed(at, token.text)
}

function takeText(at: Place): string {
  const token = take(at)
  if (token.is !== 'string') throw fail('a string is missing')
  return token.value
}

function parseTextTest(at: Place, test: TextTest, isReversed = false): Condition {
  expect(at, '(')
  const before = isReversed ? takeText(at) : undefined
  if (isReversed) expect(at, ',')
  const field = takeField(at)
  if (!isReversed) expect(at, ',')
  const text = before ?? takeText(at)
  expect(at, ')')
  if (field.kind !== 'text') throw fail(`'${field.name}' is not a text`)
  // `startswith(…) eq true` is the older way to write it
  if (takeWord(at, 'eq') && !takeWord(at, 'true')) throw fail(`${test} can only be compared with true`)
  return { is: 'matches', field, test, text }
}

function parseComparison(at: Place, left: Operand): Condition {
  const how = take(at)
  if (how.is !== 'word' || !isComparison(how.text)) throw fail('an operator is missing')
  if (left.field.kind === 'flag' && how.text !== 'eq' && how.text !== 'ne') throw fail('booleans have no order')
  return { is: 'compare', left, how: how.text, to: takeLiteral(at, left) }
}

type Literal = (token: Token, field: FieldDef, lenient: boolean) => Plain | undefined

const LITERALS: Readonly<Record<FieldDef['kind'], Literal>> = {
  text: token => (token.is === 'string' ? token.value.trimEnd() : undefined),
  enum: (token, { values }) => (token.is === 'string' && values?.includes(token.value) ? token.value : undefined),
  number: (token, _field, lenient) => (token.is === 'number' && (lenient || !token.suffixed) ? token.value : undefined),
  flag: token => (token.is === 'word' && /^(true|false)$/.test(token.text) ? token.text === 'true' : undefined),
  date: (token, _field, lenient) => (token.is === 'date' && (lenient || token.exact) ? token.at : undefined),
  details: () => undefined,
}

function takeLiteral(at: Place, { field, isLength }: Operand): Plain {
  const token = take(at)
  if (token.is === 'word' && token.text === 'null') return null
  const value = LITERALS[isLength ? 'number' : field.kind](token, field, at.lenient)
  if (value === undefined) throw fail(`the value for '${field.name}' is not of its type`)
  return value
}
