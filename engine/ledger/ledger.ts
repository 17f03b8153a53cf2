import { type Dialect, Kysely } from 'kysely'
import type { Ledger, Sealer } from '../core/ledger.ts'
import { actions } from './actions.ts'
import { createBodies } from './bodies.ts'
import { beginChains } from './chain.ts'
import { checkpoints } from './checkpoints.ts'
import { deadLetters } from './dead-letters.ts'
import type { Capabilities } from './dialects/capabilities.ts'
import { endedKeys } from './ended-keys.ts'
import { erasure } from './erase.ts'
import { events } from './events.ts'
import { facts } from './facts.ts'
import { inbox } from './inbox.ts'
import { intents } from './intents.ts'
import { leases } from './leases.ts'
import { links } from './links.ts'
import { migrate } from './migrate.ts'
import { createNames } from './names.ts'
import { parked } from './parked.ts'
import { pauses } from './pauses.ts'
import { pruning } from './prune.ts'
import { runs } from './runs.ts'
import type { Tables } from './schema.ts'
import { settle } from './settle.ts'
import type { Store } from './store.ts'
import { subscriptions } from './subscriptions.ts'
import { tokens } from './tokens.ts'
import { tracked } from './tracked.ts'
import { verifications } from './verifications.ts'
import { verification } from './verify.ts'

export interface LedgerOptions {
  readonly workspace: string
  /** Seals record bodies and the secrets of subscriptions; asked only when one is stored or opened. */
  readonly sealer: Sealer
}

export interface OpenDialect {
  readonly dialect: Dialect
  readonly capabilities: Capabilities
  /** File or address, for messages. */
  readonly place: string
}

/** The ledger over an opened database: one theme a file, all over the same store. */
export async function openLedger(opened: OpenDialect, { workspace, sealer }: LedgerOptions): Promise<Ledger> {
  const db = new Kysely<Tables>({ dialect: opened.dialect })
  try {
    const dialect = opened.capabilities
    await migrate(db, dialect, opened.place)
    const names = createNames(db, dialect)
    const ids = await names.intern([workspace, ''])
    const store: Store = {
      ...{ db, dialect, workspace, workspaceId: ids(workspace), anyId: ids(''), names },
      bodies: createBodies(db, dialect, workspace, sealer),
      sealer,
    }
    await beginChains(store)
    return {
      ...runs(store),
      ...leases(store),
      ...checkpoints(store),
      ...tracked(store),
      ...links(store),
      ...parked(store),
      ...intents(store),
      ...settle(store),
      ...events(store),
      ...endedKeys(store),
      ...deadLetters(store),
      ...facts(store),
      ...inbox(store),
      ...subscriptions(store),
      ...tokens(store),
      ...actions(store),
      ...pauses(store),
      ...verifications(store),
      ...verification(store),
      ...pruning(store),
      ...erasure(store),
      close: () => db.destroy(),
    }
  } catch (thrown) {
    await db.destroy()
    throw thrown
  }
}
