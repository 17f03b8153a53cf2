import type { Ledger } from '../core/ledger.ts'
import type { Progress, RunPorts } from '../run/index.ts'
import { connectionNamed } from './connection-named.ts'
import { connectionsOf } from './connections.ts'
import { holderName, isHolderAlive } from './holder.ts'
import { newId } from './new-id.ts'
import type { OpenWorkspace } from './open-workspace.ts'

/** What one piece of work has of its own. */
export interface Leave {
  readonly onStart?: (runId: string) => void
  readonly onProgress?: (progress: Progress) => void
  /** Ends this piece of work alone; the host's own ends all. */
  readonly signal?: AbortSignal
}

/** Everything that one run needs, and its connections closed afterwards. Of each run its own: calls are counted by run. */
export async function withPorts<T>(
  opened: OpenWorkspace,
  ledger: Ledger,
  work: (ports: RunPorts) => Promise<T>,
  { onStart, onProgress, signal = opened.host.signal }: Leave = {},
): Promise<T> {
  const listeners = new Set<(label: string, isSignIn: boolean) => void>()
  const onCall = (label: string, isSignIn: boolean) => {
    for (const listener of listeners) listener(label, isSignIn)
  }
  const connections = connectionsOf(opened, ledger, onCall, signal)
  const { host, workspace, flows } = opened
  try {
    return await work({
      ledger,
      open: connections.open,
      connectionNamed: (name, plan) => connectionNamed(name, plan, workspace.connections),
      clock: host.clock,
      signal,
      log: host.log,
      // of each run its own: two runs of one flow in one process overlap as much as those of two processes
      holder: `${holderName()}:${newId(host.clock.now())}`,
      isAlive: isHolderAlive,
      newId: () => newId(host.clock.now()),
      random: Math.random,
      sinkEntities: new Set(flows.flatMap(it => it.steps.map(({ sink }) => `${sink.connection}/${sink.entity}`))),
      watchCalls: listener => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      ...(onStart ? { onStart } : {}),
      ...(onProgress ? { onProgress } : {}),
    })
  } finally {
    await connections.close()
  }
}
