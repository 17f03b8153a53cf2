/** From an object's declaration to an entity: reader and writer are the same for all. */
import type { Entity, Field, Fields } from '../../../engine/sdk/index.ts'
import type { IntacctClient } from '../client.ts'
import type { IntacctObject } from '../object.ts'
import { createReader } from '../read/reader.ts'
import { createWriter } from '../write.ts'

/** An object that is read and written through the generic functions. */
export function defineWritable(object: IntacctObject): Entity<IntacctClient> {
  const { title, key, fields } = object
  return { title, key, fields, customFields: true, read: createReader(object), write: createWriter(object) }
}

/** An object that is only read: all of its fields are read-only. */
export function defineReadable(object: IntacctObject): Entity<IntacctClient> {
  const { title, key } = object
  return { title, key, fields: locked(object.fields), customFields: true, read: createReader(object) }
}

function locked(fields: Fields): Fields {
  const lock = (field: Field): Field => ({
    ...field,
    readOnly: true,
    ...(field.fields ? { fields: locked(field.fields) } : {}),
  })
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, lock(field)]))
}
