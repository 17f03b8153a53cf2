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

/** Before and after all times that there are. */
const [FIRST_MS, LAST_MS] = [0, 8_640_000_000_000_000]

/**
 * Walks a flow's events of a time once, in their order, and takes of each key the first: whether there is an earlier one is asked of the index
 * by source key. So nothing of what was met is remembered, and events that are added while somebody pages change nothing.
 */
export function endedKeys({ db, workspaceId, names }: Store): Pick<Ledger, 'endedKeys'> {
  return {
    async endedKeys(filter) {
      const { flow, sourceConnection, sourceEntity, outcome, code, since, until, after, limit } = filter
      const named = [flow, sourceConnection, sourceEntity, outcome, code].filter(it => it !== undefined)
      const ids = await names.find(named)
      if (!ids) return []
      const [from, to] = [since === undefined ? FIRST_MS : toMs(since), until === undefined ? LAST_MS : toMs(until)]
      const last = after ? { at: toMs(after.at), id: after.eventId } : { at: from, id: 0 }
      // flow and time as one: between two times alone, the planner would rather walk the events of all flows
      const { rows } = await sql<FoundKey>`
        select ended.source_key as key, ended.at, ended.id from record_events as ended
        where ended.workspace = ${workspaceId} and ended.source_key <> ${ERASED} and ${endingAs('ended', filter, ids)}
          and (ended.flow, ended.at, ended.id) > (${ids(flow)}, ${last.at}, ${last.id})
          and (ended.flow, ended.at) <= (${ids(flow)}, ${to})
          and not exists (
            select 1 from record_events as earlier
            where earlier.workspace = ${workspaceId} and earlier.source_key = ended.source_key
              and earlier.at <= ended.at and (earlier.at, earlier.id) < (ended.at, ended.id)
              and +earlier.at >= ${from} and +earlier.flow = ${ids(flow)} and ${endingAs('earlier', filter, ids)})
        order by ended.flow, ended.at, ended.id limit ${limit}`.execute(db)
      return rows.map(({ key, at, id }) => ({ key, at: toIso(at), eventId: id }))
    },
  }
}

/** What an event must say; + keeps it from choosing the index. */
function endingAs(
  event: 'ended' | 'earlier',
  { sourceConnection, sourceEntity, outcome, code }: EndedFilter,
  ids: (text: string) => number,
): RawBuilder<SqlBool> {
  const wanted = { source_connection: sourceConnection, source_entity: sourceEntity, outcome, code }
  const all = Object.entries(wanted).flatMap(([column, text]) =>
    text === undefined ? [] : [sql`+${sql.ref(`${event}.${column}`)} = ${ids(text)}`],
  )
  return sql<SqlBool>`${sql.join(all, sql` and `)}`
}
