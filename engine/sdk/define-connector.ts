import { EngineError, toEngineError } from '../core/errors.ts'
import type { Connection, Connector, ConnectorSpec, Context, Entity, EntitySummary, Webhook } from './connector.ts'

/** Seals the client type inside, so that the registry needs no `any`. */
export function defineConnector<Settings, Client>(spec: ConnectorSpec<Settings, Client>): Connector {
  const { customEntity, webhook } = spec
  const connector: Connector = {
    name: spec.name,
    title: spec.title,
    summary: spec.summary,
    settings: spec.settings,
    limits: spec.limits,
    entities: Object.fromEntries(Object.entries(spec.entities).map(([name, it]) => [name, summarise(it)])),
    ...(customEntity ? { customEntity: (name: string) => summarise(customEntity(name)) } : {}),
    sandbox: spec.sandbox,
    canSubscribe: webhook?.subscription !== undefined,
    ...(webhook ? { webhook: deliveriesOf(webhook) } : {}),
    connect: async context => {
      // the caller validated settings against spec.settings: the one cast that this design needs
      const { connection } = context
      const client = await guarded({ spec, connection }, () => spec.open(context as Context<Settings>))
      return openConnection({ spec, connection }, connector, client)
    },
  }
  return connector
}

function deliveriesOf({ entities, verify, parse, secretSetting }: Webhook<never>): NonNullable<Connector['webhook']> {
  return { ...(entities ? { entities } : {}), ...(secretSetting ? { secretSetting } : {}), verify, parse }
}

/** A connector's declaration, and the connection that it is used for. */
interface Used<Settings, Client> {
  readonly spec: ConnectorSpec<Settings, Client>
  readonly connection: string
}

function openConnection<Settings, Client>(
  used: Used<Settings, Client>,
  connector: Connector,
  client: Client,
): Connection {
  const { spec } = used
  const guard = <T>(work: () => Promise<T>): Promise<T> => guarded(used, work)
  const entity = (name: string): Entity<Client> => {
    const found = Object.hasOwn(spec.entities, name) ? spec.entities[name] : spec.customEntity?.(name)
    if (!found) throw lacks(spec.name, `no entity "${name}"`)
    return found
  }
  const writer = (name: string) => entity(name).write ?? fail(lacks(spec.name, `no way to write ${name}`))
  const subscription = () => spec.webhook?.subscription ?? fail(lacks(spec.name, 'no subscriptions by API'))
  return {
    connector,
    ping: () => guard(() => spec.ping(client)),
    read: async function* (name, request) {
      const reader = entity(name).read ?? fail(lacks(spec.name, `no way to read ${name}`))
      try {
        yield* reader.pages(client, request)
      } catch (thrown) {
        throw classified(used, thrown)
      }
    },
    write: (name, batch) => guard(() => writer(name).write(client, batch)),
    find: (name, request) => guard(() => writer(name).find(client, request)),
    preflight: request => guard(async () => (await spec.preflight?.(client, request)) ?? { is: 'available' }),
    describe: name => guard(async () => spec.describe?.(client, name)),
    subscribe: wish => guard(() => subscription().create(client, wish)),
    renewSubscription: (held, callbackUrl) =>
      guard(() => subscription().renew?.(client, held, callbackUrl) ?? Promise.resolve(held)),
    unsubscribe: held => guard(() => subscription().remove(client, held)),
    close: () => guard(async () => spec.close?.(client)),
  }
}

function summarise<Client>(entity: Entity<Client>): EntitySummary {
  const { title, key, fields, customFields, read, write } = entity
  return {
    title,
    key,
    fields,
    customFields,
    ...(read ? { read: { modes: read.modes, cursor: read.cursor } } : {}),
    ...(write
      ? {
          write: {
            operations: write.operations,
            maxBatch: write.maxBatch,
            repeat: write.repeat,
            partial: write.partial,
            ...(write.isKept ? { isKept: write.isKept } : {}),
          },
        }
      : {}),
  }
}

async function guarded<S, C, T>(used: Used<S, C>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw classified(used, thrown)
  }
}

function classified<S, C>({ spec, connection }: Used<S, C>, thrown: unknown): EngineError {
  const error = thrown instanceof EngineError ? thrown : (spec.classify(thrown) ?? toEngineError(thrown))
  return error.metOn(connection)
}

function lacks(connector: string, what: string): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'CONNECTOR_LACKS',
    message: `${connector} has ${what}`,
    remedy: `Run "ml-connector connectors ${connector}" for what it has.`,
  })
}

function fail(error: EngineError): never {
  throw error
}
