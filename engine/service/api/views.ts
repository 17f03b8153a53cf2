import type { RunCounts, RunState, Trigger } from '../../core/ledger.ts'
import type { Role } from '../../core/operations.ts'
import type { Json, JsonObject } from '../../core/record.ts'

/**
 * What the API answers, as JSON. Times are ISO 8601 in UTC. The dashboard is written against these types; the OpenAPI document says the same
 * for everybody else.
 */

/** Of every answer that is not 2xx: the HTTP status follows the kind. */
export interface ErrorView {
  readonly error: {
    readonly kind: string
    readonly code: string
    readonly message: string
    readonly remedy: string | null
    readonly said?: string
    readonly field?: string
    /** The connection that it was met on. */
    readonly connection?: string
    readonly details?: JsonObject
  }
}

export interface MeView {
  readonly name: string
  readonly version: string
  /** The token's role in each workspace that it opens. */
  readonly workspaces: readonly { readonly name: string; readonly role: Role }[]
}

export interface DiagnosticView {
  readonly severity: 'error' | 'warning' | 'note'
  readonly code: string
  readonly message: string
  readonly remedy: string | null
  readonly file: string
  /** 1-based. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export interface WorkspaceView {
  readonly name: string
  readonly timezone: string
  readonly flows: number
  readonly running: number
  readonly connections: number
  readonly deadOpen: number
  /** Deliveries that wait for their flows. */
  readonly inboxWaiting: number
  readonly diagnostics: readonly DiagnosticView[]
}

export interface RunView {
  readonly id: string
  readonly flow: string
  readonly flowHash: string
  readonly trigger: Trigger
  readonly actor: string
  readonly state: RunState
  readonly startedAt: string
  readonly endedAt: string | null
  readonly counts: RunCounts
  readonly failure: ErrorView['error'] | null
  readonly replayOf: string | null
}

export interface PauseView {
  readonly by: string
  readonly at: string
  readonly reason: string
}

export interface FlowView {
  readonly name: string
  readonly title: string
  /** Relative to the workspace, or `library:<path>`. */
  readonly file: string
  readonly hash: string
  /** `mistaken`: its file cannot be used; what ran before goes on running. */
  readonly state: 'idle' | 'running' | 'waiting' | 'paused' | 'mistaken'
  readonly source: { readonly connection: string; readonly connector: string; readonly entities: readonly string[] }
  readonly sinks: readonly {
    readonly step: string
    readonly connection: string
    readonly connector: string
    readonly entity: string
    readonly operation: string
  }[]
  readonly schedule: {
    readonly cron: string | null
    readonly everyMs: number | null
    readonly sweep: string | null
    readonly verify: string | null
    readonly timezone: string
  } | null
  readonly listens: readonly string[]
  readonly paused: PauseView | null
  readonly running: {
    readonly runId: string | null
    readonly trigger: Trigger
    readonly actor: string
    readonly since: string
    readonly counts: RunCounts | null
  } | null
  readonly nextRunAt: string | null
  readonly lastRun: RunView | null
  /** Newest first, at most 20: for the small plots. */
  readonly recentRuns: readonly RunView[]
  /** Seconds since the beginning of the last run that read all changes and ended well; null when there was none. */
  readonly lagSeconds: number | null
  /** Up to then source and target were compared, and so many records found different: put right, or left. Null when nobody has compared yet. */
  readonly verified: {
    readonly until: string
    /** The run whose records name what was left. */
    readonly runId: string
    readonly compared: number
    readonly healed: number
    readonly left: number
  } | null
  readonly deadOpen: number
  readonly parked: number
  readonly diagnostics: readonly DiagnosticView[]
}

/** One flow with its text. */
export interface FlowDetailView extends FlowView {
  readonly yaml: string
  readonly parameters: JsonObject
}

/** One line of the audit trail. */
export interface RecordView {
  readonly id: number
  readonly at: string
  readonly runId: string
  readonly flow: string
  readonly flowHash: string
  readonly step: string
  readonly source: {
    readonly connection: string
    readonly entity: string
    readonly key: string
    readonly version: string | null
  }
  readonly sink: { readonly connection: string; readonly entity: string; readonly id: string | null } | null
  readonly outcome: string
  readonly did: string
  readonly changed: readonly string[]
  readonly attempt: number
  readonly failure: ErrorView['error'] | null
}

/** Where what a target record holds came from: source → mapping → request → target. */
export interface LineageView {
  readonly source: RecordView['source']
  readonly flow: {
    readonly name: string
    readonly title: string
    readonly file: string
    readonly hash: string
    readonly isCurrent: boolean
  }
  readonly targets: readonly {
    readonly step: string
    readonly connection: string
    readonly entity: string
    readonly id: string
    readonly writtenAt: string
    readonly runId: string
    readonly trigger: Trigger
    readonly actor: string
    readonly fields: readonly {
      readonly field: string
      readonly expression: string
      readonly file: string
      readonly line: number
      readonly column: number
      /** With `live=true`: what the source's record gives now, and what the target holds. */
      readonly mapped?: Json
      readonly held?: Json
      /** Did the last write change it? */
      readonly isChanged: boolean
    }[]
  }[]
  /** Newest first, at most 100. */
  readonly events: readonly RecordView[]
}

export interface DeadLetterView {
  readonly id: string
  readonly flow: string
  readonly step: string
  readonly source: RecordView['source']
  readonly change: 'upsert' | 'delete'
  readonly state: 'open' | 'retrying' | 'resolved' | 'discarded'
  readonly failure: ErrorView['error']
  readonly attempts: number
  readonly firstSeenAt: string
  readonly lastSeenAt: string
  readonly runId: string
  readonly resolvedByRun: string | null
  readonly discardReason: string | null
}

export interface DeadLetterDetailView extends DeadLetterView {
  /** The record as it was read. */
  readonly body: JsonObject | null
  /** Where the field that the failure names is mapped. */
  readonly place: {
    readonly file: string
    readonly line: number
    readonly column: number
    readonly text: string
  } | null
}

export interface ConnectionView {
  readonly name: string
  readonly connector: string
  readonly title: string
  /** Without secrets. */
  readonly settings: JsonObject
  readonly secrets: readonly { readonly name: string; readonly isSet: boolean }[]
  readonly usedBy: readonly string[]
  readonly paused: PauseView | null
  readonly tokens: readonly { readonly name: string; readonly expiresAt: string | null }[]
  /** Calls in flight and calls that wait for their turn, now; calls since the service started. */
  readonly limits: {
    readonly concurrency: number
    readonly running: number
    readonly waiting: number
    readonly calls: number
  }
  readonly lastPing: PingView | null
  readonly canSubscribe: boolean
  readonly subscriptions: readonly {
    readonly id: string
    readonly entities: readonly string[]
    readonly callbackUrl: string
    readonly createdAt: string
    readonly expiresAt: string | null
    readonly failure: ErrorView['error'] | null
    readonly failingSince: string | null
  }[]
  /** Since the service started. `foundByPoll`: records that a schedule wrote although the flow listens: deliveries that were missed. */
  readonly deliveries: {
    readonly accepted: number
    readonly duplicates: number
    readonly refused: number
    readonly lastAt: string | null
    readonly foundByPoll: number
  }
}

export interface PingView {
  readonly at: string
  readonly ok: boolean
  readonly ms: number
  readonly account: string | null
  readonly details: JsonObject | null
  readonly error: ErrorView['error'] | null
}

/** One record of a preview: what a run would do with it. */
export interface PreviewRecordView {
  readonly key: string
  readonly entity: string
  readonly step: string
  readonly would: string
  readonly because: string
  readonly source: JsonObject
  readonly mapped: JsonObject | null
  readonly differences: readonly { readonly field: string; readonly now: Json | null; readonly then: Json | null }[]
  readonly failure: ErrorView['error'] | null
}

export interface PreviewView {
  readonly diagnostics: readonly DiagnosticView[]
  readonly records: readonly PreviewRecordView[]
  readonly counts: Readonly<Record<string, number>>
  /** Why the target could not be read: then nothing is known about differences. */
  readonly targetUnread: ErrorView['error'] | null
}

/** What a replay would do with one dead letter. */
export interface ReplayedLetterView {
  readonly id: string
  readonly flow: string
  readonly source: RecordView['source']
  /** stored: from the record as it was kept, or as it was edited. source: read again. */
  readonly from: 'stored' | 'source'
  readonly diedOf: ErrorView['error']
  /** overtaken: healed by now, or a newer version is known: nothing is written for it. missing: its record is kept nowhere. */
  readonly would: string
  /** Of one that would be rejected: for what it died of already. */
  readonly isSameFailure: boolean | null
  readonly records: readonly PreviewRecordView[]
}

export interface ReplayPreviewView {
  readonly letters: readonly ReplayedLetterView[]
  /** Of those letters. */
  readonly counts: Readonly<Record<string, number>>
  /** How many a replay would take: there may be more than were looked at. */
  readonly chosen: number
  readonly targetUnread: ErrorView['error'] | null
}

/** An entity of a connector, for completion. */
export interface EntityView {
  readonly name: string
  readonly title: string
  readonly key: string
  readonly canRead: boolean
  readonly canWrite: boolean
  /** An account may have more fields than these. */
  readonly customFields: boolean
  /** Those inside others by their path: `DISPLAYCONTACT.EMAIL1`. */
  readonly fields: readonly {
    readonly name: string
    readonly type: string
    readonly title: string | null
    readonly isReadOnly: boolean
    readonly isRequired: boolean
  }[]
}

/** What a person did. */
export interface ActionView {
  readonly id: number
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly details: JsonObject
}

export interface TokenView {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
}

/** Answered once, when it is made: the text is kept nowhere. */
export interface NewTokenView extends TokenView {
  readonly token: string
}

/** Server-sent events of `/events`: name → data. */
export interface LiveEvents {
  readonly 'flow.queued': { readonly flow: string; readonly trigger: Trigger }
  readonly 'run.started': {
    readonly flow: string
    readonly runId: string
    readonly trigger: Trigger
    readonly actor: string
    readonly at: string
  }
  readonly 'run.progress': {
    readonly flow: string
    readonly runId: string
    readonly entity: string
    readonly counts: RunCounts
  }
  readonly 'run.ended': { readonly flow: string; readonly run: RunView }
  readonly 'run.failed': { readonly flow: string; readonly error: ErrorView['error'] }
  readonly 'flow.paused': { readonly flow: string; readonly paused: PauseView | null }
  readonly 'connection.paused': { readonly connection: string; readonly paused: PauseView | null }
  readonly reloaded: { readonly diagnostics: number }
  readonly delivery: { readonly connection: string; readonly entity: string; readonly keys: number }
}
