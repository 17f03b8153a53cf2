import type { Failure } from './errors.ts'
import type { Json, JsonObject } from './record.ts'

/** What one record's expression sees besides the record itself: `$name` variables of enrichments, `$item` of `each`. */
export interface Scope {
  readonly record: JsonObject
  readonly variables: Readonly<Record<string, Json | undefined>>
}

/** `value: undefined` is JSONata's "nothing". */
export type Evaluated =
  | { readonly ok: true; readonly value: Json | undefined }
  | { readonly ok: false; readonly failure: Failure }

/**
 * A compiled expression, or a whole mapping (an object of expressions) compiled into one. Evaluates a page of records at a time.
 * A failing record does not disturb the others: its failure keeps the JSONata code and the place in the YAML file.
 */
export interface Expression {
  readonly text: string
  evaluate(scopes: readonly Scope[]): Promise<readonly Evaluated[]>
  /** Dotted source paths that it reads, or 'all' when that cannot be known (wildcards, `$`, `$$`). */
  readonly reads: readonly string[] | 'all'
}

/**
 * What `$link(...)` and `$sinkId(...)` yield while mapping: a placeholder object, resolved for the whole page afterwards
 * (one ledger query a page, none a record). Recognised by `isReference`.
 */
export interface LinkReference {
  readonly $ref: 'link'
  /** Connector or connection name as written in the flow. */
  readonly connector: string
  readonly entity: string
  readonly key: string
  /** Source entity that the key belongs to, when written. */
  readonly of?: string
}
export interface SinkIdReference {
  readonly $ref: 'sinkId'
  readonly step: string
}
export type Reference = LinkReference | SinkIdReference

export function isReference(value: unknown): value is Reference {
  return (
    typeof value === 'object' && value !== null && '$ref' in value && (value.$ref === 'link' || value.$ref === 'sinkId')
  )
}
