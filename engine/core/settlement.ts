import type { Settlement } from './ledger.ts'

/** A settlement of nothing, to be filled in with what there is. */
export const NOTHING_SETTLED = {
  events: [],
  known: [],
  forgotten: [],
  tracked: [],
  untracked: [],
  dead: [],
  parked: [],
  healed: [],
  intentsDone: [],
  counts: {},
} as const satisfies Partial<Settlement>
