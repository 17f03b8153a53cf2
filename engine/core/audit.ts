/** The two histories that are chained by hash: what became of records, and what persons did. */
export type TrailName = 'events' | 'actions'

/** A place in a trail: the hash of row `no`, which covers all rows before it. Kept elsewhere, it proves that nothing before it was changed since. */
export interface ChainPlace {
  /** Rows are numbered from 1 within their workspace; 0 is before the first. */
  readonly no: number
  readonly hash: string
}

/**
 * What a row, or a place where rows were, shows.
 *
 * - `edited`: its content is not what its hash covers (or the row before it was edited and hashed anew).
 * - `dropped`: rows `no` to `until` are not there.
 * - `reordered`: it is there, but not in its place.
 * - `foreign`: it was put in by something that does not chain.
 * - `head`: the trail does not end with the hash that was noted as its last.
 * - `anchor`: the trail does not begin where the last pruning that was recorded left it.
 * - `erased`: more rows are masked than erasures were recorded.
 * - `unexpected`: the row is not the one that the caller knew at this place.
 */
export type BreakKind = 'edited' | 'dropped' | 'reordered' | 'foreign' | 'head' | 'anchor' | 'erased' | 'unexpected'

export interface ChainBreak {
  readonly trail: TrailName
  readonly is: BreakKind
  /** Number in the trail; of a foreign row null. */
  readonly no: number | null
  /** Last number of those that were dropped; else the same as `no`. */
  readonly until: number | null
  /** Id of the row as `audit` shows it; null when there is no row. */
  readonly id: number | null
}

export interface TrailReport {
  readonly trail: TrailName
  /** Rows that were read. */
  readonly rows: number
  /** Those among them whose identifying values were erased. */
  readonly erased: number
  /** Where it begins: after what was pruned. */
  readonly anchor: ChainPlace
  readonly head: ChainPlace
  /** The first hundred of them, in order. */
  readonly breaks: readonly ChainBreak[]
  readonly breakCount: number
}

/** What `pruneAudit` took away. */
export interface Pruned {
  readonly events: number
  /** Closed dead letters. */
  readonly deadLetters: number
  /** Bodies that nothing refers to any more. */
  readonly bodies: number
  readonly anchor: ChainPlace
}

/** Who prunes or erases: for the trail of actions. */
export interface Deed {
  readonly actor: string
  readonly at: string
}

/** A record of one person (or company), in the system that it lives in: as source or as target. */
export interface Subject {
  readonly connection: string
  readonly entity: string
  readonly key: string
  /** Also the known records, by which a later run tells that it has written them: only when the record is gone from both systems. */
  readonly forget: boolean
}

export interface Erased {
  readonly events: number
  readonly deadLetters: number
  readonly parked: number
  readonly bodies: number
  /** Actions that named its key. */
  readonly actions: number
  readonly deliveries: number
  /** Known records that were forgotten; 0 unless that was asked for. */
  readonly forgotten: number
  /** Known records that still name it. */
  readonly kept: number
  /** The other side's records that were linked with it: erased here beside its key, but to be erased on their own where they are a source. */
  readonly linked: readonly { readonly connection: string; readonly entity: string; readonly key: string }[]
}

/** What stands in the place of an erased value. */
export const ERASED = '(erased)'

/** Proving, shortening and masking the audit trail. */
export interface Audit {
  /** Reads both trails from their beginning and says what is not as it was written. `expected` is a place of `events` that the caller has kept. */
  verifyAudit(expected?: ChainPlace): Promise<readonly TrailReport[]>
  /**
   * Takes the events away that are older than everything from `before` on, closed dead letters last seen before it, and bodies that nothing refers to.
   * Throws `LEDGER_CHAIN_BROKEN`, and takes nothing more, at the first event that is not as it was written.
   */
  pruneAudit(before: string, deed: Deed): Promise<Pruned>
  /** Masks what identifies the subject wherever the ledger holds it, for good. The chains stay valid. */
  eraseSubject(subject: Subject, deed: Deed): Promise<Erased>
}
