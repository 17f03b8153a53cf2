import type { Ledger } from '../core/ledger.ts'
import { factStore } from '../ledger/index.ts'
import { type ConnectionPorts, type ConnectionSpec, createConnections } from '../run/index.ts'
import type { TokenStore } from '../sdk/connector.ts'
import { tokenStore } from '../vault/index.ts'
import type { OpenWorkspace } from './open-workspace.ts'

/** What the workspace file declares, as the engine opens it. */
export function connectionSpecs({ workspace, host }: OpenWorkspace): ReadonlyMap<string, ConnectionSpec> {
  const specs = [...workspace.connections.values()].flatMap(({ name, connector: wanted, settings }) => {
    const connector = host.registry.get(wanted)
    return connector ? [{ name, connector, settings }] : []
  })
  return new Map(specs.map(it => [it.name, it]))
}

/** Connections for one piece of work: signed in on demand, calls told to `onCall`. Close them afterwards. */
export function connectionsOf(
  opened: OpenWorkspace,
  ledger: Ledger,
  onCall: ConnectionPorts['onCall'],
  signal: AbortSignal = opened.host.signal,
) {
  const { host, workspace } = opened
  return createConnections(connectionSpecs(opened), {
    // the environment first: it is how a person overrides what is sealed
    secret: async (connection, name) =>
      workspace.connections.get(connection)?.secrets[name] ?? (await (await opened.vault()).secret(connection, name)),
    tokens: connection => lazyTokens(opened, connection),
    facts: connection => factStore(ledger, connection, host.clock),
    clock: host.clock,
    log: host.log,
    signal,
    allowLoopback: workspace.development.loopback,
    random: Math.random,
    limiters: opened.limiters,
    onCall: (label, isSignIn, connection) => {
      opened.usage.called(connection, isSignIn)
      onCall(label, isSignIn, connection)
    },
    onWait: opened.usage.waited,
  })
}

function lazyTokens(opened: OpenWorkspace, connection: string): TokenStore {
  const held = async () => tokenStore(await opened.vault(), connection)
  return {
    get: async name => (await held()).get(name),
    renew: async (name, stale, renew) => (await held()).renew(name, stale, renew),
    forget: async name => (await held()).forget(name),
  }
}
