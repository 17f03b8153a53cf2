import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { ERASED } from '../core/audit.ts'
import type { EndedFilter, Ledger } from '../core/ledger.ts'
import type { Store } from './store.ts'
import { toIso, toMs } from './values.ts'

interface FoundKey {
  readonly key: string
  readonly at: number
  readonly id: number
}

/**
 * Walks a flow's events of a time once, in their order, and takes of each key the first: whether there is an earlier one is asked of the index
 * by source key. So nothing of what was met is remembered, and events that are added while somebody pages change nothing.
 */
export function endedKeys({ db, workspaceId, names }: Store): Pick<Ledger, 'endedKeys'> {
  return {
    async endedKeys(filter) {
      const { flow, sourceConnection, sourceEntity, outcome, code, after, limit } = filter
      const named = [flow, sourceConnection, sourceEntity, outcome, code].filter(it => it !== undefined)
      const ids = await names.find(named)
      if (!ids) return []
      const isAfter = after ? sql`(ended.at, ended.id) > (${toMs(after.at)}, ${after.eventId})` : sql`true`
      // + keeps a column from choosing the index: of each of the two, one is the right one
      const { rows } = await sql<FoundKey>`
        select ended.source_key as key, ended.at, ended.id from record_events as ended
        where ended.workspace = ${workspaceId} and ended.flow = ${ids(flow)} and ${isAfter}
          and ended.source_key <> ${ERASED} and ${ending('ended', filter, ids)}
          and not exists (
            select 1 from record_events as earlier
            where earlier.workspace = ${workspaceId} and earlier.source_key = ended.source_key
              and +earlier.flow = ${ids(flow)} and ${ending('earlier', filter, ids)}
              and earlier.at <= ended.at and (earlier.at, earlier.id) < (ended.at, ended.id))
        order by ended.at, ended.id limit ${limit}`.execute(db)
      return rows.map(({ key, at, id }) => ({ key, at: toIso(at), eventId: id }))
    },
  }
}

/** How and when an event must have ended its record. */
function ending(
  of: 'ended' | 'earlier',
  { sourceConnection, sourceEntity, outcome, code, since, until }: EndedFilter,
  ids: (text: string) => number,
): RawBuilder<SqlBool> {
  const column = (name: string) => sql.ref(`${of}.${name}`)
  const all = [
    sql`${column('source_connection')} = ${ids(sourceConnection)}`,
    sql`${column('source_entity')} = ${ids(sourceEntity)}`,
    ...(outcome === undefined ? [] : [sql`+${column('outcome')} = ${ids(outcome)}`]),
    ...(code === undefined ? [] : [sql`+${column('code')} = ${ids(code)}`]),
    ...(since === undefined ? [] : [sql`${column('at')} >= ${toMs(since)}`]),
    ...(until === undefined ? [] : [sql`${column('at')} <= ${toMs(until)}`]),
  ]
  return sql<SqlBool>`${sql.join(all, sql` and `)}`
}
