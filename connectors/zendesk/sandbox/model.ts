import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import type { Held } from './store.ts'

/** Records as the API words them, without `url`; `changed` is the second that incremental exports go by. */
export interface Organization extends Held {
  readonly name: string
  readonly external_id: string | null
  readonly domain_names: readonly string[]
  readonly details: string | null
  readonly notes: string | null
  readonly tags: readonly string[]
  readonly group_id: number | null
  readonly shared_tickets: boolean
  readonly shared_comments: boolean
  /** Only the keys that were ever set. */
  readonly organization_fields: JsonObject
  readonly created_at: string
  readonly updated_at: string
}

export type Role = 'end-user' | 'agent' | 'admin'

export interface User extends Held {
  readonly name: string
  readonly email: string | null
  /** Further addresses: a second identity each. */
  readonly otherEmails: readonly string[]
  readonly role: Role
  readonly external_id: string | null
  readonly organization_id: number | null
  readonly phone: string | null
  /** False once deleted: only the export and a look-up by id still show it. */
  readonly active: boolean
  readonly verified: boolean
  readonly suspended: boolean
  readonly tags: readonly string[]
  readonly user_fields: JsonObject
  readonly details: string | null
  readonly notes: string | null
  readonly created_at: string
  readonly updated_at: string
}

export interface Comment {
  readonly id: number
  readonly author_id: number
  readonly body: string
  readonly public: boolean
  readonly created_at: string
}

/** `changed` is the generated_timestamp. */
export interface Ticket extends Held {
  readonly external_id: string | null
  readonly subject: string
  readonly description: string
  readonly type: string | null
  readonly priority: string | null
  readonly status: string
  readonly requester_id: number
  readonly submitter_id: number
  readonly assignee_id: number | null
  readonly organization_id: number | null
  readonly group_id: number | null
  readonly tags: readonly string[]
  /** By id of the ticket field; only those that were ever set. */
  readonly custom: Readonly<Record<string, Json>>
  readonly channel: string
  readonly comments: readonly Comment[]
  readonly created_at: string
  readonly updated_at: string
  /** When it was deleted; null: it was not. */
  readonly deletedAt: number | null
  readonly isScrubbed: boolean
}

export type Subject = 'organization' | 'user' | 'ticket'

/** One change of one record, as webhooks are told of it. */
export type Change =
  | { readonly of: 'organization'; readonly before?: Organization; readonly after?: Organization }
  | { readonly of: 'user'; readonly before?: User; readonly after?: User }
  | { readonly of: 'ticket'; readonly before?: Ticket; readonly after?: Ticket }
