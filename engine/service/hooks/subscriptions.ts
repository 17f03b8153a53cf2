import { EngineError, isEngineError } from '../../core/errors.ts'
import type { SubscriptionRow } from '../../core/operations.ts'
import { connectionsOf, type OpenWorkspace } from '../../host/index.ts'
import type { Connection, Subscription } from '../../sdk/connector.ts'
import type { Held } from '../held.ts'
import type { Service } from '../service.ts'
import { listenedTo } from './listeners.ts'

/** What a connection should be subscribed to. */
export interface Wanted {
  readonly callbackUrl: string
  readonly entities: readonly string[]
}

/** Stands for a subscription that could not be made yet: it only holds why. */
export const NOT_MADE = '-'

/** By connection; nothing without an address that outside systems reach us by. */
export function wantedOf({ publicUrl }: Service, held: Held): ReadonlyMap<string, Wanted> {
  const { workspace, host } = held.opened
  if (publicUrl === undefined) return new Map()
  const canSubscribe = (connection: string): boolean => {
    const declared = workspace.connections.get(connection)
    return declared !== undefined && host.registry.get(declared.connector)?.canSubscribe === true
  }
  const path = (name: string) => `${publicUrl}/hooks/${encodeURIComponent(held.name)}/${encodeURIComponent(name)}`
  return new Map(
    [...listenedTo(held)]
      .filter(([connection]) => canSubscribe(connection))
      .map(([connection, entities]) => [connection, { callbackUrl: path(connection), entities }]),
  )
}

export function isMade({ id }: SubscriptionRow): boolean {
  return id !== NOT_MADE
}

export function fits(row: SubscriptionRow, wanted: Wanted): boolean {
  const entities = (of: readonly string[]) => JSON.stringify([...of].sort())
  return isMade(row) && row.callbackUrl === wanted.callbackUrl && entities(row.entities) === entities(wanted.entities)
}

export interface Made {
  readonly connection: string
  readonly callbackUrl: string
  readonly createdAt: string
}

export function toRow(subscription: Subscription, made: Made): SubscriptionRow {
  const { id, entities, expiresAt = null, secret = null } = subscription
  return { ...made, id, entities, secret, expiresAt, failure: null, failingSince: null }
}

/** The row with why the last attempt failed; of a first failure also since when. */
export function failing(row: SubscriptionRow, error: EngineError, now: string): SubscriptionRow {
  return { ...row, failure: error.toFailure(), failingSince: row.failingSince ?? now }
}

export function notMade(connection: string, { callbackUrl, entities }: Wanted, now: string): SubscriptionRow {
  const none = { secret: null, expiresAt: null, failure: null, failingSince: null }
  return { connection, id: NOT_MADE, entities, callbackUrl, createdAt: now, ...none }
}

/** One call at a connection, outside a run. */
export async function atConnection<T>(
  { ledger }: Held,
  { opened, name, signal }: { readonly opened: OpenWorkspace; readonly name: string; readonly signal: AbortSignal },
  call: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connections = connectionsOf(opened, ledger, () => {}, signal)
  try {
    return await call(await connections.open(name))
  } finally {
    await connections.close()
  }
}

/** Those that are kept. One whose secret nobody can open any more is given up: its deliveries could not be believed. */
export async function readSubscriptions({ ledger }: Held, warn: (message: string) => void) {
  for (;;) {
    try {
      return await ledger.subscriptions()
    } catch (thrown) {
      const { connection, subscription } = (isEngineError(thrown, 'configuration') && thrown.details) || {}
      if (typeof connection !== 'string' || typeof subscription !== 'string') throw thrown
      warn(`${thrown instanceof EngineError ? thrown.message : ''}: it is given up and made anew`)
      await ledger.removeSubscription(connection, subscription)
    }
  }
}
