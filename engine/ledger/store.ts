import type { Kysely, Transaction } from 'kysely'
import type { Sealer, Settlement } from '../core/ledger.ts'
import type { Bodies } from './bodies.ts'
import type { Capabilities } from './dialects/capabilities.ts'
import type { NameIds, Names } from './names.ts'
import type { Tables } from './schema.ts'

/** What every part of the ledger works with. */
export interface Store {
  readonly db: Kysely<Tables>
  readonly dialect: Capabilities
  readonly workspace: string
  /** Name id of the workspace. */
  readonly workspaceId: number
  /** Name id of '': an awaited link of any source entity. */
  readonly anyId: number
  readonly names: Names
  readonly bodies: Bodies
  readonly sealer: Sealer
}

/** A settlement on its way into the tables: all that had to be looked up, sealed or hashed before its transaction began. */
export interface Settling {
  readonly store: Store
  readonly transaction: Transaction<Tables>
  readonly settlement: Settlement
  readonly names: NameIds
  /** Content hash of a body, by the body object. */
  readonly hashOf: (body: object) => string
  readonly runNo: number
  /** Id of the run, who started it and why. */
  readonly run: { readonly id: string; readonly trigger: string; readonly actor: string }
  readonly at: number
}
