import type { Entity } from '../../../engine/sdk/index.ts'
import type { ZendeskClient } from '../client.ts'
import { createReader, type ReadStyle } from '../reader.ts'
import type { WriteStyle } from '../sending.ts'
import { createWriter } from '../writer.ts'

/** One kind of record as an entity: what is its own in a table, what all share in `reader.ts` and `writer.ts`. */
export function zendeskEntity(spec: {
  readonly title: string
  readonly read: ReadStyle
  readonly write?: WriteStyle
}): Entity<ZendeskClient> {
  return {
    title: spec.title,
    key: 'id',
    fields: spec.read.resource.fields,
    // the account's own fields have an object of their own
    customFields: false,
    read: createReader(spec.read),
    ...(spec.write ? { write: createWriter(spec.write) } : {}),
  }
}
