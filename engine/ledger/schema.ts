import type { Generated } from 'kysely'
import type { TrailName } from '../core/audit.ts'
import type { RunState, Trigger } from '../core/ledger.ts'
import type { Role } from '../core/operations.ts'

/**
 * Tables of the ledger. Times are integer milliseconds, JSON is text.
 *
 * `record_events`, `links`, `tracked` and `parked_links` have a row per record: there, `workspace` and all names (flow, step,
 * connection, entity …) are ids of the dictionary `names`, and a run is its `no`. All other tables hold the names themselves.
 */
export interface Tables {
  names: NameTable
  runs: RunTable
  record_events: EventTable
  chains: ChainTable
  links: LinkTable
  tracked: TrackedTable
  intents: IntentTable
  checkpoints: CheckpointTable
  dead_letters: DeadTable
  parked: ParkedTable
  parked_links: ParkedLinkTable
  bodies: BodyTable
  seals: SealTable
  leases: LeaseTable
  facts: FactTable
  inbox: InboxTable
  subscriptions: SubscriptionTable
  api_tokens: TokenTable
  actions: ActionTable
  pauses: PauseTable
  verifications: VerificationTable
}

export interface NameTable {
  id: Generated<number>
  text: string
}

export interface RunTable {
  no: Generated<number>
  workspace: string
  id: string
  flow: string
  flow_hash: string
  trigger: Trigger
  actor: string
  state: RunState
  started_at: number
  /** When it last settled anything: the end of a run that was interrupted. */
  active_at: number
  ended_at: number | null
  failure: string | null
  replay_of: string | null
  read: number
  written: number
  unchanged: number
  filtered: number
  dead: number
  parked: number
  deleted: number
  calls: number
  sign_ins: number
}

export interface EventTable {
  id: Generated<number>
  workspace: number
  run: number
  flow: number
  flow_hash: number
  step: number
  at: number
  source_connection: number
  source_entity: number
  source_key: string
  source_version: string | null
  sink_connection: number | null
  sink_entity: number | null
  sink_key: string | null
  /** Name id of the outcome. */
  outcome: number
  did: string
  /** Name ids of the fields, separated by commas. */
  changed: string
  attempt: number
  failure: string | null
  /** Name id of the failure's code. */
  code: number | null
  /** Place in the workspace's chain; this and what follows is null in a row that something else put in. */
  no: number | null
  /** Of the veiled values; gone with them when they are erased. */
  salt: string | null
  hash: string | null
  /** What is left of veiled values that were erased: their salted hash. */
  erased: string | null
}

/** Where the trails of a workspace end, and where they begin after what was pruned. */
export interface ChainTable {
  workspace: number
  trail: TrailName
  no: number
  hash: string
  anchor_no: number
  anchor_hash: string
}

export interface LinkTable {
  id: Generated<number>
  workspace: number
  flow: number
  step: number
  item: string
  source_connection: number
  source_entity: number
  source_key: string
  sink_connection: number
  sink_entity: number
  sink_key: string
  match_value: string | null
  fingerprint: string
  /** JSON: name id of the field → hash. */
  field_hashes: string
  sink_version: string | null
  source_version: string | null
  run: number
  written_at: number
}

export interface TrackedTable {
  workspace: number
  flow: number
  entity: number
  key: string
  source_hash: string
  /** `no` of the run that saw it last. */
  seen_run: number
}

export interface IntentTable {
  workspace: string
  id: string
  run_id: string
  flow: string
  step: string
  item: string
  source_connection: string
  source_entity: string
  source_key: string
  sink_connection: string
  sink_entity: string
  operation: string
  match_value: string | null
  fingerprint: string
  started_at: number
}

export interface CheckpointTable {
  workspace: string
  flow: string
  entity: string
  cursor: string
  committed_at: number
}

export interface DeadTable {
  id: Generated<number>
  workspace: string
  flow: string
  step: string
  source_connection: string
  source_entity: string
  source_key: string
  source_version: string | null
  change: 'upsert' | 'delete'
  code: string
  failure: string
  body: string
  read_by: string
  state: 'open' | 'retrying' | 'resolved' | 'discarded'
  first_seen_at: number
  last_seen_at: number
  attempts: number
  run_id: string
  resolved_by_run: string | null
  /** Why it was discarded. */
  reason: string | null
}

export interface ParkedTable {
  id: Generated<number>
  workspace: string
  flow: string
  source_connection: string
  source_entity: string
  source_key: string
  source_version: string | null
  body: string
  read_by: string
  /** The run that parked it last. */
  run_id: string
  parked_at: number
}

export interface ParkedLinkTable {
  parked: number
  /** Order in which the flow named it. */
  position: number
  sink_connection: number
  sink_entity: number
  source_connection: number
  /** Name id of '' for any. */
  source_entity: number
  source_key: string
}

export interface BodyTable {
  workspace: string
  hash: string
  sealed: string
  stored_at: number
}

export interface SealTable {
  workspace: string
  name: string
  sealed: string
}

export interface LeaseTable {
  workspace: string
  flow: string
  holder: string
  expires_at: number
}

export interface FactTable {
  workspace: string
  connection: string
  name: string
  value: string
  expires_at: number
}

export interface InboxTable {
  id: Generated<number>
  workspace: string
  connection: string
  delivery_id: string
  entity: string
  change: 'upsert' | 'delete'
  /** JSON array. */
  keys: string
  state: 'waiting' | 'done'
  received_at: number
}

export interface SubscriptionTable {
  workspace: string
  connection: string
  id: string
  /** JSON array. */
  entities: string
  callback_url: string
  /** Sealed. */
  secret: string | null
  created_at: number
  expires_at: number | null
  failure: string | null
  failing_since: number | null
}

export interface TokenTable {
  workspace: string
  id: string
  name: string
  role: Role
  hash: string
  created_at: number
  expires_at: number | null
  last_used_at: number | null
  revoked_at: number | null
}

export interface ActionTable {
  id: Generated<number>
  workspace: string
  at: number
  actor: string
  action: string
  subject: string
  /** JSON object. */
  details: string
  /** Place in the workspace's chain; this and what follows is null in a row that something else put in. */
  no: number | null
  /** Of the veiled values; gone with them when they are erased. */
  salt: string | null
  hash: string | null
  /** What is left of veiled values that were erased: their salted hash. */
  erased: string | null
}

export interface VerificationTable {
  workspace: string
  flow: string
  entity: string
  /** JSON of the walk under way. */
  walk: string | null
  /** JSON of what the last one that came to its end found. */
  verified: string | null
}

export interface PauseTable {
  workspace: string
  subject: string
  paused_by: string
  paused_at: number
  reason: string
}
