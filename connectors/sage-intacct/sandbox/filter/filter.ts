import type { FieldDef } from '../objects/definition.ts'
import type { Getter } from '../store/look.ts'
import { invalidValue } from '../wire/errors.ts'

export type Operator =
  | 'equalto'
  | 'notequalto'
  | 'lessthan'
  | 'lessthanorequalto'
  | 'greaterthan'
  | 'greaterthanorequalto'
  | 'between'
  | 'in'
  | 'notin'
  | 'like'
  | 'notlike'
  | 'isnull'
  | 'isnotnull'

export interface FieldTest {
  readonly is: 'test'
  readonly operator: Operator
  readonly field: string
  readonly values: readonly string[]
}

/** A condition on rows, whichever function it came from. */
export type Filter = FieldTest | { readonly is: 'and' | 'or'; readonly parts: readonly Filter[] }

/** How the values of a condition are read. */
export interface Compiler {
  getter(path: string): Getter
  /** Unix seconds; undefined when the text is no time. */
  stamp(text: string): number | undefined
  /** YYYY-MM-DD; undefined when the text is no date. */
  date(text: string): string | undefined
  /** A value of an enumeration or boolean as it is stored; undefined when there is none like it. */
  known(field: FieldDef, text: string): string | undefined
  readonly ignoresCase: boolean
}

export interface CompiledFilter {
  matches(slot: number): boolean
  /** Bounds that every match keeps for a field of this path, as numbers: for finding rows through an index. */
  range(path: string): Range
}

export interface Range {
  readonly from: number
  readonly to: number
}

export const EVERYTHING: Range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

export function compileFilter(filter: Filter | undefined, compiler: Compiler): CompiledFilter {
  if (!filter) return { matches: () => true, range: () => EVERYTHING }
  if (filter.is === 'test') return compileTest(filter, compiler)
  const parts = filter.parts.map(it => compileFilter(it, compiler))
  const ranges = (path: string) => parts.map(it => it.range(path))
  if (filter.is === 'and')
    return {
      matches: slot => parts.every(it => it.matches(slot)),
      range: path => ({
        from: Math.max(...ranges(path).map(it => it.from)),
        to: Math.min(...ranges(path).map(it => it.to)),
      }),
    }
  return {
    matches: slot => parts.some(it => it.matches(slot)),
    range: path => ({
      from: Math.min(...ranges(path).map(it => it.from)),
      to: Math.max(...ranges(path).map(it => it.to)),
    }),
  }
}

const NUMBERS = new Set<FieldDef['type']>(['INTEGER', 'DECIMAL', 'CURRENCY', 'PERCENT', 'TIMESTAMP'])

/** Comparisons of two values that are both there: null matches nothing but `isnull`, as in SQL. */
function compileTest(test: FieldTest, compiler: Compiler): CompiledFilter {
  const getter = compiler.getter(test.field)
  const { operator } = test
  if (operator === 'isnull') return plain(slot => getter.text(slot) === '')
  if (operator === 'isnotnull') return plain(slot => getter.text(slot) !== '')
  if (operator === 'like' || operator === 'notlike') return compileLike(getter, test, compiler)
  if (NUMBERS.has(getter.field.type)) return compileNumbers(getter, test, compiler)
  const fold = compiler.ignoresCase ? (text: string) => text.toLowerCase() : (text: string) => text
  const values = test.values.map(it => fold(textValue(getter.field, it, compiler)))
  const holds = comparison(operator, values)
  return plain(slot => {
    const value = getter.text(slot)
    return value !== '' && holds(fold(value))
  })
}

const plain = (matches: (slot: number) => boolean): CompiledFilter => ({ matches, range: () => EVERYTHING })

function compileNumbers(getter: Getter, test: FieldTest, compiler: Compiler): CompiledFilter {
  const values = test.values.map(it => numberValue(getter.field, it, compiler))
  const holds = comparison(test.operator, values)
  const range = rangeOf(test.operator, values)
  return {
    matches: slot => {
      const value = getter.number(slot)
      return !Number.isNaN(value) && holds(value)
    },
    range: path => (path === test.field ? range : EVERYTHING),
  }
}

function rangeOf(operator: Operator, values: readonly number[]): Range {
  const [first = Number.NaN, last = first] = values
  if (operator === 'equalto') return { from: first, to: first }
  if (operator === 'between') return { from: first, to: last }
  if (operator.startsWith('greaterthan')) return { ...EVERYTHING, from: first }
  return operator.startsWith('lessthan') ? { ...EVERYTHING, to: first } : EVERYTHING
}

function comparison<T extends string | number>(operator: Operator, values: readonly T[]): (value: T) => boolean {
  const [first, second] = values
  if (first === undefined) return () => false
  const set = new Set(values)
  const table: Readonly<Record<string, (value: T) => boolean>> = {
    equalto: value => value === first,
    notequalto: value => value !== first,
    lessthan: value => value < first,
    lessthanorequalto: value => value <= first,
    greaterthan: value => value > first,
    greaterthanorequalto: value => value >= first,
    between: value => second !== undefined && value >= first && value <= second,
    in: value => set.has(value),
    notin: value => !set.has(value),
  }
  return table[operator] ?? (() => false)
}

function numberValue(field: FieldDef, text: string, compiler: Compiler): number {
  const value =
    field.type === 'TIMESTAMP' ? compiler.stamp(text) : /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
  if (value === undefined)
    throw invalidValue(field.id, text, field.type === 'TIMESTAMP' ? "a time in the user's format" : 'digits')
  return value
}

function textValue(field: FieldDef, text: string, compiler: Compiler): string {
  if (field.type === 'DATE') {
    const date = compiler.date(text)
    if (date === undefined) throw invalidValue(field.id, text, "a date in the user's format")
    return date
  }
  // a word that the enumeration does not have matches no row
  return field.type === 'ENUM' || field.type === 'BOOLEAN' ? (compiler.known(field, text) ?? '\uFFFF') : text
}

function compileLike(getter: Getter, test: FieldTest, compiler: Compiler): CompiledFilter {
  if (NUMBERS.has(getter.field.type) || getter.field.type === 'DATE')
    throw invalidValue(getter.field.id, test.values[0] ?? '', 'like on text fields only')
  const source = (test.values[0] ?? '')
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('%', '[\\s\\S]*')
    .replaceAll('_', '[\\s\\S]')
  const pattern = new RegExp(`^${source}$`, compiler.ignoresCase ? 'iu' : 'u')
  const isWanted = test.operator === 'like'
  return plain(slot => {
    const value = getter.text(slot)
    return value !== '' && pattern.test(value) === isWanted
  })
}
