import type { Clock } from '../core/clock.ts'
import type { CursorContract, LimitsContract, RepeatPolicy } from '../core/contracts.ts'
import type { EngineError } from '../core/errors.ts'
import type { EntityDescription, Fields } from '../core/fields.ts'
import type { Cursor, DataRecord, Json, JsonObject, Page } from '../core/record.ts'
import type { Secret } from '../core/secret.ts'
import type { HttpClient } from './http.ts'
import type { SandboxSpec } from './sandbox/spec.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

export interface Log {
  debug(message: string, fields?: JsonObject): void
  info(message: string, fields?: JsonObject): void
  warn(message: string, fields?: JsonObject): void
}

/** A token or session as the vault keeps it, sealed. `value` is the secret part; `data` is plain (endpoint, api domain, scopes). */
export interface StoredToken {
  readonly value: Secret
  /** ISO time after which it is not used any more. */
  readonly expiresAt?: string
  readonly data?: JsonObject
}

/** Tokens of one connection. They outlive the process: a restart signs nothing in again. */
export interface TokenStore {
  get(name: string): Promise<StoredToken | undefined>
  /**
   * Single flight: when the stored token's value is no longer `stale`'s, somebody renewed it already and that one is returned;
   * otherwise `renew` runs once, however many wait, and its result is stored before anyone uses it.
   */
  renew(name: string, stale: StoredToken | undefined, renew: () => Promise<StoredToken>): Promise<StoredToken>
  forget(name: string): Promise<void>
}

/** Small facts about an account that may be remembered for a time (metadata, editions, time zone): never secrets. */
export interface FactStore {
  get(name: string): Promise<Json | undefined>
  set(name: string, value: Json, ttlMs: number): Promise<void>
  forget(name: string): Promise<void>
}

/** What the engine lends a connector. Every side effect comes from here. */
export interface Context<Settings> {
  /** Validated against the spec's schema, defaults filled in; `writeOnly` properties are `Secret`s. */
  readonly settings: Settings
  /** Name of the connection in its workspace, for messages. */
  readonly connection: string
  readonly http: HttpClient
  readonly log: Log
  readonly signal: AbortSignal
  readonly clock: Clock
  /** In [0, 1): for jitter. */
  random(): number
  readonly tokens: TokenStore
  readonly facts: FactStore
  /** True only behind the workspace's development switch: then `http://127.0.0.1:…` and `http://[::1]:…` pass `checkUrl`. */
  readonly allowLoopback: boolean
}

export interface ReadRequest {
  /** Resume after this cursor; absent: a full read from the beginning. */
  readonly after?: Cursor
  /** Start a full read although `after` is given (sweep, backfill): the walk covers every live record again. */
  readonly full?: boolean
  /** Only records whose `field` has one of `values` (enrichment, webhook follow-up, replay). No cursor is kept: `next` is `{}`. */
  readonly where?: { readonly field: string; readonly values: readonly string[] }
  /** Dotted paths that the flow reads; 'all': every declared field. The key, version and cursor fields come in any case. */
  readonly select: readonly string[] | 'all'
  /** The flow acts on deletions: report them as records with `change: 'delete'` where the system can tell. */
  readonly deletes: boolean
  /** Wished records per page; the reader caps it. */
  readonly pageSize?: number
}

export interface Reader<Client> {
  readonly modes: readonly ('full' | 'incremental' | 'by-key')[]
  readonly cursor: CursorContract
  /** Pages in order. Each page's `next` resumes exactly after it, also in another process. A walk that finds nothing still yields one empty page (its cursor may have moved). */
  pages(client: Client, request: ReadRequest): AsyncIterable<Page>
}

export type Operation = 'create' | 'update' | 'upsert' | 'delete'

export interface WriteRecord {
  /** Ours: identifies the answer. */
  readonly ref: string
  /** The target's own id, when it is known: then it is addressed by it. */
  readonly sinkKey?: string
  /** `null` clears the field. */
  readonly fields: JsonObject
}

/** Records that go to a sink in one call. */
export interface Batch {
  readonly operation: Operation
  /** Field that holds the external key: mandatory for upsert. */
  readonly match?: string
  readonly records: readonly WriteRecord[]
  /** The flow's `sink.options`, e.g. whether the target's workflows run. */
  readonly options: JsonObject
}

/** The connector says what the system said; the engine decides what a refusal leads to. One per record, in any order. */
export type WriteAnswer =
  | {
      readonly is: 'written'
      readonly ref: string
      readonly sinkKey: string
      readonly did: 'created' | 'updated' | 'deleted'
      /** The target's version after this write: equals `DataRecord.version` when the record is read back unchanged. */
      readonly version?: string
      /** How many times it was sent, where the system held it up (a record in use): the audit trail tells it. 1 when absent. */
      readonly tries?: number
    }
  | { readonly is: 'refused'; readonly ref: string; readonly error: EngineError }

export interface FoundRecord {
  readonly sinkKey: string
  readonly version?: string
  readonly fields: JsonObject
}

export interface FindRequest {
  /** A field of the entity, or 'id' for the system's own id. */
  readonly field: string
  readonly values: readonly string[]
  readonly select: readonly string[] | 'all'
}

export interface Writer<Client> {
  readonly operations: readonly Operation[]
  readonly maxBatch: number
  /** How a repeated write is made harmless, per operation. Printed in the docs; replay and recovery rely on it. */
  readonly repeat: Readonly<Partial<Record<Operation, RepeatPolicy>>>
  /** May a call succeed for some records and not for others? */
  readonly partial: boolean
  /**
   * Throws only when the whole batch failed: kind `uncertain` when it may nevertheless have happened (time-out after sending, cut connection, 5xx),
   * any other kind when it certainly did not.
   */
  write(client: Client, batch: Batch): Promise<readonly WriteAnswer[]>
  /** Records that hold these values now, in any order; a value may be found twice or not at all. Batched by the connector. */
  find(client: Client, request: FindRequest): Promise<readonly FoundRecord[]>
  /**
   * Is what the target holds in this field what a write of `written` leaves there, although the values differ (it cuts blanks off, a name that was
   * taken got a suffix)? Absent: only equal values are.
   */
  readonly isKept?: (field: string, written: JsonObject, held: JsonObject) => boolean
}

export interface Entity<Client> {
  readonly title: string
  /** Field of the natural key: `DataRecord.key` is its value. */
  readonly key: string
  readonly fields: Fields
  /** May an account have fields of its own beyond `fields`? Flows declare those that they use. */
  readonly customFields: boolean
  readonly read?: Reader<Client>
  readonly write?: Writer<Client>
}

export interface PreflightRequest {
  readonly entity: string
  readonly use: 'read' | 'write'
  /** Top-level fields that the flow reads or writes. */
  readonly fields: readonly string[]
  readonly match?: string
  /** Of `fields`: those that the flow can do without. Missing ones are answered in `absent`. */
  readonly optional: readonly string[]
  /** With `read`: only records whose keys are known are read, which a system may allow where it lists nothing. */
  readonly byKey?: boolean
}

/** `available`, or why not and what a person does about it. */
export type Preflight =
  | { readonly is: 'available'; readonly absent?: readonly string[] }
  | { readonly is: 'unavailable'; readonly error: EngineError }
  /** Cannot be known in advance (no permission for metadata): the run goes on. */
  | { readonly is: 'unknown'; readonly reason: string }

export interface Delivery {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly receivedAt: Date
}

export interface Notification {
  readonly deliveryId: string
  readonly entity: string
  readonly change: 'upsert' | 'delete'
  readonly keys: readonly string[]
}

/** What we keep of a registration for deliveries. `secret` is sealed by the engine. */
export interface Subscription {
  readonly id: string
  readonly entities: readonly string[]
  readonly expiresAt?: string
  readonly secret?: Secret
}

export interface Webhook<Client> {
  /** Entities that deliveries tell of; absent: any. */
  readonly entities?: readonly string[]
  /** Constant-time; called before anything is parsed or stored. */
  verify(delivery: Delivery, subscriptions: readonly Subscription[]): boolean
  parse(delivery: Delivery): readonly Notification[]
  /** Setting (`writeOnly`) that holds the secret of a subscription made by hand: `verify` is given it as a subscription whose id is empty. */
  readonly secretSetting?: string
  /** Absent when the system cannot be subscribed by API: then the README says how to do it by hand. */
  readonly subscription?: {
    /** The same wish twice, because an answer was lost, leads to one subscription where the system lets it be found. */
    create(
      client: Client,
      wish: { readonly callbackUrl: string; readonly entities: readonly string[] },
    ): Promise<Subscription>
    /** Makes it last, and makes it again (it may get another id) when it is gone over there. Called long before it lapses, and at least daily. */
    renew?(client: Client, subscription: Subscription, callbackUrl: string): Promise<Subscription>
    remove(client: Client, subscription: Subscription): Promise<void>
  }
}

export interface ConnectorSpec<Settings, Client> {
  readonly name: string
  readonly title: string
  readonly summary: string
  /** JSON Schema (2020-12) of a connection. `writeOnly: true` marks a secret: vault, redaction and docs follow. */
  readonly settings: JsonSchema
  readonly limits: LimitsContract
  /** Sends nothing yet where that is possible: sign-in happens on the first call. */
  open(context: Context<Settings>): Promise<Client>
  /** The cheapest call that proves address, credentials and least privilege. */
  ping(client: Client): Promise<{ readonly account: string; readonly details?: JsonObject }>
  close?(client: Client): Promise<void>
  readonly entities: Readonly<Record<string, Entity<Client>>>
  /** Entities that only some accounts have (custom modules, custom objects): flows mark them `custom: true`. */
  customEntity?(name: string): Entity<Client>
  /** Is this entity there, for this use, before any record is sent? Answers may be remembered in `facts`. */
  preflight?(client: Client, request: PreflightRequest): Promise<Preflight>
  /** The account's own metadata. */
  describe?(client: Client, entity: string): Promise<EntityDescription>
  readonly webhook?: Webhook<Client>
  /** What this system threw or answered, as one of our kinds. `undefined` means a defect of ours. */
  classify(thrown: unknown): EngineError | undefined
  readonly sandbox: SandboxSpec
}

/** A connector with its client type sealed inside: what the registry and the engine handle. */
export interface Connector {
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly settings: JsonSchema
  readonly limits: LimitsContract
  readonly entities: Readonly<Record<string, EntitySummary>>
  /** Undefined when the connector knows no custom entities. */
  customEntity?(name: string): EntitySummary
  readonly sandbox: SandboxSpec
  readonly canSubscribe: boolean
  readonly webhook?: Pick<Webhook<never>, 'entities' | 'verify' | 'parse' | 'secretSetting'>
  connect(context: Context<unknown>): Promise<Connection>
}

export interface EntitySummary {
  readonly title: string
  readonly key: string
  readonly fields: Fields
  readonly customFields: boolean
  readonly read?: { readonly modes: Reader<never>['modes']; readonly cursor: CursorContract }
  readonly write?: Pick<Writer<never>, 'operations' | 'maxBatch' | 'repeat' | 'partial' | 'isKept'>
}

/** An open connection. Every method throws EngineErrors only. */
export interface Connection {
  readonly connector: Connector
  ping(): Promise<{ readonly account: string; readonly details?: JsonObject }>
  read(entity: string, request: ReadRequest): AsyncIterable<Page>
  write(entity: string, batch: Batch): Promise<readonly WriteAnswer[]>
  find(entity: string, request: FindRequest): Promise<readonly FoundRecord[]>
  preflight(request: PreflightRequest): Promise<Preflight>
  describe(entity: string): Promise<EntityDescription | undefined>
  subscribe(wish: { readonly callbackUrl: string; readonly entities: readonly string[] }): Promise<Subscription>
  renewSubscription(subscription: Subscription, callbackUrl: string): Promise<Subscription>
  unsubscribe(subscription: Subscription): Promise<void>
  close(): Promise<void>
}

export type { Cursor, DataRecord, EntityDescription, Fields, Json, JsonObject, Page }
