import type { CursorContract, DataRecord, Page, Reader, ReadRequest } from '../../engine/sdk/index.ts'
import type { ZendeskClient } from './client.ts'
import { fromCursor, type Place, startAfter, type Walk } from './cursor.ts'
import { EXPORT_PAGE, type ExportStyle, exportWalk } from './export.ts'
import { findRows } from './find.ts'
import { inChunks } from './json.ts'
import { type Found, LIST_PAGE, listWalk } from './list.ts'
import { pick, type Resource, type Row, toDeletion, toRecord } from './resource.ts'

export interface ReadStyle {
  readonly resource: Resource
  readonly cursor: CursorContract
  /** cursor: the export also serves full reads. time: full reads go through the list. */
  readonly export: ExportStyle
  /** Adds what needs further calls and was asked for by name. */
  readonly complete?: (client: ZendeskClient, rows: readonly Row[], request: ReadRequest) => Promise<readonly Row[]>
}

export function createReader(style: ReadStyle): Reader<ZendeskClient> {
  return {
    modes: ['full', 'incremental', 'by-key'],
    cursor: style.cursor,
    pages: (client, request) =>
      request.where ? wherePages(client, style, request) : walkPages(client, style, request),
  }
}

async function* walkPages(client: ZendeskClient, style: ReadStyle, request: ReadRequest): AsyncGenerator<Page> {
  const place = fromCursor(request.after)
  const walk = walkOf(style, place, request)
  const { resource } = style
  const pageSize = Math.max(1, Math.min(request.pageSize ?? EXPORT_PAGE, EXPORT_PAGE))
  const found: AsyncGenerator<Found> =
    walk.is === 'list'
      ? listWalk(client, resource, { place, walk, pageSize })
      : exportWalk(client, { resource, style: style.export, pageSize, deletes: request.deletes }, { place, walk })
  for await (const { rows, page } of found) {
    const live = await toRecords(client, style, { rows: rows.filter(row => !row.isGone), request })
    const gone = rows.filter(row => row.isGone).map(toDeletion)
    yield { ...page, records: [...live, ...gone] }
  }
}

function walkOf({ export: style }: ReadStyle, place: Place, { full }: ReadRequest): Walk {
  if (!full && place.walk) return place.walk
  if (!full && place.mark !== undefined) return { is: 'export', full: false, start: startAfter(place.mark) }
  return style === 'time' ? { is: 'list' } : { is: 'export', full: true, start: 0 }
}

async function toRecords(
  client: ZendeskClient,
  { complete }: ReadStyle,
  { rows, request }: { readonly rows: readonly Row[]; readonly request: ReadRequest },
): Promise<DataRecord[]> {
  const whole = complete ? await complete(client, rows, request) : rows
  return whole.map(row => toRecord({ ...row, fields: pick(row.fields, request.select) }))
}

async function* wherePages(client: ZendeskClient, style: ReadStyle, request: ReadRequest): AsyncGenerator<Page> {
  const { field, values } = request.where ?? { field: 'id', values: [] }
  const chunks = inChunks([...new Set(values)], LIST_PAGE)
  if (chunks.length === 0) yield { records: [], next: {} }
  for (const chunk of chunks) {
    const rows = await findRows(client, style.resource, { field, values: chunk })
    yield { records: await toRecords(client, style, { rows, request }), next: {} }
  }
}
