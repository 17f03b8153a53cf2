import type { Page, Reader, ReadRequest } from '../../engine/sdk/index.ts'
import type { ZohoClient } from './client.ts'
import { columnsOf } from './columns.ts'
import { fromCursor, NOWHERE, type Place, zohoCursor } from './cursor.ts'
import { deletionPages } from './deletions.ts'
import { findRows } from './find.ts'
import { inChunks } from './json.ts'
import { type Module, toRecord } from './module.ts'
import { changePages } from './walk.ts'

/** Reads by change time in one chain of pages, then deletions, or just the records that hold given values. */
export function createReader(module: Module): Reader<ZohoClient> {
  return {
    modes: ['full', 'incremental', 'by-key'],
    cursor: zohoCursor,
    pages: (client, request) =>
      request.where ? wherePages(client, module, request) : walkPages(client, module, request),
  }
}

async function* walkPages(client: ZohoClient, module: Module, request: ReadRequest): AsyncGenerator<Page> {
  const after = fromCursor(request.after)
  // deletions since the last look are still to be told after a full walk
  const from = request.full ? { ...NOWHERE, ...goneOf(after) } : after
  const changes = changePages(client, module, {
    from,
    columns: columnsOf(module, request.select),
    pageSize: pageSizeOf(request),
    deletes: request.deletes,
  })
  let step = await changes.next()
  while (!step.done) {
    yield step.value
    step = await changes.next()
  }
  const { place, wasFull } = step.value
  // a full walk tells deletions by what it did not see
  if (request.deletes && !wasFull) yield* deletionPages(client, module, place)
}

/** A first walk that was given up counts from when it began: what it delivered may have been deleted since. */
function goneOf({ gone, seenGone, walk }: Place): Pick<Place, 'gone' | 'seenGone'> {
  const since = gone ?? walk?.began
  return since === undefined ? { seenGone } : { gone: since, seenGone }
}

const pageSizeOf = (request: ReadRequest) => Math.max(1, Math.min(request.pageSize ?? 200, zohoCursor.paging.pageSize))

/** Values per page: what two look-up calls and one read by ids bring. */
const VALUES_PER_PAGE = 100

async function* wherePages(client: ZohoClient, module: Module, request: ReadRequest): AsyncGenerator<Page> {
  const { field, values } = request.where ?? { field: 'id', values: [] }
  const chunks = inChunks([...new Set(values)], VALUES_PER_PAGE)
  if (chunks.length === 0) yield { records: [], next: {} }
  for (const chunk of chunks) {
    const rows = await findRows(client, module, { field, values: chunk, select: request.select })
    yield { records: rows.map(toRecord), next: {} }
  }
}
