import { MASTERS } from '../data/words.ts'
import { isDate } from '../local-time.ts'
import type { Column } from '../store/columns.ts'

/** A value that a column does not take, in the words of the business object. */
export class ColumnRefusal extends Error {
  override readonly name = 'ColumnRefusal'
  readonly code: 'CI_NOF' | 'CI_CharLength' | 'CI_Invalid' | 'CI_ReadOnly'

  constructor(code: ColumnRefusal['code'], { object, column, why }: { object: string; column: Column; why: string }) {
    const suffix = column.kind === 'number' ? '' : '$'
    super(`Could not set ${object} column ${column.name}${suffix}: ${why}`)
    this.code = code
  }
}

/** The value as it is stored, or a refusal (fact sheet 9 and 10, items 8 and 9). */
export function checked(object: string, column: Column, given: string): string {
  const refuse = (code: ColumnRefusal['code'], why: string): never => {
    throw new ColumnRefusal(code, { object, column, why })
  }
  const value = given.trimEnd()
  if (column.kind === 'number') return printed(value, column.size) ?? refuse('CI_Invalid', `${value} is not numeric.`)
  if (column.kind === 'flag' && value !== 'Y' && value !== 'N') refuse('CI_Invalid', 'The value must be Y or N.')
  if (column.kind === 'date' && !isDate(value)) refuse('CI_Invalid', `${value} is not a date.`)
  if (column.kind === 'text' && value.length > column.size)
    refuse('CI_CharLength', `The value is longer than ${column.size} characters.`)
  if (column.master !== undefined && value !== '' && !MASTERS[column.master]?.has(value))
    refuse('CI_NOF', `The ${column.name} ${value} is not on file.`)
  return value
}

/** A decimal with the places of its column; undefined when it is none. */
export function printed(text: string, decimals: number): string | undefined {
  if (text === '') return (0).toFixed(decimals)
  if (!/^[+-]?(\d{1,12}\.?\d*|\.\d+)$/.test(text)) return undefined
  const fixed = Number(text).toFixed(decimals)
  // nothing is less than nothing
  return /^-[0.]+$/.test(fixed) ? fixed.slice(1) : fixed
}
