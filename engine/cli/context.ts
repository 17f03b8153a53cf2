import type { Colors } from 'picocolors/types.js'
import type { Clock } from '../core/clock.ts'
import type { Connector } from '../sdk/connector.ts'

/** The process as the command line sees it: tests lend their own. */
export interface Terminal {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }
}

/** What is the same for every verb of this build. */
export interface Product {
  readonly version: string
  readonly registry: ReadonlyMap<string, Connector>
  /** Folder of the flow library. */
  readonly library: string
  /** Folder of the generated schemas. */
  readonly schemas: string
  /** Folder of the built dashboard; absent when it was not built. */
  readonly dashboard?: string
  /** Script that starts this command line again, for the demo's sandboxes. */
  readonly script: string
}

export interface Context {
  readonly product: Product
  readonly terminal: Terminal
  readonly clock: Clock
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal
  /** Of standard output. */
  readonly colours: Colors
  readonly isJson: boolean
  readonly isVerbose: boolean
  /** `--workspace`. */
  readonly folder: string | undefined
  /** One line on standard output at once: only for verbs that go on afterwards (`sandbox`). */
  print(line: string): void
  /** One line on standard error: what a person watching wants to know. Silent with `--json`. */
  note(line: string): void
}
