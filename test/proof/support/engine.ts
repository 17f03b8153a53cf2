import type { DeadLetterRow, Ledger } from '../../../engine/core/ledger.ts'
import type { FlowPlan } from '../../../engine/core/plan.ts'
import { Secret } from '../../../engine/core/secret.ts'
import { openSqliteLedger } from '../../../engine/ledger/index.ts'
import {
  createConnections,
  type RunOptions,
  type RunPorts,
  type RunReport,
  replay,
  runFlow,
  type VerifyReport,
  verifyFlow,
} from '../../../engine/run/index.ts'
import type { TokenStore } from '../../../engine/sdk/connector.ts'
import { memoryFacts, memoryTokens } from '../../support/connect.ts'
import { createMortality } from '../../support/mortal-world.ts'
import type { System } from '../../support/world.ts'
import type { SharedClock } from './shared-clock.ts'

/** Sandboxes and stand-ins, one ledger, and the engine between them: as a workspace is, but with small units and without files. */
export interface Engine {
  readonly ledger: Ledger
  readonly live: ReturnType<typeof createMortality>['live']
  run(plan: FlowPlan, options?: Partial<RunOptions>): Promise<RunReport>
  replay(plan: FlowPlan, letters: readonly DeadLetterRow[]): Promise<RunReport>
  /** The flow's whole source compared with its target. */
  verify(plan: FlowPlan, heal: boolean): Promise<VerifyReport>
  readonly calls: () => number
  close(): Promise<void>
}

export interface EngineOptions {
  readonly systems: Readonly<Record<string, System>>
  readonly clock: SharedClock
  /** Records that settle together: small, so that there are places in between to die at. */
  readonly unitSize: number
  readonly timeoutMs?: number
  /** A ledger of its own, in memory, when absent. */
  readonly ledger?: Ledger
  /** Where connections keep their tokens: in memory when absent. */
  readonly tokens?: (connection: string) => TokenStore
}

/** What the proofs keep is in memory: sealing has a proof of its own. */
const sealer = {
  seal: async (text: string) => Buffer.from(text).toString('base64'),
  unseal: async (text: string) => Buffer.from(text, 'base64').toString(),
}

let ids = 0

export async function createEngine(options: EngineOptions): Promise<Engine> {
  const ledger = options.ledger ?? (await openSqliteLedger({ file: ':memory:', workspace: 'proof', sealer }))
  const { live, systems, ledgerAs } = createMortality(options.systems)
  const held = new Map<string, Tokens>()
  const kept = {
    tokens: options.tokens ?? ((name: string) => memo(held, name, memoryTokens)),
    facts: new Map<string, Facts>(),
  }
  let calls = 0
  const within = async <T>(plan: FlowPlan, work: (ports: RunPorts) => Promise<T>): Promise<T> => {
    const { ports, close } = portsOf({ ...options, systems }, kept, { plan, onCall: () => (calls += 1) })
    try {
      return await work({ ...ports, ledger: ledgerAs(ledger) })
    } finally {
      await close()
    }
  }
  return {
    ledger,
    live,
    run: (plan, wish) =>
      within(plan, ports => runFlow(plan, ports, { trigger: 'manual', actor: 'proof', mode: 'incremental', ...wish })),
    replay: (plan, letters) => within(plan, ports => replay(plan, ports, { actor: 'proof', letters, from: 'stored' })),
    verify: (plan, heal) =>
      within(plan, ports => verifyFlow(plan, ports, { actor: 'proof', heal, calls: Number.POSITIVE_INFINITY })),
    calls: () => calls,
    close: () => ledger.close(),
  }
}

type Tokens = ReturnType<typeof memoryTokens>
type Facts = ReturnType<typeof memoryFacts>

interface Kept {
  readonly tokens: (connection: string) => TokenStore
  readonly facts: Map<string, Facts>
}

function memo<V>(held: Map<string, V>, name: string, make: () => V): V {
  const value = held.get(name) ?? make()
  held.set(name, value)
  return value
}

/** Connections of one process: tokens and facts outlive it, as they do in the vault. */
function portsOf(
  { systems, clock, unitSize, timeoutMs = 5_000 }: EngineOptions,
  { tokens, facts }: Kept,
  { plan, onCall }: { readonly plan: FlowPlan; readonly onCall: () => void },
): { readonly ports: Omit<RunPorts, 'ledger'>; close(): Promise<void> } {
  const silent = { debug: () => {}, info: () => {}, warn: () => {} }
  const { signal } = new AbortController()
  const specs = Object.entries(systems).map(
    ([name, it]) => [name, { name, connector: it.connector, settings: it.sandbox.settings }] as const,
  )
  const connections = createConnections(new Map(specs), {
    secret: async (connection, name) => {
      const value = systems[connection]?.sandbox.secrets[name]
      return value === undefined ? undefined : new Secret(value)
    },
    tokens,
    facts: name => memo(facts, name, () => memoryFacts(clock)),
    ...{ clock, signal, log: silent, timeoutMs },
    allowLoopback: true,
    random: () => 0.5,
    onCall,
  })
  const ports = {
    open: connections.open,
    watchCalls: () => () => {},
    connectionNamed: (name: string) =>
      Object.entries(systems).find(([own, it]) => own === name || it.connector.name === name)?.[0],
    ...{ clock, signal, log: silent, unitSize },
    holder: 'proof:1:1',
    isAlive: () => false,
    newId: () => `run-${ids++}`,
    random: () => 0.5,
    sinkEntities: new Set(plan.steps.map(({ sink }) => `${sink.connection}/${sink.entity}`)),
  }
  return { ports, close: () => connections.close() }
}
