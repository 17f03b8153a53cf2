import type { CursorContract, Page, Reader, ReadRequest } from '../../../engine/sdk/index.ts'
import { MOST_PER_PAGE } from '../agent.ts'
import type { Sage100Client } from '../client.ts'
import { selection } from '../columns.ts'
import { knownKeysOnly } from '../errors.ts'
import { findRows } from '../find.ts'
import type { Sage100Object } from '../object.ts'
import { fromCursor } from './cursor.ts'
import { OVERLAP_MS, SECOND_PASS_MS, walkPages } from './walk.ts'

/** How lists of the agent behave (fact sheet 4.1, 6, 7). */
export const CURSOR: CursorContract = {
  field: 'DateTimeUpdated',
  type: 'timestamp',
  resolution: 's',
  timeZone: 'account',
  clock: 'server',
  boundary: 'inclusive',
  order: 'ascending',
  tieBreaker: 'key',
  // where DateUpdated is blank the agent goes by DateCreated
  nulls: 'never',
  settleLag: { overlapMs: OVERLAP_MS, secondPassMs: SECOND_PASS_MS },
  futureSkewMs: 0,
  paging: { style: 'token', pageSize: MOST_PER_PAGE, cap: null },
  editsMoveRows: true,
  // lines have no stamps of their own
  childEditsTouchParent: 'unknown',
  deletes: 'sweep',
}

export function createReader(object: Sage100Object): Reader<Sage100Client> {
  return {
    modes: ['full', 'incremental', 'by-key'],
    cursor: CURSOR,
    pages: (client, request) =>
      request.where ? wherePages(client, object, request) : changePages(client, object, request),
  }
}

async function* changePages(client: Sage100Client, object: Sage100Object, request: ReadRequest): AsyncGenerator<Page> {
  fromCursor(request.after)
  if (client.agent === undefined) throw knownKeysOnly(object.name)
  yield* walkPages({ client, object, selection: selection(object, request.select) }, request)
}

async function* wherePages(client: Sage100Client, object: Sage100Object, request: ReadRequest): AsyncGenerator<Page> {
  const { field, values } = request.where ?? { field: 'id', values: [] }
  let isEmpty = true
  for await (const records of findRows(client, object, { field, values, select: request.select })) {
    isEmpty = false
    yield { records, next: {} }
  }
  if (isEmpty) yield { records: [], next: {} }
}
