export type Scalar = string | number | boolean

/** An entity, a linked entity or a line as it is kept: times are epoch milliseconds, a field without a value is absent. */
export interface Node {
  readonly id: string
  /** Null: no note was ever made. */
  readonly note: string | null
  readonly values: Values
  /** By `View.Field`. */
  readonly custom: Readonly<Record<string, string>>
}

export type Value = Scalar | Node | readonly Node[]
export type Values = Readonly<Record<string, Value | undefined>>

/** A record. */
export interface Row extends Node {
  readonly createdAt: number
  readonly modifiedAt: number
}

export const isNode = (value: Value | undefined): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isNodes = (value: Value | undefined): value is readonly Node[] => Array.isArray(value)

export const scalarOf = (value: Value | undefined): Scalar | undefined =>
  typeof value === 'object' ? undefined : value

export const textOf = (value: Value | undefined): string => String(scalarOf(value) ?? '')
export const numberOf = (value: Value | undefined): number => Number(scalarOf(value) ?? 0)
