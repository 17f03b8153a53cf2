import type { Clock } from '../core/clock.ts'
import { EngineError } from '../core/errors.ts'
import type { JsonObject } from '../core/record.ts'
import type { Secret } from '../core/secret.ts'
import type { Connection, Connector, FactStore, Log, TokenStore } from '../sdk/connector.ts'
import { createHttp, createLimiter, type Limiter } from '../sdk/http.ts'
import { loadSettings } from '../sdk/settings.ts'

/** A connection as the workspace file declares it. */
export interface ConnectionSpec {
  readonly name: string
  readonly connector: Connector
  readonly settings: JsonObject
}

export interface ConnectionPorts {
  secret(connection: string, name: string): Promise<Secret | undefined>
  tokens(connection: string): TokenStore
  facts(connection: string): FactStore
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  readonly allowLoopback: boolean
  random(): number
  /** How long one call may take; two minutes when absent. */
  readonly timeoutMs?: number
  /** By connection, filled as they are opened: shared by runs that go on at the same time. Absent: each has its own. */
  readonly limiters?: Map<string, Limiter>
  onCall(label: string, isSignIn: boolean, connection: string): void
  /** A call waited for its turn at the account, or the connector held back. */
  onWait?(connection: string, reason: WaitReason, ms: number): void
}

/** `turn`: the account's limits. `back-off`: it asked for patience, failed for a moment, or works on something. */
export type WaitReason = 'turn' | 'back-off'

const TIMEOUT_MS = 120_000
const MAX_ANSWER_BYTES = 256 * 1024 * 1024

/** Opens connections on demand, each once; `close` closes what was opened. */
export function createConnections(specs: ReadonlyMap<string, ConnectionSpec>, ports: ConnectionPorts) {
  const open = new Map<string, Promise<Connection>>()
  return {
    open: (name: string): Promise<Connection> => {
      const held = open.get(name) ?? openOne(specs, ports, name)
      open.set(name, held)
      return held
    },
    close: async (): Promise<void> => {
      for (const held of open.values()) {
        const connection = await held.catch(() => undefined)
        await connection
          ?.close()
          .catch(thrown => ports.log.debug('closing a connection failed', { why: String(thrown) }))
      }
      open.clear()
    },
  }
}

async function openOne(
  specs: ReadonlyMap<string, ConnectionSpec>,
  ports: ConnectionPorts,
  name: string,
): Promise<Connection> {
  const spec = specs.get(name)
  if (!spec)
    throw new EngineError({
      kind: 'configuration',
      code: 'CONNECTION_UNKNOWN',
      message: `the workspace has no connection "${name}"`,
      remedy: `Its connections: ${[...specs.keys()].join(', ') || 'none'}.`,
    })
  const { connector } = spec
  const settings = await loadSettings(connector, name, spec.settings, secretName => ports.secret(name, secretName))
  const { concurrency, perWindow } = connector.limits
  const limits = {
    concurrency: typeof settings['concurrency'] === 'number' ? settings['concurrency'] : concurrency,
    ...(perWindow ? { perWindow } : {}),
  }
  const limiter = ports.limiters?.get(name) ?? createLimiter(limits)
  ports.limiters?.set(name, limiter)
  return connector.connect({
    settings,
    connection: name,
    http: createHttp({
      ...limits,
      limiter,
      timeoutMs: ports.timeoutMs ?? TIMEOUT_MS,
      maxAnswerBytes: MAX_ANSWER_BYTES,
      signal: ports.signal,
      onCall: (label, isSignIn) => ports.onCall(label, isSignIn, name),
      onWait: ms => ports.onWait?.(name, 'turn', ms),
    }),
    log: ports.log,
    signal: ports.signal,
    clock: watchedClock(ports, name),
    random: ports.random,
    tokens: ports.tokens(name),
    facts: ports.facts(name),
    allowLoopback: ports.allowLoopback,
  })
}

/** A connector sleeps only until it may ask again. */
function watchedClock({ clock, onWait }: ConnectionPorts, connection: string): Clock {
  if (!onWait) return clock
  return {
    now: () => clock.now(),
    sleep: (ms, signal) => {
      onWait(connection, 'back-off', ms)
      return clock.sleep(ms, signal)
    },
  }
}
