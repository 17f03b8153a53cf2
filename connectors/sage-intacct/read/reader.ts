/** Puts the walks together as a Reader, and says how Intacct's order behaves. */
import type { CursorContract, Page, Reader, ReadRequest } from '../../../engine/sdk/index.ts'
import type { IntacctClient } from '../client.ts'
import { type IntacctObject, selectFields } from '../object.ts'
import { INTACCT_DEFAULTS } from '../settings.ts'
import { changesAfter, type Place, parseCursor } from './cursor.ts'
import { walkDeletes } from './deletes.ts'
import { DEFAULT_PAGE, MAX_PAGE, paceOf } from './query.ts'
import { type Ground, walkAll, walkChanges } from './walk.ts'
import { pagesWhere } from './where.ts'

const MINUTE_MS = 60_000

/** Sheet 5.1 and 5.4. */
export const INTACCT_CURSOR: CursorContract = {
  field: 'WHENMODIFIED',
  type: 'timestamp',
  resolution: 's',
  timeZone: 'user',
  clock: 'server',
  boundary: 'exclusive',
  order: 'ascending',
  tieBreaker: 'RECORDNO',
  nulls: { foundBy: 'WHENCREATED' },
  settleLag: {
    overlapMs: INTACCT_DEFAULTS.overlapMinutes * MINUTE_MS,
    secondPassMs: INTACCT_DEFAULTS.secondPassMinutes * MINUTE_MS,
  },
  futureSkewMs: 0,
  paging: { style: 'keyset', pageSize: MAX_PAGE, cap: null },
  editsMoveRows: true,
  childEditsTouchParent: 'unknown',
  deletes: 'audit',
}

export function createReader(object: IntacctObject): Reader<IntacctClient> {
  return {
    modes: ['full', 'incremental', 'by-key'],
    cursor: object.isDeletedByNumber ? { ...INTACCT_CURSOR, deletes: 'sweep' } : INTACCT_CURSOR,
    pages: (client, request) => readPages(client, object, request),
  }
}

async function* readPages(client: IntacctClient, object: IntacctObject, request: ReadRequest): AsyncGenerator<Page> {
  // a read by value comes in as few pages as Intacct allows: it has no place to lose
  const pageSize = request.pageSize ?? (request.where ? MAX_PAGE : DEFAULT_PAGE)
  const place = request.where ? undefined : startOf(client, request)
  const ground: Ground = {
    client,
    object,
    select: selectFields(object, request.select),
    pace: paceOf(pageSize),
    format: await client.formatting(),
  }
  if (request.where) yield* pagesWhere(ground, request.where.field, request.where.values)
  else if (place?.walk === 'full') yield* walkAll(ground, place)
  else if (place) {
    const settled = yield* walkChanges(ground, place)
    if (request.deletes && !object.isDeletedByNumber) yield* walkDeletes(ground, settled)
  }
}

function startOf(client: IntacctClient, request: ReadRequest): Exclude<Place, { walk: 'settled' }> {
  const held = request.after === undefined ? undefined : parseCursor(request.after)
  if (request.full || !held) return { walk: 'full', ...(held?.deletes ? { deletes: held.deletes } : {}) }
  if (held.walk !== 'settled') return held
  const { settings, clock } = client.context
  const lookBack = {
    overlapMs: settings.overlapMinutes * MINUTE_MS,
    secondPassMs: settings.secondPassMinutes * MINUTE_MS,
  }
  return changesAfter(held, lookBack, clock.now().getTime())
}
