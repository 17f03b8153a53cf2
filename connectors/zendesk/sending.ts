import type { Batch, EngineError, JsonObject, Writer } from '../../engine/sdk/index.ts'
import type { ZendeskClient } from './client.ts'
import type { Resource } from './resource.ts'

/** What a job does with its records. */
export type Doing = 'create' | 'update' | 'delete'

/** What is its own of one writable kind of record. */
export interface WriteStyle {
  readonly resource: Resource
  /** Jobs that Zendesk opens to an account on request only (fact sheet 4.2). */
  readonly opensOnRequest?: readonly Doing[]
  /** `create_or_update` goes by the external id and by nothing else (fact sheet 4.1). */
  readonly savesByKey: boolean
  /** What is done about a value that another record holds. */
  readonly clash: Clash
  readonly isKept?: Writer<never>['isKept']
  /** Said with every new record unless the flow says it. */
  readonly whenCreated?: JsonObject
}

export interface Sending {
  readonly style: WriteStyle
  readonly batch: Batch
}

/** A record ready to be sent. */
export interface Prepared {
  readonly ref: string
  readonly fields: JsonObject
  /** Zendesk's id, when it is known. */
  readonly id?: string
  readonly externalId?: string
}

export interface Conflict {
  readonly resource: Resource
  readonly record: Prepared
  readonly options: JsonObject
  /** What Zendesk said. */
  readonly error: EngineError
}

/** What to send in place of a record that Zendesk refused because another one holds a value of it; throws where nothing may be sent. */
export type Clash = (client: ZendeskClient, conflict: Conflict) => Promise<Prepared>
