import type { Json } from '../../../../engine/sdk/index.ts'
import type { FieldDef } from '../resources/definition.ts'

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

/** What a value is compared as: dates as milliseconds, numbers beyond 2^53 as bigint, everything else as itself. */
export type Plain = string | number | bigint | boolean | null

export type Condition =
  | { readonly is: 'and'; readonly of: readonly Condition[] }
  | { readonly is: 'or'; readonly of: readonly Condition[] }
  | { readonly is: 'compare'; readonly left: Operand; readonly how: Comparison; readonly to: Plain }
  | { readonly is: 'matches'; readonly field: FieldDef; readonly test: TextTest; readonly text: string }

export interface Operand {
  readonly field: FieldDef
  /** `length(field)`. */
  readonly isLength: boolean
}

export type TextTest = keyof typeof TEXT_TESTS
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

export const isComparison = (text: string): text is Comparison => Object.hasOwn(COMPARISONS, text)
export const isTextTest = (text: string): text is TextTest => Object.hasOwn(TEXT_TESTS, text)

/** Does a record with these values fulfil it? Blanks at the end of texts count for nothing. */
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

function plain({ kind }: FieldDef, value: Json): Plain {
  if (kind === 'date') return typeof value === 'string' ? Date.parse(value) : null
  if (typeof value !== 'string') return typeof value === 'object' ? null : value
  return kind === 'number' ? BigInt(value) : value.trimEnd()
}

/** Undefined where one of the two is no value: nothing but `ne` holds then. */
function orderOf(a: Plain, b: Plain): number | undefined {
  if (a === null || b === null) return a === b ? 0 : undefined
  return a < b ? -1 : a > b ? 1 : 0
}
