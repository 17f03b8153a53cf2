import type { Json, JsonObject } from '../../../../engine/sdk/index.ts'
import type { ResourceDef } from '../resources/definition.ts'
import { createSortedKeys } from './sorted-keys.ts'

/** Records that were there at the start: made when somebody looks, so that a million of them cost no memory. */
export interface Seed {
  readonly count: number
  key(slot: number): string
  /** Undefined: the field's own default. */
  value(slot: number, field: string): Json | undefined
}

export const NO_SEED: Seed = { count: 0, key: () => '', value: () => undefined }

/** Records of one resource in ascending order of their keys. A place is an index that holds until the next insert or removal. */
export interface Table {
  readonly def: ResourceDef
  size(): number
  /** The first place whose key is not below this one. */
  placeOf(key: string): number
  keyAt(place: number): string
  /** One field of the record at this place, without making the whole. */
  valueAt(place: number, field: string): Json
  recordAt(place: number): JsonObject
  get(key: string): JsonObject | undefined
  put(key: string, record: JsonObject): void
  remove(key: string): boolean
  /** Places in the order in which the records were entered. */
  entered(): readonly number[]
}

export function createTable(def: ResourceDef, seed: Seed): Table {
  const { keys, slots, placeOf, insert, removeAt } = createSortedKeys(seed.count, seed.key, def.isNumbered)
  const changed = new Map<string, JsonObject>()
  const fields = [...def.fields.values()]
  const seeded = (place: number, name: string): Json =>
    seed.value(slots[place] ?? 0, name) ?? def.fields.get(name)?.initial ?? null
  const recordAt = (place: number): JsonObject =>
    changed.get(keys[place] ?? '') ?? Object.fromEntries(fields.map(({ name }) => [name, seeded(place, name)]))
  return {
    def,
    size: () => keys.length,
    placeOf,
    keyAt: place => keys[place] ?? '',
    valueAt: (place, name) => {
      const record = changed.get(keys[place] ?? '')
      return record ? (record[name] ?? null) : seeded(place, name)
    },
    recordAt,
    get: key => {
      const place = placeOf(key)
      return keys[place] === key ? recordAt(place) : undefined
    },
    put: (key, record) => {
      if (keys[placeOf(key)] !== key) insert(key)
      changed.set(key, record)
    },
    remove: key => {
      const place = placeOf(key)
      if (keys[place] !== key) return false
      removeAt(place)
      changed.delete(key)
      return true
    },
    entered: () => slots.map((_slot, place) => place).sort((a, b) => (slots[a] ?? 0) - (slots[b] ?? 0)),
  }
}
