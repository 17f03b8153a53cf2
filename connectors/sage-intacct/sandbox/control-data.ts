import type { Json, JsonObject, SandboxData } from '../../../engine/sdk/index.ts'
import { documentData } from './control-documents.ts'
import { createLook } from './store/look.ts'
import { createRecord, type Fields, removeRecord, updateRecord } from './store/records.ts'
import type { Table } from './store/table.ts'
import type { World } from './store/world.ts'
import { allPaths, printIso } from './wire/render.ts'
import { parseIsoStamp } from './wire/when.ts'

/** Record number of the person whom changes through the control routes are credited to. */
const PERSON = '12'

/**
 * The company's own screens, for tests: flat dotted names, all values strings, times ISO in UTC. `put` takes nested objects too.
 * A WHENMODIFIED that is given wins ('' for none); otherwise it is the sandbox's now.
 */
export function controlData(world: World): SandboxData {
  const [records, documents] = [recordData(world), documentData(world)]
  const dataOf = (entity: string) => (documents.entities.includes(entity) ? documents : records)
  return {
    entities: [...records.entities, ...documents.entities],
    list: entity => dataOf(entity).list(entity),
    put: (entity, record) => dataOf(entity).put(entity, record),
    remove: (entity, key) => dataOf(entity).remove(entity, key),
  }
}

function recordData(world: World): SandboxData {
  return {
    entities: [...world.catalogue.keys()],
    list: entity => {
      const table = world.table(entity)
      const records: JsonObject[] = []
      for (let slot = 0; slot < table.size; slot++) if (!table.isGone(slot)) records.push(asJson(world, table, slot))
      return records
    },
    put: (entity, record) => {
      const table = world.table(entity)
      const { modified, key } = table.def
      const { [modified]: at, [table.def.id]: id, ...fields } = flatten(record)
      const known = table.find(fields[key] ?? '') ?? (id === undefined ? undefined : table.findId(Number(id)))
      const author = { user: PERSON, source: 'ui' }
      const slot =
        known === undefined
          ? createRecord(world, table.def, fields, author)
          : updateRecord(world, table.def, known, fields, author)
      if (at !== undefined) table.change(slot, {}, world.clock.now(), world.knobs().lateVisibleMs, stampOf(at))
      world.journal.settle()
      return asJson(world, table, slot)
    },
    remove: (entity, key) => {
      const table = world.table(entity)
      const slot = table.find(key)
      if (slot === undefined) return false
      removeRecord(world, table.def, slot, { user: PERSON, source: 'ui' })
      world.journal.settle()
      return true
    },
  }
}

function asJson(world: World, table: Table, slot: number): JsonObject {
  const look = createLook(world, false)
  return Object.fromEntries(
    allPaths(table.def, world.catalogue).map(path => [path, printIso(look.getter(table.def, path), slot)]),
  )
}

function stampOf(text: string): number {
  if (text === '') return Number.NaN
  const seconds = parseIsoStamp(text)
  if (seconds === undefined) throw new RangeError(`"${text}" is not an ISO time with zone`)
  return seconds
}

function flatten(value: JsonObject, prefix = ''): Record<string, string> & Fields {
  const flat: Record<string, string> = {}
  for (const [name, inner] of Object.entries(value)) {
    const path = `${prefix}${name}`
    if (isObject(inner)) Object.assign(flat, flatten(inner, `${path}.`))
    else flat[path] = inner === null ? '' : String(inner)
  }
  return flat
}

const isObject = (value: Json): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
