/** From an object's declaration to an entity: reader and writer are the same for all. */
import type { Entity } from '../../../engine/sdk/index.ts'
import type { AcumaticaClient } from '../client.ts'
import type { AcumaticaObject } from '../object.ts'
import { createReader } from '../read/reader.ts'
import { createWriter, type WritableObject } from '../write.ts'

/** `customFields`: an endpoint of one's own may extend an entity by fields, which are then read and written as any other. */
export function readable(object: AcumaticaObject): Entity<AcumaticaClient> {
  const { title, key, fields } = object
  return { title, key, fields, customFields: true, read: createReader(object) }
}

export function writable(object: WritableObject): Entity<AcumaticaClient> {
  return { ...readable(object), write: createWriter(object) }
}
