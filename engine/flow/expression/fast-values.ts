import type { Scope } from '../../core/expression.ts'

/** Evaluates on one record; throws LEAVE when JSONata itself has to. */
export type Fast = (scope: Scope) => unknown

/** Thrown, never shown: no stack is taken, so that leaving costs little. */
export const LEAVE: unique symbol = Symbol('left to JSONata')

export function leave(): never {
  throw LEAVE
}

/** `$boolean`, with nothing as false: what conditions, `and` and `or` use. */
export function truth(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  if (value === undefined || value === null) return false
  if (typeof value === 'string') return value.length > 0
  if (typeof value === 'number') return Number.isFinite(value) ? value !== 0 : leave()
  if (typeof value !== 'object' || Array.isArray(value)) return leave()
  return Object.keys(value).length > 0
}

/** `$string` of a single value; nothing stays nothing. Numbers keep 15 significant digits. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return leave()
    return JSON.stringify(Number.isInteger(value) ? value : Number(value.toPrecision(15)))
  }
  return value === null || typeof value === 'boolean' ? String(value) : leave()
}
