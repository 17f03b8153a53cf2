import type { Audit } from './audit.ts'
import type { Failure } from './errors.ts'
import type { Operations } from './operations.ts'
import type { Cursor, JsonObject } from './record.ts'
import type { Verification, VerificationMoved } from './verification.ts'

export type RunState = 'running' | 'succeeded' | 'partial' | 'failed' | 'cancelled' | 'unavailable' | 'interrupted'
export type Trigger = 'manual' | 'schedule' | 'webhook' | 'replay' | 'sweep' | 'verify'

/** How many records ended how, and what it cost. `read` = written + unchanged + filtered + dead + parked. */
export interface RunCounts {
  readonly read: number
  readonly written: number
  readonly unchanged: number
  readonly filtered: number
  readonly dead: number
  readonly parked: number
  readonly deleted: number
  /** Calls that went out, signing in not included. */
  readonly calls: number
  readonly signIns: number
}

export interface RunRow {
  readonly id: string
  readonly workspace: string
  readonly flow: string
  readonly flowHash: string
  readonly trigger: Trigger
  /** Person or process that started it. */
  readonly actor: string
  readonly state: RunState
  readonly startedAt: string
  readonly endedAt: string | null
  readonly counts: RunCounts
  readonly failure: Failure | null
  /** Of a replay: the run that it repeats records of. */
  readonly replayOf: string | null
}

/** Which record of which source. */
export interface SourceRef {
  readonly workspace: string
  readonly connection: string
  readonly entity: string
  readonly key: string
}

/** A known record: what the ledger remembers of a sink record that this flow and step wrote for a source record. */
export interface KnownRecord {
  readonly flow: string
  readonly step: string
  /** '' without `each`; else what tells the elements apart. */
  readonly item: string
  readonly sourceConnection: string
  readonly sourceEntity: string
  readonly sourceKey: string
  readonly sinkConnection: string
  readonly sinkEntity: string
  readonly sinkKey: string
  /** Value of the match field, as a string; null without one. */
  readonly matchValue: string | null
  readonly fingerprint: string
  /** Short hash per top-level sink field: tells which fields a change touched. Never a value. */
  readonly fieldHashes: Readonly<Record<string, string>>
  /** The target's version after our write, when it tells one. */
  readonly sinkVersion: string | null
  readonly sourceVersion: string | null
  readonly runId: string
  readonly writtenAt: string
}

/** What a flow last saw of a source record. Lets a re-read within the overlap cost nothing, and a sweep find what has gone. */
export interface TrackedRecord {
  readonly entity: string
  readonly key: string
  /** Hash of fields, flow hash included: same hash, same outcome. */
  readonly sourceHash: string
  /** It is noted without having been met at the source: a sweep goes on looking for it. */
  readonly isUnmet?: true
}

export type Outcome = 'written' | 'unchanged' | 'filtered' | 'dead' | 'parked' | 'deleted'

/** One line of the audit trail. */
export interface RecordEvent {
  readonly runId: string
  readonly flow: string
  readonly flowHash: string
  readonly step: string
  readonly at: string
  readonly sourceConnection: string
  readonly sourceEntity: string
  readonly sourceKey: string
  readonly sourceVersion: string | null
  readonly sinkConnection: string | null
  readonly sinkEntity: string | null
  readonly sinkKey: string | null
  readonly outcome: Outcome
  /** created | updated | deleted | looked-up | echo | parked-for … ; '' when there is nothing to add. */
  readonly did: string
  /** Top-level sink fields that this write changed. */
  readonly changed: readonly string[]
  readonly attempt: number
  readonly failure: Failure | null
}

export interface DeadLetter {
  readonly flow: string
  readonly step: string
  readonly sourceConnection: string
  readonly sourceEntity: string
  readonly sourceKey: string
  readonly sourceVersion: string | null
  /** The record as it was read. Stored sealed, by content hash. */
  readonly body: JsonObject
  /** Hash of the flow that read the body: a flow that has changed since may read fields that it does not hold. */
  readonly readBy: string
  readonly change: 'upsert' | 'delete'
  readonly failure: Failure
}

export type DeadState = 'open' | 'retrying' | 'resolved' | 'discarded'

export interface DeadLetterRow extends Omit<DeadLetter, 'body'> {
  readonly id: string
  readonly state: DeadState
  readonly firstSeenAt: string
  readonly lastSeenAt: string
  readonly attempts: number
  readonly runId: string
  readonly resolvedByRun: string | null
  /** Why it was discarded, as the person said; null when it was not, or nothing was said. */
  readonly reason: string | null
}

/** Open dead letters of one flow that died of the same. */
export interface DeadCount {
  readonly flow: string
  /** Code of the failure. */
  readonly code: string
  readonly count: number
}

/** A reference that the ledger does not know yet: who waits for what. */
export interface AwaitedLink {
  readonly sinkConnection: string
  readonly sinkEntity: string
  readonly sourceConnection: string
  readonly sourceKey: string
  /** Source entity, when the flow named it; '' for any. */
  readonly sourceEntity: string
}

export interface ParkedRecord {
  readonly flow: string
  readonly sourceConnection: string
  readonly sourceEntity: string
  readonly sourceKey: string
  readonly sourceVersion: string | null
  readonly body: JsonObject
  /** Hash of the flow that read the body. */
  readonly readBy: string
  readonly awaits: readonly AwaitedLink[]
}

/** A parked record that need not wait any more. */
export interface ReadyRecord extends ParkedRecord {
  readonly parkedByRun: string
}

/** Committed before a write that must not happen twice. */
export interface Intent {
  readonly id: string
  readonly runId: string
  readonly flow: string
  readonly step: string
  readonly item: string
  readonly sourceConnection: string
  readonly sourceEntity: string
  readonly sourceKey: string
  readonly sinkConnection: string
  readonly sinkEntity: string
  readonly operation: string
  /** Value of the match field by which the record is looked up; null when there is none. */
  readonly matchValue: string | null
  readonly fingerprint: string
  readonly startedAt: string
}

/** Everything that a page leads to, committed in one transaction or not at all. */
export interface Settlement {
  readonly workspace: string
  readonly runId: string
  readonly flow: string
  readonly at: string
  readonly events: readonly RecordEvent[]
  readonly known: readonly KnownRecord[]
  /** Known records that are gone from the target. */
  readonly forgotten: readonly Pick<
    KnownRecord,
    'flow' | 'step' | 'item' | 'sourceConnection' | 'sourceEntity' | 'sourceKey'
  >[]
  readonly tracked: readonly TrackedRecord[]
  readonly untracked: readonly { readonly entity: string; readonly key: string }[]
  readonly dead: readonly DeadLetter[]
  readonly parked: readonly ParkedRecord[]
  /** Source records whose open dead letters and parked entries are closed, since they have now ended well. */
  readonly healed: readonly { readonly entity: string; readonly key: string }[]
  readonly intentsDone: readonly { readonly id: string; readonly outcome: 'written' | 'refused' | 'absent' }[]
  readonly counts: Partial<RunCounts>
  /** Moves only with the outcomes of its page. */
  readonly checkpoint?: { readonly entity: string; readonly cursor: Cursor }
  readonly verification?: VerificationMoved
}

export interface EventFilter {
  readonly flow?: string
  readonly runId?: string
  readonly sourceConnection?: string
  readonly sourceEntity?: string
  readonly sourceKey?: string
  readonly sinkConnection?: string
  readonly sinkEntity?: string
  readonly sinkKey?: string
  readonly outcome?: Outcome
  /** Code of the failure. */
  readonly code?: string
  readonly since?: string
  readonly until?: string
  readonly limit: number
  /** Continue after this event id (newest first). */
  readonly before?: number
}

export interface EventRow extends RecordEvent {
  readonly id: number
}

export interface DeadFilter {
  readonly flow?: string
  readonly code?: string
  readonly state?: DeadState
  readonly sourceKey?: string
  readonly sourceKeys?: readonly string[]
  readonly ids?: readonly string[]
  /** Last died at this moment or after it. */
  readonly since?: string
  /** Last died at this moment or before it. */
  readonly until?: string
  readonly limit: number
  readonly after?: string
}

/** Which records of one source entity ended, through one flow, in a time. */
export interface EndedFilter {
  readonly flow: string
  readonly sourceConnection: string
  readonly sourceEntity: string
  readonly outcome?: Outcome
  /** Code of the failure. */
  readonly code?: string
  readonly since?: string
  readonly until?: string
  readonly limit: number
  /** Continue after this one. */
  readonly after?: EndedKey
}

/** A source key, and where in the audit trail it ended so for the first time. */
export interface EndedKey {
  readonly key: string
  readonly at: string
  readonly eventId: number
}

export interface RunFilter {
  readonly flow?: string
  readonly state?: RunState
  readonly trigger?: Trigger
  /** Started at this moment or after it. */
  readonly since?: string
  readonly limit: number
  /** Continue after the run of this id (newest first); one that is not known is followed by nothing. */
  readonly before?: string
}

/** One workspace's store of runs, outcomes, checkpoints and dead letters, and of what a service keeps. All writes are transactions; all batches take any length. */
export interface Ledger extends Operations, Audit {
  startRun(run: Omit<RunRow, 'endedAt' | 'counts' | 'failure' | 'state'>): Promise<void>
  finishRun(
    id: string,
    end: {
      readonly state: RunState
      readonly endedAt: string
      readonly counts: RunCounts
      readonly failure: Failure | null
    },
  ): Promise<void>
  /** Newest first. */
  runs(filter: RunFilter): Promise<readonly RunRow[]>
  run(id: string): Promise<RunRow | undefined>

  /** True when `holder` may run the flow until `now + ttlMs`: nobody else holds it, or their lease has lapsed. The same holder extends it. */
  acquireLease(flow: string, holder: string, now: Date, ttlMs: number): Promise<boolean>
  releaseLease(flow: string, holder: string): Promise<void>
  /** Who holds it now, lapsed or not: a holder whose process is gone need not be waited for. */
  leaseHolder(flow: string): Promise<string | undefined>

  checkpoint(flow: string, entity: string): Promise<Cursor | undefined>
  checkpoints(
    flow?: string,
  ): Promise<
    readonly { readonly flow: string; readonly entity: string; readonly cursor: Cursor; readonly committedAt: string }[]
  >
  /** Set by a person (`cursor set`), or cleared: the next run is a full read. */
  setCheckpoint(flow: string, entity: string, cursor: Cursor | null, at: string): Promise<void>

  /** Hashes of what the flow last saw, by key. */
  tracked(flow: string, entity: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** How far each source entity of a flow, or of all, has been compared with its target; by flow and entity. */
  verifications(flow?: string): Promise<readonly Verification[]>

  /** Keys that the flow tracks and that no run since `runId`'s start has seen, after a complete walk; page by page in key order. That run may have ended. */
  unseenSince(
    flow: string,
    entity: string,
    runId: string,
    page: { readonly after: string; readonly limit: number },
  ): Promise<readonly string[]>
  /** Marks records as seen by a sweep, without changing anything else. */
  touch(flow: string, entity: string, keys: readonly string[], runId: string): Promise<void>

  /** Known records of these source keys, all steps and items of the flow. */
  known(
    flow: string,
    sourceConnection: string,
    sourceEntity: string,
    keys: readonly string[],
  ): Promise<readonly KnownRecord[]>
  /** Who wrote these match values through this flow and step. */
  knownByMatch(flow: string, step: string, values: readonly string[]): Promise<readonly KnownRecord[]>
  /** Known records whose target is one of these (echo, `why`). */
  knownBySink(sinkConnection: string, sinkEntity: string, sinkKeys: readonly string[]): Promise<readonly KnownRecord[]>
  /** Sink keys by awaited link; absent when unknown, more than one when ambiguous. */
  resolveLinks(
    links: readonly AwaitedLink[],
  ): Promise<readonly { readonly link: AwaitedLink; readonly sinkKeys: readonly string[] }[]>

  /** Parked records of the flow whose awaited links are all known now, oldest first. */
  parkedReady(flow: string, limit: number): Promise<readonly ReadyRecord[]>
  parked(flow: string, limit: number): Promise<readonly (ParkedRecord & { readonly parkedAt: string })[]>
  parkedCount(flow: string): Promise<number>

  /** Committed before the write goes out. */
  openIntents(intents: readonly Intent[]): Promise<void>
  unresolvedIntents(flow: string): Promise<readonly Intent[]>

  settle(settlement: Settlement): Promise<void>

  events(filter: EventFilter): Promise<readonly EventRow[]>
  /** Source keys that the audit trail saw end so, each once, oldest first. What was pruned or erased is not known any more. */
  endedKeys(filter: EndedFilter): Promise<readonly EndedKey[]>
  deadLetters(filter: DeadFilter): Promise<readonly DeadLetterRow[]>
  /** The source form of a dead letter, unsealed. */
  deadBody(id: string): Promise<JsonObject | undefined>
  /** How many are open, by flow and code, in that order. */
  deadCounts(): Promise<readonly DeadCount[]>
  /** Answers how many of them were open. */
  discardDead(ids: readonly string[], at: string, reason?: string): Promise<number>

  fact(connection: string, name: string, now: Date): Promise<string | undefined>
  setFact(connection: string, name: string, value: string, expiresAt: string): Promise<void>
  forgetFact(connection: string, name: string): Promise<void>

  close(): Promise<void>
}

/** Seals record bodies before they reach a disk. The vault lends it. */
export interface Sealer {
  seal(text: string): Promise<string>
  unseal(sealed: string): Promise<string>
}
