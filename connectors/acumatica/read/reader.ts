import type { CursorContract, Page, Reader, ReadRequest } from '../../../engine/sdk/index.ts'
import type { AcumaticaClient } from '../client.ts'
import { columnsOf } from '../columns.ts'
import { findRows } from '../find.ts'
import { type AcumaticaObject, modifiedOf, walkFieldOf } from '../object.ts'
import { toRecord } from '../wire.ts'
import { MOST_PER_PAGE, walkPages } from './walk.ts'

const MINUTE_MS = 60_000

/** How Acumatica's lists behave (fact sheet 5.1, 5.2, 5.6). */
export const cursorOf = (object: AcumaticaObject): CursorContract => ({
  field: object.modified[0]?.field ?? null,
  type: 'timestamp',
  resolution: 'ms',
  timeZone: 'offset',
  clock: 'server',
  boundary: 'inclusive',
  order: 'undefined',
  tieBreaker: walkFieldOf(object),
  nulls: 'never',
  settleLag: { overlapMs: 5 * MINUTE_MS, secondPassMs: 60 * MINUTE_MS },
  futureSkewMs: 0,
  paging: { style: 'keyset', pageSize: MOST_PER_PAGE, cap: null },
  // walks go along keys, which an edit leaves as they are
  editsMoveRows: false,
  childEditsTouchParent: 'unknown',
  deletes: 'sweep',
})

export function createReader(object: AcumaticaObject): Reader<AcumaticaClient> {
  const cursor = cursorOf(object)
  return {
    modes: ['full', 'incremental', 'by-key'],
    cursor,
    pages: (client, request) =>
      request.where ? wherePages(client, object, request) : changePages(client, object, { request, cursor }),
  }
}

function changePages(
  client: AcumaticaClient,
  object: AcumaticaObject,
  { request, cursor }: { readonly request: ReadRequest; readonly cursor: CursorContract },
): AsyncGenerator<Page> {
  const modified = modifiedOf(object, client.context.settings)
  const ground = { client, object, modified, columns: columnsOf(object, request.select, modified) }
  return walkPages(ground, request, cursor.settleLag)
}

async function* wherePages(
  client: AcumaticaClient,
  object: AcumaticaObject,
  request: ReadRequest,
): AsyncGenerator<Page> {
  const { field, values } = request.where ?? { field: 'id', values: [] }
  let isEmpty = true
  for await (const rows of findRows(client, object, { field, values, select: request.select })) {
    isEmpty = false
    yield { records: rows.map(toRecord), next: {} }
  }
  if (isEmpty) yield { records: [], next: {} }
}
