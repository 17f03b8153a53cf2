import type { WaitReason } from '../run/index.ts'

/** What a connection has cost since the process opened its workspace. */
export interface ConnectionUsage {
  readonly calls: number
  readonly signIns: number
  readonly waits: Readonly<Record<WaitReason, { readonly count: number; readonly ms: number }>>
}

/** Counts calls and waits of the connections of one workspace, whoever uses them: runs, pings, subscriptions. */
export interface Usage {
  called(connection: string, isSignIn: boolean): void
  waited(connection: string, reason: WaitReason, ms: number): void
  of(connection: string): ConnectionUsage
}

export function createUsage(): Usage {
  const held = new Map<string, Counted>()
  const counted = (connection: string): Counted => {
    const found = held.get(connection) ?? nothing()
    held.set(connection, found)
    return found
  }
  return {
    called: (connection, isSignIn) => {
      counted(connection)[isSignIn ? 'signIns' : 'calls'] += 1
    },
    waited: (connection, reason, ms) => {
      const wait = counted(connection).waits[reason]
      wait.count += 1
      wait.ms += ms
    },
    of: connection => held.get(connection) ?? nothing(),
  }
}

interface Counted {
  calls: number
  signIns: number
  readonly waits: Record<WaitReason, { count: number; ms: number }>
}

function nothing(): Counted {
  return { calls: 0, signIns: 0, waits: { turn: { count: 0, ms: 0 }, 'back-off': { count: 0, ms: 0 } } }
}
