import type { Fields } from '../../engine/sdk/index.ts'

/** How the eBusiness Web Services know an entity (fact sheet 3). */
export interface SoapFace {
  /** `GetCustomer` answers a `GetCustomerResult`. */
  readonly get: string
  /** Parameters of `get` behind `logon` and `companyCode`, one a key column. */
  readonly parameters: readonly string[]
}

/** One table of a company, as reader and writer need to know it (fact sheet 5, 7). */
export interface Sage100Object {
  /** Name of the table: `AR_Customer`. */
  readonly name: string
  readonly title: string
  /** Field that holds the natural key: a column, or `key` where the key has several. */
  readonly key: string
  /** Key columns, in the order in which the agent joins them. */
  readonly keyColumns: readonly string[]
  /** Its name in addresses of the agent: `customers`. */
  readonly list: string
  /** Module that must be active, and the task that role security asks about; for people. */
  readonly module: string
  readonly task: string
  /** Absent: the agent only. */
  readonly soap?: SoapFace
  readonly fields: Fields
}

/** What a written entity has besides. */
export interface WritableObject extends Sage100Object {
  readonly soap: SoapFace & {
    readonly create: string
    readonly update: string
    /** Parameter of both that holds the record. */
    readonly record: string
  }
}

/** The field of the natural key where Sage 100 has no column for it. */
export const KEY = 'key'

/** Moments of the audit columns, which are local times in two columns each over there (fact sheet 4.1). */
export const CHANGED = 'DateTimeUpdated'
export const MADE = 'DateTimeCreated'

/** The columns behind them. */
export const STAMP_COLUMNS = ['DateCreated', 'TimeCreated', 'DateUpdated', 'TimeUpdated'] as const

/** Partner fields and those that a customer made: they differ from company to company (fact sheet 10.15). */
export const isOwnField = (name: string): boolean => /^(UDF|[A-Z]\d{2,})_\w+$/.test(name)
