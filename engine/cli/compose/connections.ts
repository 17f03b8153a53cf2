import type { Ledger } from '../../core/ledger.ts'
import { factStore } from '../../ledger/index.ts'
import { type ConnectionPorts, type ConnectionSpec, createConnections } from '../../run/index.ts'
import type { TokenStore } from '../../sdk/connector.ts'
import { tokenStore } from '../../vault/index.ts'
import { named } from '../suggest.ts'
import type { OpenWorkspace } from '../workspace.ts'
import { logOf } from './log.ts'

/** What the workspace file declares, as the engine opens it. */
export function connectionSpecs({ workspace, context }: OpenWorkspace): ReadonlyMap<string, ConnectionSpec> {
  return new Map(
    [...workspace.connections.values()].map(({ name, connector, settings }) => [
      name,
      { name, connector: named('connector', connector, context.product.registry), settings },
    ]),
  )
}

/** Connections for one piece of work: signed in on demand, calls told to `onCall`. Close them afterwards. */
export function connectionsOf(opened: OpenWorkspace, ledger: Ledger, onCall: ConnectionPorts['onCall']) {
  const { context, workspace } = opened
  return createConnections(connectionSpecs(opened), {
    // the environment first: it is how a person overrides what is sealed
    secret: async (connection, name) =>
      workspace.connections.get(connection)?.secrets[name] ?? (await (await opened.vault()).secret(connection, name)),
    tokens: connection => lazyTokens(opened, connection),
    facts: connection => factStore(ledger, connection, context.clock),
    clock: context.clock,
    log: logOf(context),
    signal: context.signal,
    allowLoopback: workspace.development.loopback,
    random: Math.random,
    limiters: opened.limiters,
    onCall,
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
