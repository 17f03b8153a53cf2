import type { Getter } from '../store/look.ts'

export const AGGREGATES = ['count', 'avg', 'min', 'max', 'sum'] as const
export type Aggregate = (typeof AGGREGATES)[number]

/** One element of `select`; `name` is what its value is printed under. */
export interface Selected {
  readonly name: string
  readonly getter: Getter
  readonly aggregate?: Aggregate
}

export type Cell = readonly [name: string, value: string]
