import type { EntityDescription } from '../core/fields.ts'
import type { Json } from '../core/record.ts'
import type { Connector } from '../sdk/connector.ts'
import type { Reporter } from './diagnostics/diagnostic.ts'
import type { SourceFile, Span } from './diagnostics/source-file.ts'
import type { Limits } from './expression/ast.ts'
import type { ReferenceTable } from './expression/scope-functions.ts'
import type { FlowFile } from './flow-file.ts'
import type { Tree } from './read/tree.ts'
import type { VerifyDefaults } from './workspace/workspace.ts'

/** Which connection a flow's `connector:` and `connection:` mean, or why none. */
export interface ConnectionNames {
  /** Names of the connections of this connector. */
  of(connector: string): readonly string[]
  connectorOf(connection: string): string | undefined
  readonly all: readonly string[]
}

/** Everything outside a flow file that decides what the file means. */
export interface FlowContext {
  readonly workspace: string
  readonly timezone: string
  /** Of the workspace, where the flow does not say how it is compared with its target. */
  readonly verify?: VerifyDefaults
  readonly registry: ReadonlyMap<string, Connector>
  /** Absent when a file is checked on its own: then each connector has one connection of its own name. */
  readonly connections?: ConnectionNames
  readonly tables: ReadonlyMap<string, ReferenceTable>
  /** Names of tables of the workspace that could not be read; that was said. */
  readonly brokenTables?: ReadonlySet<string>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly limits: Limits
  /** What `describe --save` stored for the connection and entity. */
  metadata(connection: string, entity: string): EntityDescription | undefined
  /** `with:` of the workspace. */
  readonly given: GivenParams
  readonly reporter: Reporter
  /** What the plan says as its file. */
  readonly file: string
  readTable(path: string, near: SourceFile, span: Span): ReferenceTable | undefined
}

export interface GivenParams {
  readonly values: Readonly<Record<string, Json>>
  /** Where each was given: the workspace file. */
  readonly source?: SourceFile
  readonly spanOf: (name: string) => Span
  /** A library flow used twice takes another name. */
  readonly name?: string
}

/** A flow file that was read: its typed form, its tree with places, and its context. */
export interface OpenFlow {
  readonly file: FlowFile
  readonly tree: Tree
  readonly source: SourceFile
  readonly params: Readonly<Record<string, Json>>
  /** Tables of the flow itself, those of the workspace in front. */
  readonly tables: ReadonlyMap<string, ReferenceTable>
  /** Names of tables that are there and could not be read. */
  readonly brokenTables: ReadonlySet<string>
  readonly context: FlowContext
}
