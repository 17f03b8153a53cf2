import type { Kysely } from 'kysely'
import type { Ledger } from '../core/ledger.ts'
import type { Cursor } from '../core/record.ts'
import type { Tables } from './schema.ts'
import type { Settling, Store } from './store.ts'
import { toIso, toMs } from './values.ts'

interface Checkpoint {
  readonly workspace: string
  readonly flow: string
  readonly entity: string
  readonly cursor: Cursor
  readonly at: number
}

export function checkpoints({ db, workspace }: Store): Pick<Ledger, 'checkpoint' | 'checkpoints' | 'setCheckpoint'> {
  return {
    async checkpoint(flow, entity) {
      const row = await db
        .selectFrom('checkpoints')
        .select('cursor')
        .where('workspace', '=', workspace)
        .where('flow', '=', flow)
        .where('entity', '=', entity)
        .executeTakeFirst()
      return row && readCursor(row.cursor)
    },
    async checkpoints(flow) {
      let query = db.selectFrom('checkpoints').selectAll().where('workspace', '=', workspace)
      if (flow !== undefined) query = query.where('flow', '=', flow)
      const rows = await query.orderBy('flow').orderBy('entity').execute()
      return rows.map(row => ({
        flow: row.flow,
        entity: row.entity,
        cursor: readCursor(row.cursor),
        committedAt: toIso(row.committed_at),
      }))
    },
    async setCheckpoint(flow, entity, cursor, at) {
      if (cursor) return saveCheckpoint(db, { workspace, flow, entity, cursor, at: toMs(at) })
      await db
        .deleteFrom('checkpoints')
        .where('workspace', '=', workspace)
        .where('flow', '=', flow)
        .where('entity', '=', entity)
        .execute()
    },
  }
}

export async function settleCheckpoint({ store, transaction, settlement, at }: Settling): Promise<void> {
  const { checkpoint, flow } = settlement
  if (!checkpoint) return
  await saveCheckpoint(transaction, { ...checkpoint, workspace: store.workspace, flow, at })
}

async function saveCheckpoint(db: Kysely<Tables>, { at, ...checkpoint }: Checkpoint): Promise<void> {
  const moved = { cursor: JSON.stringify(checkpoint.cursor), committed_at: at }
  await db
    .insertInto('checkpoints')
    .values({ ...checkpoint, ...moved })
    .onConflict(conflict => conflict.columns(['workspace', 'flow', 'entity']).doUpdateSet(moved))
    .execute()
}

function readCursor(text: string): Cursor {
  return JSON.parse(text) as Cursor
}
