import type { Expression } from './expression.ts'
import type { CustomField } from './fields.ts'
import type { Json, JsonObject } from './record.ts'

/** A place in a file that a person wrote: 1-based line and column. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A validated, compiled flow: everything that a run needs, nothing that it has to ask a file for. */
export interface FlowPlan {
  readonly workspace: string
  /** Unique within the workspace. */
  readonly name: string
  readonly title: string
  /** Relative to the workspace folder, or `library:<path>`. */
  readonly file: string
  /** Hash of all that decides what the flow does: its text, parameters, tables. Recorded with every event. */
  readonly hash: string
  readonly source: SourcePlan
  readonly enrich: readonly EnrichPlan[]
  /** Truthy (JSONata `$boolean`): the record goes on. */
  readonly filter?: Expression
  readonly steps: readonly StepPlan[]
  readonly onDelete: OnDelete
  readonly errors: ErrorPolicy
  readonly verify: VerifyPolicy
  readonly schedule?: SchedulePlan
  /** Push events of the source that trigger the flow for just those keys. */
  readonly listen?: { readonly events: readonly string[] }
  readonly tests: readonly FlowTest[]
}

export interface SourcePlan {
  /** Name of the connection in the workspace. */
  readonly connection: string
  readonly connector: string
  /** Read one after another; each has a checkpoint of its own. `$entity` tells a mapping which one a record is of. */
  readonly entities: readonly string[]
  /** Dotted paths that the flow's expressions read. */
  readonly select: readonly string[] | 'all'
  readonly pageSize?: number
}

export interface EnrichPlan {
  /** Variable name without `$`. */
  readonly name: string
  readonly connection: string
  readonly connector: string
  readonly entity: string
  /** Evaluated on the source record: the value to look for. Nothing: no look-up, the variable is absent. */
  readonly key: Expression
  /** Field of the enriched entity that holds it. */
  readonly field: string
  readonly select: readonly string[] | 'all'
  /** `$name` is an array of all that match, instead of the first one. */
  readonly many: boolean
}

export interface StepPlan {
  readonly name: string
  readonly when?: Expression
  /** Yields an array: one sink record per element, in scope as `$item` (and `$index`). */
  readonly each?: Expression
  /** Evaluates to an object: field → value. Nothing-valued fields are `null`: the target field is cleared. */
  readonly map: Expression
  /** Where each top-level sink field is mapped, for `why` and dead letters. */
  readonly places: Readonly<Record<string, { readonly place: Place; readonly text: string }>>
  readonly sink: SinkPlan
}

export interface SinkPlan {
  readonly connection: string
  readonly connector: string
  readonly entity: string
  readonly operation: 'create' | 'update' | 'upsert' | 'delete'
  /** Sink field that holds the external key; always given for upsert and update. */
  readonly match?: string
  /** Sink fields that are only sent when the record is created. */
  readonly createOnly: readonly string[]
  readonly whenUnavailable: 'skip' | 'fail'
  /**
   * Several source records may write to one and the same target record, and the last one read stands; only with `update`. Otherwise the second
   * that claims a target record dies.
   */
  readonly shared?: true
  /** Passed to the connector as it stands. */
  readonly options: JsonObject
  /** Left out, with the references that they hold, when preflight finds that the account does not have them. */
  readonly optionalFields: readonly string[]
  /** Fields beyond the connector's standard ones that the account must have. */
  readonly customFields: Readonly<Record<string, CustomField>>
}

export type OnDelete =
  | { readonly do: 'ignore' }
  /** Deletes the sink records of all steps, last step first. */
  | { readonly do: 'delete' }
  /** Writes these fields to the sink record of the first step (or of `step`), e.g. a status. Scope: what was last known is only the key: `{ key }`. */
  | { readonly do: 'map'; readonly map: Expression; readonly step: string }

export interface ErrorPolicy {
  /** Stop the run when more than this share (0..1) of the records read, at least 20 of them, or more than this number, have died. Absent: never. */
  readonly stopAfter?: { readonly share: number } | { readonly count: number }
}

/** How source and target are compared where nobody says otherwise. */
export interface VerifyPolicy {
  /** Put right what a run can put right; else only report. */
  readonly heal: boolean
  /** About how many calls one comparison may take; the next one goes on from there. */
  readonly calls: number
}

export interface SchedulePlan {
  readonly cron?: string
  readonly everyMs?: number
  readonly timezone: string
  /** A tick starts its run at most this much later; half a minute when absent. */
  readonly jitterMs?: number
  /** Cron of a full read that also finds deletions. */
  readonly sweep?: string
  /** Cron of a comparison of source and target. */
  readonly verify?: string
}

export interface FlowTest {
  readonly name: string
  readonly given: readonly JsonObject[]
  readonly entity?: string
  /** Links that the ledger would know: [{ connector, entity, key, id }]. */
  readonly links: readonly JsonObject[]
  readonly enrich: Readonly<Record<string, Json>>
  readonly expect: JsonObject
  readonly place: Place
}
