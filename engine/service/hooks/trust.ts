import type { Clock } from '../../core/clock.ts'
import type { SubscriptionRow } from '../../core/operations.ts'
import type { Secret } from '../../core/secret.ts'
import type { Connector, Delivery, Subscription } from '../../sdk/connector.ts'
import type { Held } from '../held.ts'
import type { Service } from '../service.ts'

/** Who may deliver: a connection whose connector hears of changes. */
export interface Receiver {
  readonly held: Held
  readonly connection: string
  readonly webhook: NonNullable<Connector['webhook']>
}

export function receiverOf(
  { workspaces }: Pick<Service, 'workspaces'>,
  workspace: string,
  connection: string,
): Receiver | undefined {
  const held = workspaces.get(workspace)
  const declared = held?.opened.workspace.connections.get(connection)
  const webhook = declared && held?.opened.host.registry.get(declared.connector)?.webhook
  return held && webhook ? { held, connection, webhook } : undefined
}

/** What deliveries are compared with. In memory: a delivery that is not believed costs no look into ledger or vault. */
export interface Trust {
  isGenuine(receiver: Receiver, delivery: Delivery): Promise<boolean>
  /** Have deliveries about this entity been believed since then? By hand: whenever that was. */
  hears(held: Held, heard: Heard): Promise<boolean>
  /** The subscriptions of a workspace as they are now. */
  setSubscriptions(held: Held, rows: readonly SubscriptionRow[]): void
}

export interface Heard {
  readonly connection: string
  readonly entity: string
  readonly since: string
}

/** A secret that was changed while the service runs counts after this long. */
const SECRET_MS = 10_000

export function createTrust(service: Pick<Service, 'clock' | 'workspaces'>): Trust {
  const subscribed = new Map<Held, ReadonlyMap<string, readonly SubscriptionRow[]>>()
  const secrets = createSecrets(service.clock)
  const rowsOf = (held: Held, connection: string) => subscribed.get(held)?.get(connection) ?? []
  return {
    isGenuine: async (receiver, delivery) => {
      const made = rowsOf(receiver.held, receiver.connection).map(toSubscription)
      const byHand = await byHandOf(receiver, secrets)
      return receiver.webhook.verify(delivery, byHand ? [...made, byHand] : made)
    },
    hears: async (held, { connection, entity, since }) => {
      const isMade = rowsOf(held, connection).some(it => it.createdAt <= since && it.entities.includes(entity))
      if (isMade) return true
      const receiver = receiverOf(service, held.name, connection)
      const byHand = receiver && (await byHandOf(receiver, secrets))
      return byHand?.entities.includes(entity) === true
    },
    setSubscriptions: (held, rows) => {
      const usable = rows.filter(it => it.secret !== null)
      subscribed.set(
        held,
        Map.groupBy(usable, it => it.connection),
      )
    },
  }
}

export function toSubscription({ id, entities, expiresAt, secret }: SubscriptionRow): Subscription {
  return { id, entities, ...(expiresAt === null ? {} : { expiresAt }), ...(secret === null ? {} : { secret }) }
}

/** Of a subscription that a person made over there: its secret is a setting of the connection. */
async function byHandOf({ held, connection, webhook }: Receiver, secrets: Secrets): Promise<Subscription | undefined> {
  const { secretSetting } = webhook
  const secret = secretSetting === undefined ? undefined : await secrets(held, connection, secretSetting)
  return secret && { id: '', entities: webhook.entities ?? [], secret }
}

type Secrets = (held: Held, connection: string, name: string) => Promise<Secret | undefined>

function createSecrets(clock: Clock): Secrets {
  const kept = new Map<string, { readonly secret: Promise<Secret | undefined>; readonly until: number }>()
  return (held, connection, name) => {
    const now = clock.now().getTime()
    const key = `${held.name}/${connection}/${name}`
    const found = kept.get(key)
    if (found && found.until > now) return found.secret
    const secret = readSecret(held, connection, name)
    kept.set(key, { secret, until: now + SECRET_MS })
    return secret
  }
}

async function readSecret({ opened }: Held, connection: string, name: string): Promise<Secret | undefined> {
  // the environment first, as everywhere
  return opened.workspace.connections.get(connection)?.secrets[name] ?? (await opened.vault()).secret(connection, name)
}
