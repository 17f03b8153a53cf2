import type { Transaction } from 'kysely'
import type { TrailName } from '../core/audit.ts'
import { type Chained, chainHash, genesis, newSalts } from './chain-hash.ts'
import type { Tables } from './schema.ts'
import type { Store } from './store.ts'

/** The columns that chain a row. */
export interface Chaining {
  readonly id: number
  readonly no: number
  readonly salt: string
  readonly hash: string
}

export const CHAIN_COLUMNS = { id: 'integer', no: 'integer', salt: 'text', hash: 'text' } as const

export interface Append<Row> {
  readonly trail: TrailName
  /** Table of the trail, whose ids are given here because the hashes cover them. */
  readonly table: 'record_events' | 'actions'
  /** Rows, and what their hashes cover beside number and id. */
  readonly rows: readonly { readonly row: Row; readonly parts: Pick<Chained, 'told' | 'veiled'> }[]
}

/** Makes the beginnings of both trails, once a workspace. */
export async function beginChains({ db, workspace, workspaceId }: Store): Promise<void> {
  const found = await db.selectFrom('chains').select('trail').where('workspace', '=', workspaceId).execute()
  for (const trail of ['events', 'actions'] as const) {
    if (found.some(it => it.trail === trail)) continue
    const first = genesis(workspace, trail)
    await db
      .insertInto('chains')
      .values({ workspace: workspaceId, trail, no: 0, hash: first, anchor_no: 0, anchor_hash: first })
      .onConflict(conflict => conflict.doNothing())
      .execute()
  }
}

/**
 * Adds numbers, ids, salts and hashes to rows that this transaction goes on to insert, in this order. The row of `chains` is written first:
 * whoever appends to the same trail waits there until this transaction has ended, so no two rows ever follow the same one.
 */
export async function append<Row>(
  { dialect, workspaceId }: Store,
  transaction: Transaction<Tables>,
  { trail, table, rows }: Append<Row>,
): Promise<readonly (Row & Chaining)[]> {
  if (rows.length === 0) return []
  const head = await transaction
    .updateTable('chains')
    .set(chain => ({ no: chain('no', '+', rows.length) }))
    .where('workspace', '=', workspaceId)
    .where('trail', '=', trail)
    .returning(['no', 'hash'])
    .executeTakeFirstOrThrow()
  const ids = await dialect.reserveIds(transaction, table, rows.length)
  const salts = newSalts(rows.length)
  let { hash } = head
  const chained = rows.map(({ row, parts: { told, veiled } }, index) => {
    const no = head.no - rows.length + 1 + index
    const id = ids[index] ?? 0
    const salt = salts[index] ?? ''
    hash = chainHash(hash, { told: [no, id, ...told], veiled, salt, erased: null })
    return { ...row, id, no, salt, hash }
  })
  await transaction
    .updateTable('chains')
    .set({ hash })
    .where('workspace', '=', workspaceId)
    .where('trail', '=', trail)
    .execute()
  return chained
}
