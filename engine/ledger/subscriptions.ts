import type { Selectable } from 'kysely'
import { EngineError, isEngineError } from '../core/errors.ts'
import type { Sealer } from '../core/ledger.ts'
import type { Operations, SubscriptionRow } from '../core/operations.ts'
import { Secret } from '../core/secret.ts'
import type { SubscriptionTable } from './schema.ts'
import type { Store } from './store.ts'
import { readFailure, toIso, toIsoOrNull, toMs, toMsOrNull } from './values.ts'

export function subscriptions(
  store: Store,
): Pick<Operations, 'subscriptions' | 'saveSubscription' | 'removeSubscription'> {
  const { db, dialect, workspace, sealer } = store
  return {
    async subscriptions() {
      const rows = await db
        .selectFrom('subscriptions')
        .selectAll()
        .where('workspace', '=', workspace)
        .orderBy('connection')
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return Promise.all(rows.map(row => toSubscription(sealer, row)))
    },
    async saveSubscription(subscription) {
      const row = await toRow(store, subscription)
      // on the disk at once: the other system delivers already, and its deliveries are refused without this secret
      await dialect.durably(db, transaction =>
        transaction
          .insertInto('subscriptions')
          .values(row)
          .onConflict(conflict => conflict.columns(['workspace', 'connection', 'id']).doUpdateSet(row))
          .execute(),
      )
    },
    async removeSubscription(connection, id) {
      await db
        .deleteFrom('subscriptions')
        .where('workspace', '=', workspace)
        .where('connection', '=', connection)
        .where('id', '=', id)
        .execute()
    },
  }
}

async function toRow({ workspace, sealer }: Store, subscription: SubscriptionRow) {
  const { connection, id, secret, failure } = subscription
  return {
    ...{ workspace, connection, id },
    entities: JSON.stringify(subscription.entities),
    callback_url: subscription.callbackUrl,
    secret: secret && (await sealer.seal(secret.reveal())),
    created_at: toMs(subscription.createdAt),
    expires_at: toMsOrNull(subscription.expiresAt),
    failure: failure && JSON.stringify(failure),
    failing_since: toMsOrNull(subscription.failingSince),
  }
}

async function toSubscription(sealer: Sealer, row: Selectable<SubscriptionTable>): Promise<SubscriptionRow> {
  return {
    connection: row.connection,
    id: row.id,
    entities: JSON.parse(row.entities) as string[],
    callbackUrl: row.callback_url,
    secret: row.secret === null ? null : await openSecret(sealer, row.secret, row),
    createdAt: toIso(row.created_at),
    expiresAt: toIsoOrNull(row.expires_at),
    failure: row.failure === null ? null : readFailure(row.failure),
    failingSince: toIsoOrNull(row.failing_since),
  }
}

async function openSecret(
  sealer: Sealer,
  sealed: string,
  { connection, id }: { readonly connection: string; readonly id: string },
): Promise<Secret> {
  try {
    return new Secret(await sealer.unseal(sealed))
  } catch (thrown) {
    if (isEngineError(thrown, 'transient')) throw thrown
    throw new EngineError({
      kind: 'configuration',
      code: 'LEDGER_SECRET_UNREADABLE',
      message: `the secret of subscription ${id} of ${connection} cannot be opened with the keys of this vault`,
      remedy:
        'Restore the vault.json (and its key) that this ledger was used with; if it is gone, remove the subscription and make it anew.',
      details: { connection, subscription: id },
      cause: thrown,
    })
  }
}
