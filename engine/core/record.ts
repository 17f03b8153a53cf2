/** A JSON value that nobody changes in place. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [field: string]: Json
}

/** A place in a source's own order. Only the connector that issued it looks inside; it is plain JSON and survives restarts. */
export type Cursor = JsonObject

/**
 * One business object as read. Never changed in place: mapping makes another one.
 * Fields without a value at the source are absent (never `null` or ''), so that JSONata's functions and `&` treat them as nothing.
 * Nested paths are nested objects: `DISPLAYCONTACT.EMAIL1` of a source is `{ DISPLAYCONTACT: { EMAIL1 } }`.
 */
export interface DataRecord {
  /** The natural key (`Entity.key`), as a string exactly as the system prints it: leading zeros stay. */
  readonly key: string
  readonly change: 'upsert' | 'delete'
  /** The system's own version of this state (a change time or counter), when it has one; compared for equality only. */
  readonly version?: string
  /** Hash of the flow that read it, where that is not the one that runs: a stored body may lack fields that this one reads. */
  readonly readBy?: string
  /** The fields as they were read, where a person has edited them since: what the source is known to hold. */
  readonly asRead?: JsonObject
  /** For a delete: whatever is known, often only the key. */
  readonly fields: JsonObject
}

/** What one call to a source returned, and the cursor that resumes after it. */
export interface Page {
  readonly records: readonly DataRecord[]
  readonly next: Cursor
  /**
   * True only on the last page of a walk that covered *every* live record (a full read that was not resumed half-way by
   * another process counts too: the cursor carries the position). Only then may unseen records be taken for deleted.
   */
  readonly complete?: boolean
}
