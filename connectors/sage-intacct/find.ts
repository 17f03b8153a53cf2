/** Records by the value of one field, for look-ups before and after a write. */
import type { FindRequest, FoundRecord } from '../../engine/sdk/index.ts'
import type { IntacctClient } from './client.ts'
import { type IntacctObject, selectFields } from './object.ts'
import { MAX_PAGE, paceOf } from './read/query.ts'
import { rowsWhere } from './read/where.ts'

/** `id` is RECORDNO, which is the sink key of every record. */
export async function findRecords(
  client: IntacctClient,
  object: IntacctObject,
  request: FindRequest,
): Promise<readonly FoundRecord[]> {
  const isId = request.field === 'id' || request.field === 'RECORDNO'
  const values = isId ? request.values.filter(value => /^\d+$/.test(value)) : request.values
  const ground = {
    client,
    object,
    select: selectFields(object, request.select),
    pace: paceOf(MAX_PAGE),
    format: await client.formatting(),
  }
  const found: FoundRecord[] = []
  for await (const rows of rowsWhere(ground, isId ? 'RECORDNO' : request.field, values))
    for (const { recordNo, record } of rows)
      found.push({
        sinkKey: recordNo,
        fields: record.fields,
        ...(record.version === undefined ? {} : { version: record.version }),
      })
  return found
}
