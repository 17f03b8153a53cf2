import type { Cursor, DataRecord, JsonObject, Page } from '../../engine/core/record.ts'
import type { Connection, ReadRequest } from '../../engine/sdk/connector.ts'

/** What a walk from its beginning to its end gave. */
export interface Walked {
  readonly pages: readonly Page[]
  readonly records: readonly DataRecord[]
  readonly keys: readonly string[]
  readonly next: Cursor
}

/** Reads to the end. */
export async function readAll(
  connection: Connection,
  entity: string,
  wish: Partial<ReadRequest> = {},
): Promise<Walked> {
  const pages: Page[] = []
  for await (const page of connection.read(entity, { select: [], deletes: false, ...wish })) pages.push(page)
  const next = pages.at(-1)?.next
  if (!next) throw new Error('a walk yields at least one page')
  const records = pages.flatMap(page => page.records)
  return { pages, records, keys: records.map(it => it.key), next }
}

/** A cursor as it comes back from the ledger. */
export const asStored = (cursor: Cursor): Cursor => JSON.parse(JSON.stringify(cursor)) as JsonObject
