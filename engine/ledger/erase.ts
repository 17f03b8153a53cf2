import type { Selectable, Transaction } from 'kysely'
import { type Audit, type Deed, ERASED, type Erased } from '../core/audit.ts'
import { appendAction } from './actions.ts'
import { removeUnusedBodies } from './bodies.ts'
import { veil } from './chain-hash.ts'
import { eraseElsewhere, maskFailure, type Wanted } from './erase-elsewhere.ts'
import type { LinkTable, Tables } from './schema.ts'
import type { Store } from './store.ts'
import { readFailure } from './values.ts'

export function erasure(store: Store): Pick<Audit, 'eraseSubject'> {
  return {
    async eraseSubject(subject, deed) {
      const ids = await store.names.findSome([subject.connection, subject.entity])
      const wanted = { ...subject, connectionId: ids(subject.connection) ?? 0, entityId: ids(subject.entity) ?? 0 }
      const rows = await store.dialect.forGood(store.db, transaction => eraseAll(store, transaction, { wanted, deed }))
      const text = await store.names.texts(rows.linked.flatMap(it => [it.connection, it.entity]))
      const linked = rows.linked.map(it => ({ ...it, connection: text(it.connection), entity: text(it.entity) }))
      return { ...rows, linked }
    },
  }
}

type ErasedRows = Omit<Erased, 'linked'> & {
  readonly linked: readonly { readonly connection: number; readonly entity: number; readonly key: string }[]
}

async function eraseAll(
  store: Store,
  transaction: Transaction<Tables>,
  { wanted, deed }: { readonly wanted: Wanted; readonly deed: Deed },
): Promise<ErasedRows> {
  const links = await linksOf(store, transaction, wanted)
  const masked = await eraseEvents(store, transaction, wanted)
  const elsewhere = await eraseElsewhere(store, transaction, wanted)
  const bodies = await removeUnusedBodies(transaction, store.workspace)
  if (wanted.forget) await forget(store, transaction, { wanted, links, flows: [...masked.flows] })
  const [forgotten, kept] = wanted.forget ? [links.length, 0] : [0, links.length]
  const counts = { events: masked.events, ...elsewhere, bodies, forgotten, kept }
  const { connection, entity } = wanted
  // never the key: this row stays
  const subject = `${connection}/${entity}`
  await appendAction(store, transaction, { ...deed, action: 'audit.erase', subject, details: counts })
  return { ...counts, linked: othersOf(links, wanted) }
}

async function eraseEvents(store: Store, transaction: Transaction<Tables>, wanted: Wanted) {
  const columns = ['id', 'flow', 'salt', 'source_key', 'sink_key', 'did', 'failure'] as const
  const of = (side: 'source' | 'sink') =>
    transaction
      .selectFrom('record_events')
      .select([...columns])
      .where('workspace', '=', store.workspaceId)
      .where(`${side}_key`, '=', wanted.key)
      .where(`${side}_entity`, '=', wanted.entityId)
      .where(`${side}_connection`, '=', wanted.connectionId)
      .where('erased', 'is', null)
      .execute()
  const found = new Map([...(await of('source')), ...(await of('sink'))].map(row => [row.id, row]))
  for (const row of found.values()) {
    const { id, salt, source_key, sink_key, did, failure } = row
    await transaction
      .updateTable('record_events')
      .set({
        source_key: ERASED,
        sink_key: sink_key === null ? null : ERASED,
        did: wordOf(did),
        failure: failure === null ? null : JSON.stringify(maskFailure(readFailure(failure))),
        salt: null,
        erased: veil(salt, [source_key, sink_key, did, failure]),
      })
      .where('id', '=', id)
      .execute()
  }
  return { events: found.size, flows: new Set([...found.values()].map(row => row.flow)) }
}

/** `created` and the like are ours; after the first word there may be a person's reason, or a key. */
function wordOf(did: string): string {
  return /^[a-z-]*/.exec(did)?.[0] ?? ''
}

type Link = Selectable<LinkTable>

/** The known records that name it, on either side. */
function linksOf(
  { workspaceId }: Store,
  transaction: Transaction<Tables>,
  { connectionId, entityId, key }: Wanted,
): Promise<readonly Link[]> {
  return transaction
    .selectFrom('links')
    .selectAll()
    .where('workspace', '=', workspaceId)
    .where(({ and, eb, or }) => {
      const side = (name: 'source' | 'sink') =>
        and([
          eb(`${name}_key`, '=', key),
          eb(`${name}_connection`, '=', connectionId),
          eb(`${name}_entity`, '=', entityId),
        ])
      return or([side('source'), side('sink')])
    })
    .execute()
}

/** The records of the other side that known records tie to it. */
function othersOf(links: readonly Link[], { connectionId, key }: Wanted): ErasedRows['linked'] {
  const others = links.map(link =>
    link.source_key === key && link.source_connection === connectionId
      ? { connection: link.sink_connection, entity: link.sink_entity, key: link.sink_key }
      : { connection: link.source_connection, entity: link.source_entity, key: link.source_key },
  )
  return [...new Map(others.map(it => [JSON.stringify(it), it])).values()]
}

async function forget(
  { dialect, workspaceId }: Store,
  transaction: Transaction<Tables>,
  {
    wanted,
    links,
    flows,
  }: { readonly wanted: Wanted; readonly links: readonly Link[]; readonly flows: readonly number[] },
): Promise<void> {
  const gone = dialect.rowset(
    { id: 'integer' },
    links.map(({ id }) => ({ id })),
  )
  await transaction
    .deleteFrom('links')
    .where('id', 'in', transaction.selectFrom(gone.as('gone')).select('gone.id'))
    .execute()
  const all = [...new Set([...flows, ...links.map(it => it.flow)])]
  const readers = dialect.rowset(
    { id: 'integer' },
    all.map(id => ({ id })),
  )
  await transaction
    .deleteFrom('tracked')
    .where('workspace', '=', workspaceId)
    .where('flow', 'in', transaction.selectFrom(readers.as('readers')).select('readers.id'))
    .where('entity', '=', wanted.entityId)
    .where('key', '=', wanted.key)
    .execute()
}
