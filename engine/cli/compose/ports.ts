import type { Ledger } from '../../core/ledger.ts'
import type { Progress, RunPorts } from '../../run/index.ts'
import type { OpenWorkspace } from '../workspace.ts'
import { connectionNamed } from './connection-named.ts'
import { connectionsOf } from './connections.ts'
import { holderName, isHolderAlive } from './holder.ts'
import { logOf } from './log.ts'
import { newId } from './new-id.ts'

/** Everything that one run needs, and its connections closed afterwards. Of each run its own: calls are counted by run. */
export async function withPorts<T>(
  opened: OpenWorkspace,
  ledger: Ledger,
  work: (ports: RunPorts) => Promise<T>,
  onProgress?: (progress: Progress) => void,
): Promise<T> {
  const listeners = new Set<(label: string, isSignIn: boolean) => void>()
  const connections = connectionsOf(opened, ledger, (label, isSignIn) => {
    for (const listener of listeners) listener(label, isSignIn)
  })
  const { context, workspace, flows } = opened
  try {
    return await work({
      ledger,
      open: connections.open,
      connectionNamed: (name, plan) => connectionNamed(name, plan, workspace.connections),
      clock: context.clock,
      signal: context.signal,
      log: logOf(context),
      // of each run its own: two runs of one flow in one process overlap as much as those of two processes
      holder: `${holderName()}:${newId(context.clock.now())}`,
      isAlive: isHolderAlive,
      newId: () => newId(context.clock.now()),
      random: Math.random,
      sinkEntities: new Set(flows.flatMap(it => it.steps.map(({ sink }) => `${sink.connection}/${sink.entity}`))),
      watchCalls: listener => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      ...(onProgress ? { onProgress } : {}),
    })
  } finally {
    await connections.close()
  }
}
