import type { Failure } from './errors.ts'
import type { JsonObject } from './record.ts'
import type { Secret } from './secret.ts'

/** One thing that a delivery told: these keys of this entity changed. Stored before the delivery is answered. */
export interface InboxEntry {
  readonly connection: string
  /** The system's own id of the delivery, or what tells it from others: one that is known already is not stored again. */
  readonly deliveryId: string
  readonly entity: string
  readonly change: 'upsert' | 'delete'
  readonly keys: readonly string[]
  readonly receivedAt: string
}

export interface InboxRow extends InboxEntry {
  readonly id: number
  readonly state: 'waiting' | 'done'
}

/** A registration for deliveries, as it is kept. The secret is sealed on disk. */
export interface SubscriptionRow {
  readonly connection: string
  readonly id: string
  readonly entities: readonly string[]
  readonly callbackUrl: string
  readonly secret: Secret | null
  readonly createdAt: string
  readonly expiresAt: string | null
  /** Why the last attempt to make, renew or remove it failed, and since when it has been failing. */
  readonly failure: Failure | null
  readonly failingSince: string | null
}

/** viewer sees; operator also starts, stops, replays and discards; admin also pauses connections and makes tokens. */
export const ROLES = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** What is kept of an API token: never the token. */
export interface ApiToken {
  readonly id: string
  /** Whose it is: named in the audit trail. */
  readonly name: string
  readonly role: Role
  /** SHA-256 of the token, hex. */
  readonly hash: string
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
}

/** What a person did, through the service or the command line. */
export interface Action {
  readonly at: string
  readonly actor: string
  /** `flow.run`, `flow.pause`, `run.cancel`, `dead.replay`, `dead.discard`, `token.create` … */
  readonly action: string
  /** What it was done to: a flow, a run, a connection, a token. */
  readonly subject: string
  /** Reason, number of records, options. Never a secret. */
  readonly details: JsonObject
}

export interface ActionRow extends Action {
  readonly id: number
}

/** A flow or a connection that is stopped, by a person or since signing in failed: schedules and deliveries of its flows wait. */
export interface Pause {
  /** `flow:<name>` or `connection:<name>`. */
  readonly subject: string
  readonly by: string
  readonly at: string
  readonly reason: string
}

/** What a service keeps of a workspace beside its records. Every write is a transaction of its own. */
export interface Operations {
  /**
   * Stores those that are new, all or none and on the disk when it returns, and answers them: the rest had been delivered before. A delivery
   * is known by connection, id, entity and change; what several entries of one call say of the same is stored as one, with the keys of all.
   */
  receive(entries: readonly InboxEntry[]): Promise<readonly InboxRow[]>
  /** Oldest first. */
  inbox(filter: {
    readonly state: InboxRow['state']
    readonly limit: number
    readonly after?: number
  }): Promise<readonly InboxRow[]>
  inboxCount(state: InboxRow['state']): Promise<number>
  /** They are dealt with; their delivery ids are remembered until `forgetInbox`. */
  closeInbox(ids: readonly number[]): Promise<void>
  /** Forgets what is done and was received before this moment; answers how many. */
  forgetInbox(before: string): Promise<number>

  /** By connection, then age. Throws `LEDGER_SECRET_UNREADABLE` when the vault cannot open one's secret: it can still be removed. */
  subscriptions(): Promise<readonly SubscriptionRow[]>
  /** Makes it or replaces it, by connection and id. */
  saveSubscription(subscription: SubscriptionRow): Promise<void>
  removeSubscription(connection: string, id: string): Promise<void>

  addToken(token: ApiToken): Promise<void>
  /** Also one that was revoked or has expired: whether it is in force is the caller's to judge. */
  tokenByHash(hash: string): Promise<ApiToken | undefined>
  apiTokens(): Promise<readonly ApiToken[]>
  /** True when it was there and in force: neither revoked nor expired at that moment. */
  revokeToken(id: string, at: string): Promise<boolean>
  tokenUsed(id: string, at: string): Promise<void>

  recordAction(action: Action): Promise<void>
  /** Newest first. */
  actions(filter: {
    readonly limit: number
    readonly before?: number
    readonly subject?: string
  }): Promise<readonly ActionRow[]>

  pauses(): Promise<readonly Pause[]>
  /** Makes it or replaces it. */
  pause(pause: Pause): Promise<void>
  /** True when it was paused. */
  resume(subject: string): Promise<boolean>
}
