import type { Json } from '../../core/record.ts'
import type { Limits } from './ast.ts'
import { fault } from './fault.ts'
import { OmitPlaceholder, referenceOf } from './placeholders.ts'

const DEEPEST = 64

/** Marks a field that the write leaves out. */
export const OMITTED: unique symbol = Symbol('omitted')

/**
 * A value as JSONata left it, as plain data: sequences become arrays, placeholders become references, nothing becomes `null`
 * below the top, an omitted member is left out. `undefined` only for a value that is nothing as a whole.
 */
export function plainResult(value: unknown, limits: Limits): Json | undefined | typeof OMITTED {
  if (value === undefined || value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') {
    if (value.length > limits.resultChars) throw tooLarge(limits)
    return value
  }
  if (typeof value === 'number') return finite(value)
  if (value instanceof OmitPlaceholder) return OMITTED
  return nested(value, 0, { left: limits.resultChars, limits })
}

interface Budget {
  left: number
  readonly limits: Limits
}

function nested(value: unknown, depth: number, budget: Budget): Json {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return finite(value)
  if (typeof value === 'string') {
    spend(budget, value.length)
    return value
  }
  if (typeof value !== 'object') throw notData('a function')
  if (depth > DEEPEST) throw fault('EXPRESSION_TOO_LARGE', `the result nests deeper than ${DEEPEST} levels`)
  spend(budget, 1)
  if (Array.isArray(value)) return value.map(it => nested(it, depth + 1, budget))
  const reference = referenceOf(value)
  if (reference) return { ...reference }
  if (value instanceof OmitPlaceholder) throw fault('EXPRESSION_OMIT_MISPLACED', '$omit() is an element of a list')
  if ('_jsonata_function' in value || '_jsonata_lambda' in value) throw notData('a function')
  return members(value, depth, budget)
}

function members(value: object, depth: number, budget: Budget): Json {
  const plain: Record<string, Json> = {}
  for (const [name, member] of Object.entries(value)) {
    if (member instanceof OmitPlaceholder) continue
    spend(budget, name.length)
    plain[name] = nested(member, depth + 1, budget)
  }
  return plain
}

function spend(budget: Budget, chars: number): void {
  budget.left -= chars
  if (budget.left < 0) throw tooLarge(budget.limits)
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw notData(String(value))
  return value
}

function tooLarge(limits: Limits) {
  return fault('EXPRESSION_TOO_LARGE', `the result holds more than ${limits.resultChars} characters`)
}

function notData(what: string) {
  return fault('EXPRESSION_NOT_DATA', `the result is ${what}, which is no data`)
}
