import { type Fast, leave, textOf, truth } from './fast-values.ts'

type Operator = (left: Fast, right: Fast) => Fast

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

const equal =
  (same: boolean): Operator =>
  (left, right) =>
  scope => {
    const a = left(scope)
    const b = right(scope)
    if (a === undefined || b === undefined) return false
    if (isObject(a) || isObject(b)) return leave()
    return (a === b) === same
  }

const compare =
  (holds: (a: string | number, b: string | number) => boolean): Operator =>
  (left, right) =>
  scope => {
    const a = left(scope)
    const b = right(scope)
    if (typeof a === 'string' && typeof b === 'string') return holds(a, b)
    if (typeof a === 'number' && typeof b === 'number') return holds(a, b)
    const isOrdered = (it: unknown) => it === undefined || typeof it === 'string' || typeof it === 'number'
    return isOrdered(a) && isOrdered(b) && (a === undefined || b === undefined) ? undefined : leave()
  }

const compute =
  (result: (a: number, b: number) => number): Operator =>
  (left, right) =>
  scope => {
    const a = left(scope)
    const b = right(scope)
    const isOperand = (it: unknown): it is number | undefined =>
      it === undefined || (typeof it === 'number' && Number.isFinite(it))
    if (!isOperand(a) || !isOperand(b)) return leave()
    return a === undefined || b === undefined ? undefined : result(a, b)
  }

/** Both sides are evaluated, as JSONata does, except where `and` and `or` need only one. */
export const FAST_OPERATORS: Readonly<Record<string, Operator>> = {
  '&': (left, right) => scope => {
    const a = left(scope)
    const b = right(scope)
    return (textOf(a) ?? '') + (textOf(b) ?? '')
  },
  '=': equal(true),
  '!=': equal(false),
  '<': compare((a, b) => a < b),
  '<=': compare((a, b) => a <= b),
  '>': compare((a, b) => a > b),
  '>=': compare((a, b) => a >= b),
  '+': compute((a, b) => a + b),
  '-': compute((a, b) => a - b),
  '*': compute((a, b) => a * b),
  '/': compute((a, b) => a / b),
  '%': compute((a, b) => a % b),
  and: (left, right) => scope => truth(left(scope)) && truth(right(scope)),
  or: (left, right) => scope => truth(left(scope)) || truth(right(scope)),
  in: (left, right) => scope => {
    const wanted = left(scope)
    const among = right(scope)
    if (wanted === undefined || among === undefined) return false
    if (isObject(wanted)) return leave()
    return Array.isArray(among) ? among.includes(wanted) : isObject(among) ? leave() : among === wanted
  },
}
