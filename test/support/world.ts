import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { DeadLetterRow, Ledger } from '../../engine/core/ledger.ts'
import type { FlowPlan } from '../../engine/core/plan.ts'
import { Secret } from '../../engine/core/secret.ts'
import { loadWorkspace } from '../../engine/flow/index.ts'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import {
  createConnections,
  type Preview,
  type PreviewOptions,
  preview,
  type RunOptions,
  type RunPorts,
  type RunReport,
  replay,
  runFlow,
} from '../../engine/run/index.ts'
import type { Connector } from '../../engine/sdk/connector.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { type TestClock, testClock } from './clock.ts'
import { control, memoryFacts, memoryTokens } from './connect.ts'

/** A system of the world: its connector and the sandbox that it talks to. */
export interface System {
  readonly connector: Connector
  readonly sandbox: Sandbox
}

export interface WorldOptions {
  /** Connection name → system. */
  readonly systems: Readonly<Record<string, System>>
  /** File name → YAML of the customer's own flows. */
  readonly flows?: Readonly<Record<string, string>>
  /** Library flows, with parameters. */
  readonly use?: readonly (string | { readonly use: string; readonly with: Readonly<Record<string, unknown>> })[]
  readonly tables?: Readonly<Record<string, string>>
  /** The ledger as the runs of this world reach it; itself when absent. */
  readonly ledgerAs?: (ledger: Ledger) => Ledger
  /** How long a call may take; the engine's own figure when absent. */
  readonly timeoutMs?: number
}

/** A workspace with a real ledger file and real HTTP to sandboxes: what a customer has, in a temporary folder. */
export interface World {
  readonly folder: string
  readonly ledger: Ledger
  readonly clock: TestClock
  readonly logged: string[]
  readonly calls: string[]
  flow(name: string): FlowPlan
  run(name: string, options?: Partial<RunOptions>, signal?: AbortSignal): Promise<RunReport>
  preview(name: string, options?: Partial<PreviewOptions>): Promise<Preview>
  /** Replays the flow's open dead letters, of one code or all. */
  replay(name: string, wish?: { readonly code?: string; readonly from?: 'stored' | 'source' }): Promise<RunReport>
  replayLetters(name: string, letters: readonly DeadLetterRow[]): Promise<RunReport>
  system(connection: string): ReturnType<typeof control>
  /** What must never be seen: the secrets of all systems, and the tokens that were got with them. */
  secrets(): readonly string[]
  /** The same workspace after its files were edited. */
  rewrite(files: Readonly<Record<string, string>>): void
  close(): Promise<void>
}

const LIBRARY = join(import.meta.dirname, '../../flows')

export async function createWorld(options: WorldOptions): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'world-'))
  writeWorkspace(folder, options)
  const clock = testClock()
  const sealer = {
    seal: async (text: string) => Buffer.from(text).toString('base64'),
    unseal: async (text: string) => Buffer.from(text, 'base64').toString(),
  }
  const ledger = await openSqliteLedger({ file: join(folder, 'ledger.db'), workspace: 'world', sealer })
  const state: State = {
    folder,
    options,
    ledger,
    clock,
    logged: [],
    calls: [],
    loaded: load(folder, options),
    tokens: new Map(),
    facts: new Map(),
  }
  const flow = (name: string) => {
    const found = state.loaded.find(it => it.name === name)
    if (!found) throw new Error(`the world has no flow ${name}: ${state.loaded.map(it => it.name).join(', ')}`)
    return found
  }
  return {
    folder,
    ledger,
    clock,
    logged: state.logged,
    calls: state.calls,
    flow,
    run: (name, wish, signal) =>
      withPorts(state, signal, ports =>
        runFlow(flow(name), ports, { trigger: 'manual', actor: 'test', mode: 'incremental', ...wish }),
      ),
    preview: (name, wish) => withPorts(state, undefined, ports => preview(flow(name), ports, { limit: 100, ...wish })),
    replay: (name, wish) =>
      withPorts(state, undefined, async ports => {
        const letters = await ledger.deadLetters({
          flow: name,
          state: 'open',
          limit: 10_000,
          ...(wish?.code ? { code: wish.code } : {}),
        })
        return replay(flow(name), ports, { actor: 'test', letters, from: wish?.from ?? 'stored' })
      }),
    replayLetters: (name, letters) =>
      withPorts(state, undefined, ports => replay(flow(name), ports, { actor: 'test', letters, from: 'stored' })),
    system: connection => control(systemOf(options, connection).sandbox),
    secrets: () => [
      ...Object.values(options.systems).flatMap(it => Object.values(it.sandbox.secrets)),
      ...[...state.tokens.values()].flatMap(it => it.values()),
    ],
    rewrite: files => {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
      state.loaded = load(folder, options)
    },
    close: async () => {
      await ledger.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface State {
  readonly folder: string
  readonly options: WorldOptions
  readonly ledger: Ledger
  readonly clock: TestClock
  readonly logged: string[]
  readonly calls: string[]
  loaded: readonly FlowPlan[]
  readonly tokens: Map<string, ReturnType<typeof memoryTokens>>
  readonly facts: Map<string, ReturnType<typeof memoryFacts>>
}

function writeWorkspace(folder: string, { systems, flows = {}, use = [], tables = {} }: WorldOptions): void {
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  for (const [name, text] of Object.entries({ ...flows, ...tables })) write(name, text)
  const connections = Object.entries(systems).map(([name, it]) => [
    name,
    { connector: it.connector.name, settings: it.sandbox.settings },
  ])
  write(
    'ml-connector.yaml',
    stringify({
      workspace: 'world',
      timezone: 'UTC',
      development: { loopback: true },
      connections: Object.fromEntries(connections),
      flows: [...Object.keys(flows), ...use.map(it => (typeof it === 'string' ? { use: it } : it))],
      ...(Object.keys(tables).length > 0
        ? { tables: Object.fromEntries(Object.keys(tables).map(path => [path.replace(/^.*\/|\.\w+$/g, ''), path])) }
        : {}),
    }),
  )
}

function load(folder: string, { systems }: WorldOptions): readonly FlowPlan[] {
  const registry = new Map(Object.values(systems).map(it => [it.connector.name, it.connector]))
  const { flows, diagnostics } = loadWorkspace(folder, { registry, env: {}, library: LIBRARY })
  const errors = diagnostics.filter(it => it.severity === 'error')
  if (errors.length > 0)
    throw new Error(errors.map(it => `${it.file}:${it.line}:${it.column} ${it.code} ${it.message}`).join('\n'))
  return flows
}

function systemOf({ systems }: WorldOptions, connection: string): System {
  const found = systems[connection]
  if (!found) throw new Error(`the world has no connection ${connection}`)
  return found
}

// two runs may begin within one millisecond
let ids = 0

async function withPorts<T>(
  state: State,
  signal: AbortSignal | undefined,
  work: (ports: RunPorts) => Promise<T>,
): Promise<T> {
  const listeners = new Set<(label: string, isSignIn: boolean) => void>()
  const log = (message: string, fields?: unknown) => void state.logged.push(JSON.stringify({ message, fields }))
  const memo = <V>(held: Map<string, V>, name: string, make: () => V): V => {
    const value = held.get(name) ?? make()
    held.set(name, value)
    return value
  }
  const { clock, options } = state
  const whole = signal ?? new AbortController().signal
  const connections = createConnections(
    new Map(
      Object.entries(options.systems).map(([name, it]) => [
        name,
        { name, connector: it.connector, settings: it.sandbox.settings },
      ]),
    ),
    {
      secret: async (connection, name) => {
        const value = systemOf(options, connection).sandbox.secrets[name]
        return value === undefined ? undefined : new Secret(value)
      },
      tokens: name => memo(state.tokens, name, memoryTokens),
      facts: name => memo(state.facts, name, () => memoryFacts(clock)),
      clock,
      log: { debug: log, info: log, warn: log },
      signal: whole,
      allowLoopback: true,
      random: () => 0.5,
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      onCall: (label, isSignIn) => {
        state.calls.push(label)
        for (const listener of listeners) listener(label, isSignIn)
      },
    },
  )
  const ports: RunPorts = {
    ledger: options.ledgerAs?.(state.ledger) ?? state.ledger,
    open: connections.open,
    watchCalls: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    connectionNamed: name =>
      options.systems[name] ? name : Object.entries(options.systems).find(([, it]) => it.connector.name === name)?.[0],
    clock,
    signal: whole,
    log: { debug: log, info: log, warn: log },
    holder: 'test:1:1',
    isAlive: () => false,
    newId: () => `run-${Date.now().toString(36)}-${ids++}`,
    random: () => 0.5,
    sinkEntities: new Set(
      state.loaded.flatMap(flow => flow.steps.map(it => `${it.sink.connection}/${it.sink.entity}`)),
    ),
  }
  try {
    return await work(ports)
  } finally {
    await connections.close()
  }
}
