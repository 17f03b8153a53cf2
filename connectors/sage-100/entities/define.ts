/** From an object's declaration to an entity: reader and writer are the same for all. */
import type { Entity } from '../../../engine/sdk/index.ts'
import type { Sage100Client } from '../client.ts'
import type { Sage100Object, WritableObject } from '../object.ts'
import { createReader } from '../read/reader.ts'
import { createWriter } from '../write.ts'

/** `customFields`: a company has user-defined fields, partner products bring more (fact sheet 10.15). */
export function readable(object: Sage100Object): Entity<Sage100Client> {
  const { title, key, fields } = object
  return { title, key, fields, customFields: true, read: createReader(object) }
}

export function writable(object: WritableObject): Entity<Sage100Client> {
  return { ...readable(object), write: createWriter(object) }
}
