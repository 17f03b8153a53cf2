import { type Selectable, type SqlBool, sql } from 'kysely'
import type { InboxEntry, InboxRow, Operations } from '../core/operations.ts'
import { integers, texts } from './dialects/columns.ts'
import type { InboxTable } from './schema.ts'
import type { Store } from './store.ts'
import { toIso, toMs, unique } from './values.ts'

const COLUMNS = {
  ...integers('position'),
  ...texts('connection', 'delivery_id', 'entity', 'change', 'keys'),
  ...integers('received_at'),
}

type Inbox = Pick<Operations, 'receive' | 'inbox' | 'inboxCount' | 'closeInbox' | 'forgetInbox'>

export function inbox(store: Store): Inbox {
  const { db, dialect, workspace } = store
  return {
    receive: entries => receive(store, entries),
    async inbox({ state, limit, after }) {
      let query = db.selectFrom('inbox').selectAll().where('workspace', '=', workspace).where('state', '=', state)
      if (after !== undefined) query = query.where('id', '>', after)
      const rows = await query.orderBy('id').limit(limit).execute()
      return rows.map(toInbox)
    },
    async inboxCount(state) {
      const row = await db
        .selectFrom('inbox')
        .where('workspace', '=', workspace)
        .where('state', '=', state)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirst()
      return Number(row?.count ?? 0)
    },
    async closeInbox(ids) {
      const closed = dialect.rowset(
        { id: 'integer' },
        ids.map(id => ({ id })),
      )
      await db
        .updateTable('inbox')
        .set({ state: 'done' })
        .where('workspace', '=', workspace)
        .where('id', 'in', db.selectFrom(closed.as('closed')).select('closed.id'))
        .execute()
    },
    async forgetInbox(before) {
      const { numDeletedRows } = await db
        .deleteFrom('inbox')
        .where('workspace', '=', workspace)
        .where('state', '=', 'done')
        .where('received_at', '<', toMs(before))
        .executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}

async function receive(
  { db, dialect, workspace }: Store,
  entries: readonly InboxEntry[],
): Promise<readonly InboxRow[]> {
  if (entries.length === 0) return []
  const fresh = dialect.rowset(COLUMNS, merged(entries).map(toRow))
  // on the disk before the delivery is answered: it will not be sent again
  const rows = await dialect.durably(db, transaction =>
    transaction
      .insertInto('inbox')
      .columns(['workspace', 'connection', 'delivery_id', 'entity', 'change', 'keys', 'received_at', 'state'])
      .expression(
        transaction
          .selectFrom(fresh.as('fresh'))
          .select([sql<string>`${workspace}`.as('workspace'), 'connection', 'delivery_id', 'entity', 'change', 'keys'])
          .select(['received_at', sql.lit('waiting').as('state')])
          // without it, SQLite takes `on conflict` for a join
          .where(sql<SqlBool>`true`)
          .orderBy('position'),
      )
      .onConflict(conflict =>
        conflict.columns(['workspace', 'connection', 'delivery_id', 'entity', 'change']).doNothing(),
      )
      .returningAll()
      .execute(),
  )
  return rows.map(toInbox).sort((one, other) => one.id - other.id)
}

/** What one delivery says about an entity in several places is one entry: the second place must not pass for a repetition of the first. */
function merged(entries: readonly InboxEntry[]): InboxEntry[] {
  const those = Map.groupBy(entries, it => JSON.stringify([it.connection, it.deliveryId, it.entity, it.change]))
  return [...those.values()].flatMap(([first, ...rest]) =>
    first ? [{ ...first, keys: unique([first, ...rest].flatMap(it => it.keys)) }] : [],
  )
}

function toRow(entry: InboxEntry, position: number) {
  return {
    position,
    connection: entry.connection,
    delivery_id: entry.deliveryId,
    entity: entry.entity,
    change: entry.change,
    keys: JSON.stringify(entry.keys),
    received_at: toMs(entry.receivedAt),
  }
}

function toInbox(row: Selectable<InboxTable>): InboxRow {
  return {
    id: row.id,
    connection: row.connection,
    deliveryId: row.delivery_id,
    entity: row.entity,
    change: row.change,
    keys: JSON.parse(row.keys) as string[],
    receivedAt: toIso(row.received_at),
    state: row.state,
  }
}
