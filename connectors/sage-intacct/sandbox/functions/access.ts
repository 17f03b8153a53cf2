import type { ObjectDef } from '../objects/definition.ts'
import type { Getter, Look } from '../store/look.ts'
import type { World } from '../store/world.ts'
import { type ErrorEntry, noPermission, Refusal, refuseFunction, unknownObject } from '../wire/errors.ts'
import type { Call } from './call.ts'

/** The object, when it exists and the user may do this with it. */
export function allowedObject(call: Call, name: string, operation: string): ObjectDef {
  const { world } = call
  const def = world.catalogue.get(name)
  if (!def) throw unknownObject(name)
  if (def.name === 'AUDITHISTORY' && world.knobs().auditHistory === 'denied')
    // without errorno, as the real one (fact sheet 5.5)
    throw refuseFunction({ description2: 'You do not have permission to view audit history.' })
  if (world.knobs().deniedObjects.includes(def.name)) throw noPermission(operation, def.name)
  if (!def.canWrite && ['CREATE', 'UPDATE', 'DELETE'].includes(operation)) throw noPermission(operation, def.name)
  return def
}

/** One unreadable field fails the whole query; one error per object that has some (fact sheet 6). */
export function checkReadable(world: World, getters: readonly Getter[]): void {
  const groups = new Map<string, string[]>()
  for (const { field, owner } of getters) {
    if (!isDenied(world, owner, field.id) && !field.isGrant) continue
    groups.set(owner.name, [...(groups.get(owner.name) ?? []), field.id])
  }
  if (groups.size === 0) return
  const entries = [...groups].map(
    ([object, fields]): ErrorEntry => ({
      errorno: 'XL03000006',
      description2: `The following fields cannot be queried. Check that the fields exist and try again. [${object}: [${fields.join(', ')}] ]`,
    }),
  )
  throw new Refusal('function', entries)
}

export const isDenied = (world: World, owner: ObjectDef, field: string): boolean =>
  world.knobs().deniedFields.includes(`${owner.name}.${field}`)

/** Top level: shared records, private ones only with `showprivate`; in an entity: shared ones and its own (fact sheet 5.6). */
export function visibility(call: Call, look: Look, def: ObjectDef, showsPrivate: boolean): (slot: number) => boolean {
  const table = call.world.table(def.name)
  const isThere = (slot: number) => !look.isGone(table, slot)
  if (!def.fields.has('MEGAENTITYID')) return isThere
  if (call.locationId === '' && showsPrivate) return isThere
  const owner = look.getter(def, 'MEGAENTITYID')
  return slot => {
    if (!isThere(slot)) return false
    const entity = owner.text(slot)
    return entity === '' || entity === call.locationId
  }
}
