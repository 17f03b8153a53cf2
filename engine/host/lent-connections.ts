import { EngineError } from '../core/errors.ts'
import type { Connection, Connector } from '../sdk/connector.ts'

/** Opens the real connection with the first call: who is never asked needs neither secrets nor a network. */
export function lazyConnection(connector: Connector, open: () => Promise<Connection>): Connection {
  return {
    connector,
    ping: async () => (await open()).ping(),
    read: async function* (entity, request) {
      yield* (await open()).read(entity, request)
    },
    write: async (entity, batch) => (await open()).write(entity, batch),
    find: async (entity, request) => (await open()).find(entity, request),
    preflight: async request => (await open()).preflight(request),
    describe: async entity => (await open()).describe(entity),
    subscribe: async wish => (await open()).subscribe(wish),
    renewSubscription: async (held, url) => (await open()).renewSubscription(held, url),
    unsubscribe: async held => (await open()).unsubscribe(held),
    close: async () => {},
  }
}

/** A connection that nobody may use: enrichments find nothing, look-ups at the target say that they were not made. */
export function offlineConnection(connector: Connector): Connection {
  const refuse = async (): Promise<never> => {
    throw new EngineError({
      kind: 'unavailable',
      code: 'PREVIEW_OFFLINE',
      message: 'nothing was asked of any system (--offline): these are the mapped records, not what would change',
    })
  }
  return {
    connector,
    read: async function* () {
      yield { records: [], next: {} }
    },
    preflight: async () => ({ is: 'unknown', reason: 'offline' }),
    close: async () => {},
    ping: refuse,
    write: refuse,
    find: refuse,
    describe: refuse,
    subscribe: refuse,
    renewSubscription: refuse,
    unsubscribe: refuse,
  }
}
