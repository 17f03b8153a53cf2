import type { Clock } from '../core/clock.ts'
import type { Failure } from '../core/errors.ts'
import type { Field } from '../core/fields.ts'
import type { AwaitedLink, KnownRecord, Ledger, RunCounts, RunState, Trigger } from '../core/ledger.ts'
import type { FlowPlan, StepPlan } from '../core/plan.ts'
import type { DataRecord, Json, JsonObject } from '../core/record.ts'
import type { Connection, EntitySummary, Log, Operation } from '../sdk/connector.ts'

/** Everything outside the run that it needs. Side effects come from here and nowhere else. */
export interface RunPorts {
  readonly ledger: Ledger
  /** An open connection; the same one for the same name within a run. Calls that it makes are counted by the run. */
  open(connection: string): Promise<Connection>
  /** Every call that the connections of `open` send, until the answered function is called. */
  watchCalls(listener: (label: string, isSignIn: boolean) => void): () => void
  /** A connection's or connector's name as written in `$link`, resolved within the flow's workspace. */
  connectionNamed(name: string, plan: FlowPlan): string | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly log: Log
  /** `host:pid:…` of this process: holder of the lease. */
  readonly holder: string
  isAlive(holder: string): boolean
  newId(): string
  /** In [0, 1): for jitter. */
  random(): number
  /** `connection/entity` that some flow of the workspace writes: only there can an echo come from. */
  readonly sinkEntities: ReadonlySet<string>
  /** How many records are read before they are written and settled together; 4,000 when absent. */
  readonly unitSize?: number
  /** The run is in the ledger now, under this id. */
  onStart?(runId: string): void
  onProgress?(progress: Progress): void
}

export interface Progress {
  readonly flow: string
  readonly entity: string
  readonly counts: RunCounts
}

/** incremental: after the checkpoint. backfill: everything again, written where it differs. sweep: a backfill that also finds deletions. */
export type RunMode = 'incremental' | 'backfill' | 'sweep'

export interface RunOptions {
  readonly trigger: Trigger
  readonly actor: string
  readonly mode: RunMode
  /** Only these source keys; the checkpoint stays where it is. */
  readonly keys?: readonly string[]
  /** Write even what the ledger calls unchanged. */
  readonly force?: boolean
}

export interface RunReport {
  readonly runId: string
  readonly flow: string
  readonly state: RunState
  readonly counts: RunCounts
  readonly failure: Failure | null
  readonly startedAt: string
  readonly endedAt: string
  /** Dead letters of this run by code. */
  readonly deadByCode: Readonly<Record<string, number>>
}

/** The right to run a flow, for as long as `hold` does not throw. */
export interface Lease {
  /** Costs nothing while the lease cannot have lapsed; a process that stood still asks for it again. */
  hold(): Promise<void>
}

/** One source record on its way through a run. Its own state changes from stage to stage; the record never does. */
export interface Item {
  readonly entity: string
  readonly record: DataRecord
  readonly sourceHash: string
  variables: Readonly<Record<string, Json | undefined>>
  /** What the dedup memory held of this key when it was read; absent when nothing. */
  lastSeen?: string
  readonly drafts: Draft[]
  /** Ids that earlier steps got for this record; null when the step was not taken. */
  readonly sinkKeys: Map<string, string | null>
  /** What was deleted at the target, or marked as deleted, on account of it: forgotten, so that the same key made anew is written in full. */
  readonly removed: KnownRecord[]
  /** Of a verification that only looks: what should have been deleted. */
  readonly leftOver: KnownRecord[]
  ended?: Ended
}

/** How one record ended. Every record read ends exactly once. */
export type Ended =
  | { readonly is: 'written' | 'unchanged' | 'filtered' | 'deleted'; readonly did: string; readonly isRepeat?: boolean }
  | { readonly is: 'dead'; readonly step: string; readonly failure: Failure; readonly isRepeat?: boolean }
  | { readonly is: 'parked'; readonly awaits: readonly AwaitedLink[]; readonly isRepeat?: boolean }

/** One sink record in the making: a step's mapping of one item (or of one element of its `each`). */
export interface Draft {
  readonly item: Item
  readonly step: StepPlan
  /** '' without `each`. */
  readonly element: string
  /** Mapped fields, references resolved, conformed to the sink's types. */
  fields: JsonObject
  planned?: Planned
  /** Of a verification: how the target differs from it. */
  difference?: Difference
  /** An intent was committed for it: whatever became of the write, it is looked up before it is sent again. */
  isAnnounced?: boolean
  /** What the sink answered: it took it, or certainly did not. Neither while that is not known. */
  result?: DraftResult
  isRefused?: boolean
}

/** What a verification found wrong with a sink record. */
export interface Difference {
  readonly is: 'missing' | 'different' | 'doubled'
  /** Sink fields that differ; none of a record that is missing as a whole. */
  readonly fields: readonly string[]
  /** What is known of how it came to that. */
  readonly why: string
  /** It is a person's to decide, and is left as it is. */
  readonly isLeft: boolean
}

export interface Planned {
  readonly operation: Operation | 'none'
  /** Why nothing is sent, or what led to the operation: `same`, `echo`, `known`, `new`, `found`, `overtaken`, `missing`, `different`, `left`. */
  readonly because: string
  readonly sinkKey?: string
  readonly matchValue: string | null
  readonly fingerprint: string
  readonly fieldHashes: Readonly<Record<string, string>>
  readonly changed: readonly string[]
  readonly known?: KnownRecord
  /** What goes out: without createOnly fields when the record exists. */
  readonly outgoing: JsonObject
}

export interface DraftResult {
  readonly sinkKey: string
  readonly did: string
  readonly version?: string
  readonly tries?: number
}

/** A step with what the run found out about its sink at the start. */
export interface OpenStep {
  readonly plan: StepPlan
  readonly connection: Connection
  readonly entity: EntitySummary
  readonly write: NonNullable<EntitySummary['write']>
  /** Standard and custom fields together. */
  readonly fields: Readonly<Record<string, Field>>
  /** Optional fields that this account does not have: filled by preflight, left out of what is mapped. */
  readonly absent: Set<string>
}
