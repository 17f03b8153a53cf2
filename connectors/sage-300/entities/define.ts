/** From an object's declaration to an entity: reader and writer are the same for all. */
import type { Entity } from '../../../engine/sdk/index.ts'
import type { Sage300Client } from '../client.ts'
import type { Sage300Object, WritableObject } from '../object.ts'
import { createReader } from '../read/reader.ts'
import { createWriter } from '../write.ts'

/** `customFields`: a resource has many more properties than are declared here, and other ones in each release (fact sheet 8.6). */
export function readable(object: Sage300Object): Entity<Sage300Client> {
  const { title, key, fields } = object
  return { title, key, fields, customFields: true, read: createReader(object) }
}

export function writable(object: WritableObject): Entity<Sage300Client> {
  return { ...readable(object), write: createWriter(object) }
}
