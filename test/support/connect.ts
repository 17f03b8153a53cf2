import type { Json, JsonObject } from '../../engine/core/record.ts'
import { Secret } from '../../engine/core/secret.ts'
import type { Connection, Connector, Context, FactStore, StoredToken, TokenStore } from '../../engine/sdk/connector.ts'
import { createHttp } from '../../engine/sdk/http.ts'
import type { Fault, Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { type TestClock, testClock } from './clock.ts'

/** A connection to a sandbox, opened as the engine opens it, and what a test wants to see of it. */
export interface Connected {
  readonly connection: Connection
  readonly clock: TestClock
  /** Labels of the calls that went out, in order. */
  readonly calls: string[]
  /** Every line that was logged, as JSON. */
  readonly logged: string[]
  readonly tokens: MemoryTokens
  readonly facts: FactStore
  readonly cancel: AbortController
}

export interface ConnectOptions {
  readonly settings?: JsonObject
  readonly secrets?: Readonly<Record<string, string>>
  readonly clock?: TestClock
  readonly timeoutMs?: number
  readonly tokens?: MemoryTokens
  readonly facts?: FactStore
}

export async function connect(
  connector: Connector,
  sandbox: Sandbox,
  options: ConnectOptions = {},
): Promise<Connected> {
  const clock = options.clock ?? testClock()
  const calls: string[] = []
  const logged: string[] = []
  const cancel = new AbortController()
  const tokens = options.tokens ?? memoryTokens()
  const facts = options.facts ?? memoryFacts(clock)
  const log = (message: string, fields?: JsonObject) => void logged.push(JSON.stringify({ message, ...fields }))
  const secrets = Object.entries({ ...sandbox.secrets, ...options.secrets }).map(([name, value]) => [
    name,
    new Secret(value),
  ])
  const context: Context<unknown> = {
    settings: { ...sandbox.settings, ...options.settings, ...Object.fromEntries(secrets) },
    connection: connector.name,
    http: createHttp({
      concurrency: connector.limits.concurrency,
      timeoutMs: options.timeoutMs ?? 5_000,
      maxAnswerBytes: 64 * 1024 * 1024,
      signal: cancel.signal,
      onCall: label => void calls.push(label),
    }),
    log: { debug: log, info: log, warn: log },
    signal: cancel.signal,
    clock,
    random: () => 0.5,
    tokens,
    facts,
    allowLoopback: true,
  }
  return { connection: await connector.connect(context), clock, calls, logged, tokens, facts, cancel }
}

/** Token store of tests. */
export interface MemoryTokens extends TokenStore {
  /** All tokens that it ever held. */
  values(): readonly string[]
  /** Names of those that it holds now. */
  names(): readonly string[]
}

export function memoryTokens(): MemoryTokens {
  const ever = new Set<string>()
  const held = new Map<string, StoredToken>()
  const flights = new Map<string, Promise<StoredToken>>()
  return {
    get: async name => held.get(name),
    renew: (name, stale, renew) => {
      const current = held.get(name)
      if (current && current.value.reveal() !== stale?.value.reveal()) return Promise.resolve(current)
      const flying = flights.get(name)
      if (flying) return flying
      const flight = renew()
        .then(token => {
          held.set(name, token)
          ever.add(token.value.reveal())
          return token
        })
        .finally(() => flights.delete(name))
      flights.set(name, flight)
      return flight
    },
    forget: async name => void held.delete(name),
    values: () => [...ever],
    names: () => [...held.keys()],
  }
}

export function memoryFacts(clock: TestClock): FactStore {
  const held = new Map<string, { value: Json; until: number }>()
  return {
    get: async name => {
      const fact = held.get(name)
      return fact && fact.until > clock.now().getTime() ? fact.value : undefined
    },
    set: async (name, value, ttlMs) => void held.set(name, { value, until: clock.now().getTime() + ttlMs }),
    forget: async name => void held.delete(name),
  }
}

/** The control routes of a sandbox, for tests. */
export function control(sandbox: Pick<Sandbox, 'url'>) {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(new URL(`/_sandbox/${path}`, sandbox.url), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  return {
    fault: (fault: Fault | readonly Fault[]) => ask('POST', 'faults', fault),
    faultsLeft: async () => ((await ask('GET', 'faults')) as { faults: number }).faults,
    clearFaults: () => ask('DELETE', 'faults'),
    calls: () => ask('GET', 'calls') as Promise<{ total: number; byLabel: Record<string, number> }>,
    resetCalls: () => ask('DELETE', 'calls'),
    clock: (set: { now?: string | null; advanceMs?: number }) => ask('POST', 'clock', set) as Promise<{ now: string }>,
    knobs: (values: JsonObject) => ask('POST', 'knobs', values),
    facts: () => ask('GET', 'facts') as Promise<JsonObject>,
    records: (entity: string) => ask('GET', `records/${encodeURIComponent(entity)}`) as Promise<JsonObject[]>,
    put: (entity: string, record: JsonObject | readonly JsonObject[]) =>
      ask('POST', `records/${encodeURIComponent(entity)}`, record),
    remove: (entity: string, key: string) =>
      ask('DELETE', `records/${encodeURIComponent(entity)}/${encodeURIComponent(key)}`),
  }
}
