import type { Json, JsonObject } from '../../core/record.ts'
import type { Secret } from '../../core/secret.ts'
import type { ReferenceTable } from '../expression/scope-functions.ts'

/** A customer's folder after everything in ml-connector.yaml was checked. */
export interface Workspace {
  readonly name: string
  readonly folder: string
  readonly timezone: string
  readonly connections: ReadonlyMap<string, WorkspaceConnection>
  readonly tables: ReadonlyMap<string, ReferenceTable>
  /** Absent: nobody is told. */
  readonly alerts?: AlertPlan
  /** Whole days that the audit trail is kept; absent: for ever. */
  readonly keepAuditDays?: number
  /** How its flows are compared with their targets, where they do not say so themselves. */
  readonly verify: VerifyDefaults
  /** May connections dial http on loopback? Only for sandboxes. */
  readonly development: { readonly loopback: boolean }
  /** Paths of the ledger and the vault, relative to the folder. */
  readonly ledger: string
  readonly vault: string
}

export interface VerifyDefaults {
  readonly cron?: string
  readonly heal?: boolean
  readonly calls?: number
}

export interface WorkspaceConnection {
  readonly name: string
  readonly connector: string
  /** Plain settings with defaults filled in. Secrets come from the vault, or from `secrets`. */
  readonly settings: JsonObject
  /** Secret settings that the workspace takes from the environment. */
  readonly secrets: Readonly<Record<string, Secret>>
}

/** ml-connector.yaml as written, its shape checked. */
export interface WorkspaceFile {
  readonly workspace: string
  readonly title?: string
  readonly timezone?: string
  readonly connections: Readonly<Record<string, { readonly connector: string; readonly settings?: JsonObject }>>
  readonly flows?: readonly (string | LibraryUse)[]
  readonly tables?: Readonly<Record<string, string>>
  readonly alerts?: AlertsFile
  readonly audit?: { readonly keepDays?: number }
  readonly verify?: VerifyDefaults
  readonly development?: { readonly loopback?: boolean }
  readonly ledger?: string
  readonly vault?: string
}

export interface AlertsFile {
  readonly webhook?: string
  readonly email?: { readonly to: string | readonly string[]; readonly from: string; readonly smtp: string }
  readonly deadLetters?: number
  readonly lag?: string
  readonly repeat?: string
}

/** Whom a service tells when something needs a person, and when that is. */
export interface AlertPlan {
  /** Secret, since whoever has such an address may post there. */
  readonly webhook?: Secret
  readonly email?: { readonly to: readonly string[]; readonly from: string; readonly smtp: Secret }
  /** Open ones of one flow. */
  readonly deadLetters: number
  readonly lagMs?: number
  readonly repeatMs: number
}

export interface LibraryUse {
  readonly use: string
  /** Name in this workspace, when the library's own is taken. */
  readonly flow?: string
  readonly with?: Readonly<Record<string, Json>>
}

export const WORKSPACE_FILE = 'ml-connector.yaml'
export const DEFAULT_LEDGER = '.ml-connector/ledger.db'
export const DEFAULT_VAULT = '.ml-connector/vault.json'
