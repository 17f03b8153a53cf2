import { sql, type Transaction } from 'kysely'
import type { Audit, ChainPlace, Deed, Pruned } from '../core/audit.ts'
import { EngineError } from '../core/errors.ts'
import { appendAction } from './actions.ts'
import { removeUnusedBodies } from './bodies.ts'
import { eventTrail } from './chain-rows.ts'
import type { Tables } from './schema.ts'
import type { Store } from './store.ts'
import { toMs } from './values.ts'
import { follows } from './verify.ts'

/** Events that one transaction takes away: others write in between. */
const CHUNK = 5_000

interface Cut {
  readonly before: number
  readonly deed: Deed
}

export function pruning(store: Store): Pick<Audit, 'pruneAudit'> {
  return {
    async pruneAudit(before, deed) {
      const cut = { before: toMs(before), deed }
      let [events, anchor] = [0, await anchorOf(store)]
      for (;;) {
        const taken = await store.db.transaction().execute(transaction => pruneChunk(store, transaction, cut))
        events += taken.events
        anchor = taken.anchor
        if (taken.events < CHUNK) break
      }
      const rest = await store.db.transaction().execute(transaction => pruneRest(store, transaction, cut.before))
      return { events, anchor, ...rest }
    },
  }
}

/** The oldest events, up to the first one that is to stay: what is left must begin where the anchor ends. */
async function pruneChunk(
  store: Store,
  transaction: Transaction<Tables>,
  { before, deed }: Cut,
): Promise<Pick<Pruned, 'events' | 'anchor'>> {
  const { dialect, workspace, workspaceId: id } = store
  let anchor = await anchorOf({ ...store, db: transaction })
  const page = await eventTrail.read(transaction, dialect, {
    ...{ workspace: { id, text: workspace }, after: Number.MIN_SAFE_INTEGER, limit: CHUNK },
  })
  let last: number | undefined
  let events = 0
  for (const row of page) {
    if (row.at >= before) break
    if (!follows(anchor, row)) throw chainBroken(row)
    anchor = { no: row.no ?? 0, hash: row.hash ?? '' }
    last = row.id
    events += 1
  }
  if (last === undefined) return { events, anchor }
  await transaction.deleteFrom('record_events').where(sql`+workspace`, '=', id).where('id', '<=', last).execute()
  await transaction
    .updateTable('chains')
    .set({ anchor_no: anchor.no, anchor_hash: anchor.hash })
    .where('workspace', '=', id)
    .where('trail', '=', 'events')
    .execute()
  const details = { before: new Date(before).toISOString(), events, anchorNo: anchor.no, anchorHash: anchor.hash }
  await appendAction(store, transaction, { ...deed, action: 'audit.prune', subject: 'audit', details })
  return { events, anchor }
}

async function pruneRest(
  store: Store,
  transaction: Transaction<Tables>,
  before: number,
): Promise<Pick<Pruned, 'deadLetters' | 'bodies'>> {
  const { numDeletedRows } = await transaction
    .deleteFrom('dead_letters')
    .where('workspace', '=', store.workspace)
    .where('state', 'in', ['resolved', 'discarded'])
    .where('last_seen_at', '<', before)
    .executeTakeFirst()
  return { deadLetters: Number(numDeletedRows), bodies: await removeUnusedBodies(transaction, store.workspace) }
}

async function anchorOf({ db, workspaceId }: Pick<Store, 'db' | 'workspaceId'>): Promise<ChainPlace> {
  const row = await db
    .selectFrom('chains')
    .select(['anchor_no as no', 'anchor_hash as hash'])
    .where('workspace', '=', workspaceId)
    .where('trail', '=', 'events')
    .executeTakeFirstOrThrow()
  return row
}

function chainBroken({ id }: { readonly id: number }): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'LEDGER_CHAIN_BROKEN',
    message: `the audit trail is not as it was written at event ${id}: nothing from there on is pruned`,
    remedy:
      'Run "ml-connector audit verify" to see what is wrong, and compare with a backup of the ledger from before.',
  })
}
