import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { DeadLetterRow, Ledger } from '../../../engine/core/ledger.ts'
import type { FlowPlan } from '../../../engine/core/plan.ts'
import { loadWorkspace } from '../../../engine/flow/index.ts'
import { openSqliteLedger } from '../../../engine/ledger/index.ts'
import {
  createConnections,
  type Preview,
  type PreviewOptions,
  preview,
  type ReplayOptions,
  type RunOptions,
  type RunPorts,
  type RunReport,
  replay,
  runFlow,
  type VerifyOptions,
  type VerifyReport,
  verifyFlow,
} from '../../../engine/run/index.ts'
import type { Connector } from '../../../engine/sdk/connector.ts'
import { type TestClock, testClock } from '../../support/clock.ts'
import { memoryFacts, memoryTokens } from '../../support/connect.ts'
import { createMachine, ledgerOn, type Mishap } from './machine.ts'
import { type CrmOptions, createCrm, type ToyCrm } from './toy-crm.ts'
import { createErp, type ToyErp } from './toy-erp.ts'

export interface RunWish {
  readonly options?: Partial<RunOptions>
  readonly mishap?: Mishap
  readonly signal?: AbortSignal
  readonly ports?: Partial<RunPorts>
}

export interface ToyWorld {
  readonly erp: ToyErp
  readonly crm: ToyCrm
  /** A second target, and what `crm` may be swapped for. */
  readonly other: ToyCrm
  readonly ledger: Ledger
  readonly clock: TestClock
  readonly logged: string[]
  flow(): FlowPlan
  /** A run in a process of its own; throws only what `runFlow` throws. */
  run(wish?: RunWish): Promise<RunReport>
  /** The same with a mishap: its end, whatever it is, tells nothing. Answers how many points it passed. */
  mishap(mishap: Mishap): Promise<number>
  preview(options?: Partial<PreviewOptions>): Promise<Preview>
  replay(
    letters?: readonly DeadLetterRow[],
    from?: 'stored' | 'source',
    bodies?: ReplayOptions['bodies'],
  ): Promise<RunReport>
  /** Heals, and has calls enough, unless told otherwise. */
  verify(options?: Partial<VerifyOptions>, wish?: Omit<RunWish, 'options'>): Promise<VerifyReport>
  /** Any other work, in a process of its own. */
  within<T>(work: (ports: RunPorts) => Promise<T>): Promise<T>
  letters(): Promise<readonly DeadLetterRow[]>
  /** The flow's file was edited. */
  rewrite(text: string): void
  close(): Promise<void>
}

/** Two systems in memory, a ledger file and one flow: small enough to run hundreds of times in a test. */
export async function createToyWorld(text: string, options: CrmOptions = {}): Promise<ToyWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'toy-world-'))
  const still = createMachine()
  const [erp, crm, other] = [
    createErp(still),
    createCrm(still, options),
    createCrm(still, { ...options, name: 'other' }),
  ]
  const connectors = { erp: erp.connector, crm: crm.connector, other: other.connector }
  const ledger = await openSqliteLedger({ file: ':memory:', workspace: 'world', sealer })
  const clock = testClock()
  const logged: string[] = []
  let plan = load(folder, text, connectors)
  const inProcess = async <T>(
    wish: RunWish,
    work: (ports: RunPorts) => Promise<T>,
  ): Promise<{ value: T; points: number }> => {
    const machine = createMachine(wish.mishap)
    for (const system of [erp, crm, other]) system.machine = machine
    const signal = wish.signal ?? new AbortController().signal
    const log = (message: string, fields?: unknown) => void logged.push(JSON.stringify({ message, fields }))
    const ports = {
      ...portsOf(connectors, { clock, signal, log, plan }),
      ledger: ledgerOn(machine, ledger),
      ...wish.ports,
    }
    try {
      return { value: await work(ports), points: machine.points() }
    } finally {
      for (const system of [erp, crm, other]) system.machine = still
    }
  }
  const run = async (wish: RunWish = {}) => {
    const all = { trigger: 'manual', actor: 'test', mode: 'incremental', ...wish.options } as const
    return inProcess(wish, ports => runFlow(plan, ports, all))
  }
  const letters = () => ledger.deadLetters({ flow: plan.name, state: 'open', limit: 10_000 })
  return {
    ...{ erp, crm, other, ledger, clock, logged },
    flow: () => plan,
    run: async wish => (await run(wish)).value,
    mishap: async mishap => {
      const ended = await run({ mishap }).catch(() => undefined)
      return ended?.points ?? mishap.at
    },
    preview: async wish => (await inProcess({}, ports => preview(plan, ports, { limit: 1_000, ...wish }))).value,
    replay: async (given, from = 'stored', bodies = new Map()) => {
      const chosen = given ?? (await letters())
      return (await inProcess({}, ports => replay(plan, ports, { actor: 'test', letters: chosen, from, bodies }))).value
    },
    verify: async (options, wish = {}) => {
      const all = { actor: 'test', heal: true, calls: 1_000, ...options }
      return (await inProcess(wish, ports => verifyFlow(plan, ports, all))).value
    },
    within: async work => (await inProcess({}, work)).value,
    letters,
    rewrite: edited => {
      plan = load(folder, edited, connectors)
    },
    close: async () => {
      await ledger.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const sealer = {
  seal: async (text: string) => Buffer.from(text).toString('base64'),
  unseal: async (text: string) => Buffer.from(text, 'base64').toString(),
}

let ids = 0

function portsOf(
  connectors: Readonly<Record<string, Connector>>,
  {
    clock,
    signal,
    log,
    plan,
  }: Pick<RunPorts, 'clock' | 'signal'> & {
    log(message: string, fields?: unknown): void
    readonly plan: FlowPlan
  },
): Omit<RunPorts, 'ledger'> {
  const specs = new Map(
    Object.entries(connectors).map(([name, connector]) => [name, { name, connector, settings: {} }]),
  )
  const connections = createConnections(specs, {
    secret: async () => undefined,
    tokens: memoryTokens,
    facts: () => memoryFacts(clock as TestClock),
    ...{ clock, signal, log: { debug: log, info: log, warn: log } },
    allowLoopback: true,
    random: () => 0.5,
    onCall: () => {},
  })
  return {
    open: connections.open,
    watchCalls: () => () => {},
    connectionNamed: name => (name === 'toy-crm' ? 'crm' : name),
    ...{ clock, signal, log: { debug: log, info: log, warn: log } },
    unitSize: 4,
    holder: 'here:1:1',
    isAlive: () => false,
    newId: () => `run-${ids++}`,
    random: () => 0.5,
    sinkEntities: new Set(plan.steps.map(({ sink }) => `${sink.connection}/${sink.entity}`)),
  }
}

function load(folder: string, text: string, connectors: Readonly<Record<string, Connector>>): FlowPlan {
  mkdirSync(join(folder, 'flows'), { recursive: true })
  writeFileSync(join(folder, 'flows/flow.yaml'), text)
  const connections = Object.entries(connectors).map(([name, it]) => [name, { connector: it.name, settings: {} }])
  writeFileSync(
    join(folder, 'ml-connector.yaml'),
    stringify({
      workspace: 'world',
      timezone: 'UTC',
      connections: Object.fromEntries(connections),
      flows: ['flows/flow.yaml'],
    }),
  )
  const registry = new Map(Object.values(connectors).map(it => [it.name, it]))
  const { flows, diagnostics } = loadWorkspace(folder, { registry, env: {}, library: folder })
  const errors = diagnostics.filter(it => it.severity === 'error')
  const [flow] = flows
  if (errors.length > 0 || !flow)
    throw new Error(errors.map(it => `${it.line}:${it.column} ${it.code} ${it.message}`).join('\n'))
  return flow
}
