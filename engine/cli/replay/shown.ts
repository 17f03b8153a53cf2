import type { Failure } from '../../core/errors.ts'
import type { DeadLetterRow } from '../../core/ledger.ts'
import type { LetterWould, Would } from '../../run/index.ts'
import type { ShownRecord } from '../preview/summary.ts'

/** As the preview tells it; `unknown` where the target could not be read. */
export type ShownWould = Would | LetterWould

export interface ShownLetter extends DeadLetterRow {
  readonly from: 'stored' | 'source'
  readonly would: ShownWould
  readonly isSameFailure?: boolean
  readonly records: readonly ShownRecord[]
}

/** What a replay would do. `records` are those that are read again without a dead letter. */
export interface DryRun {
  readonly flow: string
  readonly letters: readonly ShownLetter[]
  readonly keys: readonly string[]
  readonly records: readonly ShownRecord[]
  readonly counts: Readonly<Partial<Record<ShownWould, number>>>
  readonly givenUp: number
  /** There are more `records` than are told. */
  readonly isPartial: boolean
  readonly targetUnread: Failure | null
}
