import type { CursorContract, Page, Reader, ReadRequest } from '../../../engine/sdk/index.ts'
import type { Sage300Client } from '../client.ts'
import { findRows } from '../find.ts'
import { MAINTAINED, type Sage300Object } from '../object.ts'
import { MOST_PER_PAGE } from '../settings.ts'
import { toRecord } from '../wire.ts'
import { LOOK_BACK_DAYS, walkPages } from './walk.ts'

const DAY_MS = 24 * 60 * 60_000

/** How collections behave (fact sheet 4). */
export const cursorOf = ({ key, changes }: Sage300Object): CursorContract => ({
  ...(changes.by === 'day'
    ? { field: MAINTAINED, type: 'date', resolution: 'day', timeZone: 'account' }
    : { field: null, type: 'none', resolution: 'none', timeZone: 'none' }),
  clock: 'server',
  boundary: 'inclusive',
  order: 'undefined',
  tieBreaker: key,
  nulls: 'never',
  // a full second pass is the sweep: nothing tells how late a change can become visible
  settleLag: { overlapMs: LOOK_BACK_DAYS * DAY_MS, secondPassMs: LOOK_BACK_DAYS * DAY_MS },
  futureSkewMs: 0,
  paging: { style: 'keyset', pageSize: MOST_PER_PAGE, cap: null },
  // walks go along keys, which an edit leaves as they are
  editsMoveRows: false,
  childEditsTouchParent: 'unknown',
  deletes: 'sweep',
})

export function createReader(object: Sage300Object): Reader<Sage300Client> {
  return {
    modes: ['full', 'incremental', 'by-key'],
    cursor: cursorOf(object),
    pages: (client, request) =>
      request.where ? wherePages(client, object, request) : walkPages(client, object, request),
  }
}

async function* wherePages(client: Sage300Client, object: Sage300Object, request: ReadRequest): AsyncGenerator<Page> {
  const { field, values } = request.where ?? { field: 'id', values: [] }
  let isEmpty = true
  for await (const rows of findRows(client, object, { field, values, select: request.select })) {
    isEmpty = false
    yield { records: rows.map(toRecord), next: {} }
  }
  if (isEmpty) yield { records: [], next: {} }
}
