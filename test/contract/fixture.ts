import type { Json, JsonObject } from '../../engine/core/record.ts'

/** An answer as it goes over the wire, with its headers. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * What the contract suite must be told of a connector because no declaration says it: how its sandbox is moved into a state, and what
 * some answers look like on the wire. One file a connector, `fixtures/<connector>.ts`, found by its name.
 */
export interface ConnectorFixture {
  /** Options of the sandbox under which every declared entity is there. */
  readonly options?: Readonly<Record<string, string>>
  /** Knobs that end every sign-in at once, as the system may at any time. Absent where credentials go with every call. */
  readonly expireSignIns?: JsonObject
  /** Knobs under which this entity is not available to the account. */
  readonly unavailable: { readonly entity: string; readonly use: 'read' | 'write'; readonly knobs: JsonObject }
  /** A refusal because of too many calls, as the system words it; the suite adds the hint. */
  readonly throttled: WireAnswer
  /** An answer with a success status whose body says that the call failed. */
  readonly errorInside: WireAnswer
  /** An error of the system's own that quotes this text, as systems quote what they refuse. */
  quoting(text: string): WireAnswer
  /** Whole documents of the system's own format that hold none of what was asked for. */
  readonly emptyDocuments: readonly WireAnswer[]
  /** Mandatory where a contract says that its cursor field may be empty: what a person's change must say so that it is. */
  readonly unstamped?: JsonObject
  /** By entity: values that a new record must have and that neither declaration nor metadata tells. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, Json>>>>
  /** Entities whose records leave something behind when they are deleted, which is in the way when they are made anew under their old key. */
  readonly leavesBehind?: readonly string[]
}

export async function loadFixture(connector: string): Promise<ConnectorFixture> {
  const { fixture } = (await import(`./fixtures/${connector}.ts`)) as { readonly fixture: ConnectorFixture }
  return fixture
}
