import type { Clock } from '../core/clock.ts'
import type { FlowPlan } from '../core/plan.ts'
import { type Diagnostic, loadWorkspace, type Workspace } from '../flow/index.ts'
import type { ConnectionPorts } from '../run/index.ts'
import type { Connector, Log } from '../sdk/connector.ts'
import { createStores, type Stores } from './stores.ts'
import { createUsage, type Usage } from './usage.ts'

/** What a process lends the workspaces that it opens: the command line for one verb, the service for as long as it lives. */
export interface Host {
  readonly registry: ReadonlyMap<string, Connector>
  /** Folder of the flow library. */
  readonly library: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** Ends everything that goes on. */
  readonly signal: AbortSignal
  readonly log: Log
}

/** A workspace in use: loaded and checked, its stores opened on demand. */
export interface OpenWorkspace extends Stores {
  readonly host: Host
  readonly workspace: Workspace
  /** Those without mistakes, in the order of the workspace file. */
  readonly flows: readonly FlowPlan[]
  readonly diagnostics: readonly Diagnostic[]
  /** Of its accounts: shared by the runs that go on at the same time. */
  readonly limiters: NonNullable<ConnectionPorts['limiters']>
  /** What its connections have sent and waited for since it was opened. */
  readonly usage: Usage
}

export type Opening =
  | { readonly is: 'open'; readonly opened: OpenWorkspace }
  /** ml-connector.yaml itself cannot be used. */
  | { readonly is: 'mistaken'; readonly diagnostics: readonly Diagnostic[] }

/** The same workspace after its files have changed, over the same stores; whose place has moved is only used after a restart. */
export function reopenWorkspace(held: OpenWorkspace): Opening {
  const { registry, env, library } = held.host
  const { workspace, flows, diagnostics } = loadWorkspace(held.workspace.folder, { registry, env, library })
  if (!workspace) return { is: 'mistaken', diagnostics }
  return { is: 'open', opened: { ...held, workspace, flows, diagnostics } }
}

/** Whoever opens it closes it. */
export function openWorkspace(folder: string, host: Host): Opening {
  const { registry, env, library } = host
  const { workspace, flows, diagnostics } = loadWorkspace(folder, { registry, env, library })
  if (!workspace) return { is: 'mistaken', diagnostics }
  const stores = createStores(workspace, env, host.clock)
  return {
    is: 'open',
    opened: { ...stores, host, workspace, flows, diagnostics, limiters: new Map(), usage: createUsage() },
  }
}
