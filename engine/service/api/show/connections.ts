import type { Vault } from '../../../core/vault.ts'
import { secretNames } from '../../../sdk/settings.ts'
import { connectionsOfFlow, type Held } from '../../held.ts'
import { deliveriesOf } from '../../hooks/index.ts'
import type { Api } from '../api.ts'
import { errorView } from '../errors.ts'
import type { ConnectionView } from '../views.ts'
import { pauseView } from './runs.ts'

type Sealed = {
  readonly secrets: Awaited<ReturnType<Vault['secrets']>>
  readonly tokens: Awaited<ReturnType<Vault['tokens']>>
}

export async function connectionViews({ live }: Api, held: Held): Promise<readonly ConnectionView[]> {
  const { opened, ledger } = held
  const [sealed, subscriptions] = await Promise.all([sealedOf(held), ledger.subscriptions()])
  return [...opened.workspace.connections.values()].flatMap(({ name, connector: wanted, settings, secrets }) => {
    const connector = opened.host.registry.get(wanted)
    if (!connector) return []
    const paused = held.pauses.get(`connection:${name}`)
    const names = secretNames(connector.settings)
    const isSealed = (secret: string) => sealed.secrets.some(it => it.connection === name && it.name === secret)
    const { accepted, duplicates, refused, lastAt, foundByPoll } = deliveriesOf(held, name)
    const view: ConnectionView = {
      ...{ name, connector: wanted, title: connector.title },
      // a secret that somebody wrote into the file is a mistake, and is not shown either
      settings: Object.fromEntries(Object.entries(settings).filter(([it]) => !names.includes(it))),
      secrets: names.map(it => ({ name: it, isSet: secrets[it] !== undefined || isSealed(it) })),
      usedBy: opened.flows.filter(it => connectionsOfFlow(it).includes(name)).map(it => it.name),
      paused: paused ? pauseView(paused) : null,
      tokens: sealed.tokens
        .filter(it => it.connection === name)
        .map(it => ({ name: it.name, expiresAt: it.expiresAt ?? null })),
      limits: limitsOf(held, name, connector.limits.concurrency),
      lastPing: live.lastPing(held.name, name) ?? null,
      canSubscribe: connector.canSubscribe,
      subscriptions: subscriptions
        .filter(it => it.connection === name)
        .map(({ id, entities, callbackUrl, createdAt, expiresAt, failure, failingSince }) => ({
          ...{ id, entities, callbackUrl, createdAt, expiresAt, failingSince },
          failure: failure && errorView(failure),
        })),
      deliveries: { accepted, duplicates, refused, lastAt, foundByPoll },
    }
    return [view]
  })
}

function limitsOf({ opened }: Held, name: string, declared: number): ConnectionView['limits'] {
  const limiter = opened.limiters.get(name)
  const { calls } = opened.usage.of(name)
  return {
    concurrency: limiter?.concurrency ?? declared,
    running: limiter?.pending ?? 0,
    waiting: limiter?.size ?? 0,
    calls,
  }
}

/** A vault that does not open is told by /readyz: the rest is shown all the same. */
async function sealedOf({ opened }: Held): Promise<Sealed> {
  try {
    const vault = await opened.vault()
    return { secrets: await vault.secrets(), tokens: await vault.tokens() }
  } catch {
    return { secrets: [], tokens: [] }
  }
}
