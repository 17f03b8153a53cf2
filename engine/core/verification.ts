import type { Cursor } from './record.ts'

/** What a walk of comparison came to, in source records. */
export interface VerifyTally {
  /** Read, and looked up at the target where the flow writes them. */
  readonly compared: number
  /** Differences that were put right. */
  readonly healed: number
  /** Differences that are still there: nobody may, or could, put them right. */
  readonly left: number
}

/** A walk under way: a flow's whole source against its target, as far as budgets of calls have let it come. */
export interface VerifyWalk {
  /** Of the flow that compared: another mapping compares from the beginning. */
  readonly flowHash: string
  /** Run that began it; records that no run has met since then are gone from the source. */
  readonly runId: string
  readonly startedAt: string
  readonly cursor: Cursor
  /** It has met every record; what is gone from the source is still to be looked for. */
  readonly isRead?: true
  readonly tally: VerifyTally
}

/** What the last walk that came to its end found. */
export interface Verified {
  /** Whatever had changed at the source by then was compared: when the walk began, less the time after which a change may still appear. */
  readonly until: string
  readonly at: string
  readonly runId: string
  readonly flowHash: string
  readonly tally: VerifyTally
}

/** How far one source entity of a flow is verified. */
export interface Verification {
  readonly flow: string
  readonly entity: string
  readonly walk: VerifyWalk | null
  readonly verified: Verified | null
}

/** Settles with the records that it tells of. `verified` absent: as it was. */
export type VerificationMoved = Pick<Verification, 'entity' | 'walk'> & { readonly verified?: Verified }
