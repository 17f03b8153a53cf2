import type { CustomField } from '../core/fields.ts'
import type { Json, JsonObject } from '../core/record.ts'
import type { Operation } from '../sdk/connector.ts'

/** A flow file after its shape was checked and `${…}` put in. Expressions are still texts; their places are in the tree. */
export interface FlowFile {
  readonly flow: string
  readonly title?: string
  readonly description?: string
  readonly params?: Readonly<Record<string, ParamDeclaration>>
  /** Reference tables that the flow brings along: a path relative to it, or a map. One of the workspace of the same name goes before it. */
  readonly tables?: Readonly<Record<string, string | JsonObject>>
  readonly source: SourceEnd
  readonly filter?: string
  readonly enrich?: Readonly<Record<string, EnrichEntry>>
  readonly map?: string | JsonObject
  readonly sink?: SinkEnd
  readonly steps?: readonly StepEntry[]
  readonly schedule?: ScheduleEntry
  readonly listen?: { readonly events: readonly string[] }
  readonly onDelete?: 'ignore' | 'delete' | { readonly map: string | JsonObject; readonly step?: string }
  readonly errors?: { readonly stopAfter?: string | number }
  readonly verify?: { readonly heal?: boolean; readonly calls?: number }
  readonly tests?: readonly TestEntry[]
}

export interface ParamDeclaration {
  readonly type: ParamType
  readonly description?: string
  readonly default?: Json
  readonly values?: readonly Json[]
}
export type ParamType = 'string' | 'number' | 'integer' | 'boolean'

export interface SourceEnd {
  readonly connector: string
  readonly connection?: string
  readonly entity: string | readonly string[]
  readonly custom?: boolean
  readonly pageSize?: number
  readonly customFields?: Readonly<Record<string, CustomField>>
}

export interface EnrichEntry {
  readonly connector: string
  readonly connection?: string
  readonly entity: string
  readonly custom?: boolean
  readonly key: string
  readonly field?: string
  readonly many?: boolean
  readonly customFields?: Readonly<Record<string, CustomField>>
}

export interface SinkEnd {
  readonly connector: string
  readonly connection?: string
  readonly entity: string
  readonly custom?: boolean
  readonly operation?: Operation
  readonly match?: string
  readonly createOnly?: readonly string[]
  readonly shared?: boolean
  readonly whenUnavailable?: 'skip' | 'fail'
  readonly options?: JsonObject
  readonly optionalFields?: readonly string[]
  readonly customFields?: Readonly<Record<string, CustomField>>
}

export interface StepEntry {
  readonly name: string
  readonly when?: string
  readonly each?: string
  readonly map: string | JsonObject
  readonly sink: SinkEnd
}

export interface ScheduleEntry {
  readonly cron?: string
  readonly every?: string
  readonly timezone?: string
  readonly jitter?: string
  readonly sweep?: string
  readonly verify?: string
}

export interface TestEntry {
  readonly name: string
  readonly given: readonly JsonObject[]
  readonly entity?: string
  readonly links?: readonly JsonObject[]
  readonly enrich?: Readonly<Record<string, Json>>
  readonly expect: JsonObject
}
