import type { Entity, Fields } from '../../../engine/sdk/index.ts'
import type { ZohoClient } from '../client.ts'
import type { Module } from '../module.ts'
import { createReader } from '../reader.ts'
import { createWriter } from '../writer.ts'
import { SYSTEM_FIELDS } from './fields.ts'

/** One module as an entity: what is its own in a table, what all modules share in `reader.ts` and `writer.ts`. */
export function zohoEntity(spec: {
  readonly module: string
  readonly title: string
  readonly lines?: string
  readonly fields: Fields
}): Entity<ZohoClient> {
  const fields = { ...SYSTEM_FIELDS, ...spec.fields }
  const module: Module = { name: spec.module, fields, lines: spec.lines }
  return {
    title: spec.title,
    key: 'id',
    fields,
    customFields: true,
    read: createReader(module),
    write: createWriter(module),
  }
}
