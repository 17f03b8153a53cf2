import type { Outcome } from '../../../core/ledger.ts'
import { roleMissing } from '../../auth/errors.ts'
import { covers } from '../../auth/rights.ts'
import { badInput, unknownThing } from '../errors.ts'
import { type ApiRoute, type Asked, route } from '../route.ts'
import { count, flag, list, moment, object, orNull, text, whole } from '../schema.ts'
import { outcome, record } from '../shapes/parts.ts'
import { lineage } from '../shapes/records.ts'
import { lineageView, type Traced, tracedByKey, tracedBySink } from '../show/lineage.ts'
import { recordView } from '../show/runs.ts'
import type { LineageView, RecordView } from '../views.ts'
import { LIMIT, MOST, pageOf } from './pages.ts'

interface RecordQuery {
  readonly flow?: string
  readonly key?: string
  readonly sinkId?: string
  readonly entity?: string
  readonly run?: string
  readonly outcome?: Outcome
  readonly code?: string
  readonly since?: string
  readonly until?: string
  readonly before?: number
  readonly limit?: number
}

interface LineageQuery {
  readonly connection?: string
  readonly entity?: string
  readonly id?: string
  readonly flow?: string
  readonly key?: string
  readonly live?: boolean
}

export const recordRoutes: readonly ApiRoute[] = [
  route<RecordQuery, undefined, { readonly records: readonly RecordView[]; readonly next: number | null }>({
    method: 'GET',
    path: '/workspaces/:ws/records',
    role: 'viewer',
    summary: 'the audit trail, newest first; `entity` is that of the source, or with `sinkId` that of the target',
    query: object<RecordQuery>(
      {
        ...{ flow: text, key: text, sinkId: text, entity: text, run: text, outcome, code: text },
        ...{ since: moment, until: moment, before: whole, limit: count(MOST) },
      },
      ...(['flow', 'key', 'sinkId', 'entity', 'run', 'outcome', 'code', 'since', 'until', 'before', 'limit'] as const),
    ),
    answer: object({ records: list(record.ref), next: orNull(whole) }),
    handle: async ({ held, query }) => {
      const { key, sinkId, entity, run, limit = LIMIT, ...same } = query
      const rows = await held().ledger.events({
        ...same,
        ...(key === undefined ? {} : { sourceKey: key }),
        ...(sinkId === undefined ? {} : { sinkKey: sinkId }),
        ...(entity === undefined ? {} : { [sinkId === undefined ? 'sourceEntity' : 'sinkEntity']: entity }),
        ...(run === undefined ? {} : { runId: run }),
        limit: limit + 1,
      })
      const { shown, next } = pageOf(rows, limit, it => it.id)
      return { records: shown.map(recordView), next }
    },
  }),
  route<LineageQuery, undefined, LineageView>({
    method: 'GET',
    path: '/workspaces/:ws/lineage',
    role: 'viewer',
    summary:
      'where a record came from, by its target (connection, entity, id) or its source (flow, key); live=true asks both systems, and needs the role operator',
    query: object<LineageQuery>(
      { connection: text, entity: text, id: text, flow: text, key: text, live: flag },
      ...(['connection', 'entity', 'id', 'flow', 'key', 'live'] as const),
    ),
    answer: lineage.ref,
    handle: async asked => {
      const { held, query } = asked
      const isLive = query.live === true
      if (isLive) mayReadBodies(asked)
      const traced = await tracedOf(asked)
      if (!traced)
        throw unknownThing(
          'record',
          query.key ?? query.id ?? '',
          'No flow of this workspace has written it: a person or another program did, or the id is not the target’s own.',
        )
      return lineageView(held(), traced, isLive)
    },
  }),
]

function tracedOf({ held, query }: Asked<LineageQuery, undefined>): Promise<Traced | undefined> {
  const { connection, entity, id, flow, key } = query
  if (flow !== undefined && key !== undefined) return tracedByKey(held(), flow, key)
  if (connection !== undefined && entity !== undefined && id !== undefined)
    return tracedBySink(held(), { connection, entity, id })
  throw badInput('neither a source nor a target is named', 'Give connection, entity and id, or flow and key.')
}

/** What a record holds is for those who work on it; that it was written is for all. */
function mayReadBodies({ caller }: Pick<Asked<unknown, unknown>, 'caller'>): void {
  const [right] = caller().rights
  if (right && !covers(right.token.role, 'operator')) throw roleMissing(right.token.role, 'operator')
}
