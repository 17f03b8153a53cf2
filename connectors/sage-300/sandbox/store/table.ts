import type { Json, JsonObject } from '../../../../engine/sdk/index.ts'
import type { ResourceDef } from '../resources/definition.ts'

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

/** Numbers of any length by value, texts by their characters (the database compares binary). */
const comparison = (isNumbered: boolean) => (a: string, b: string) =>
  (isNumbered ? a.length - b.length : 0) || (a < b ? -1 : a > b ? 1 : 0)

export function createTable(def: ResourceDef, seed: Seed): Table {
  const compare = comparison(def.isNumbered)
  const slots = Array.from({ length: seed.count }, (_unused, slot) => slot)
  const seeded = slots.map(slot => seed.key(slot))
  slots.sort((a, b) => compare(seeded[a] ?? '', seeded[b] ?? ''))
  const keys = slots.map(slot => seeded[slot] ?? '')
  const changed = new Map<string, JsonObject>()
  const fields = [...def.fields.values()]
  const placeOf = (key: string): number => {
    let [low, high] = [0, keys.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(keys[middle] ?? '', key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  // records that were entered later count on from the seeds
  let next = seed.count
  const seededValue = (slot: number, name: string): Json =>
    seed.value(slot, name) ?? def.fields.get(name)?.initial ?? null
  const table: Table = {
    def,
    size: () => keys.length,
    placeOf,
    keyAt: place => keys[place] ?? '',
    valueAt: (place, name) => {
      const record = changed.get(keys[place] ?? '')
      return record ? (record[name] ?? null) : seededValue(slots[place] ?? 0, name)
    },
    recordAt: place =>
      changed.get(keys[place] ?? '') ??
      Object.fromEntries(fields.map(({ name }) => [name, seededValue(slots[place] ?? 0, name)])),
    get: key => {
      const place = placeOf(key)
      return keys[place] === key ? table.recordAt(place) : undefined
    },
    put: (key, record) => {
      const place = placeOf(key)
      if (keys[place] !== key) {
        keys.splice(place, 0, key)
        slots.splice(place, 0, next)
        next += 1
      }
      changed.set(key, record)
    },
    remove: key => {
      const place = placeOf(key)
      if (keys[place] !== key) return false
      keys.splice(place, 1)
      slots.splice(place, 1)
      changed.delete(key)
      return true
    },
    entered: () =>
      slots
        .map((slot, place) => [slot, place] as const)
        .sort(([a], [b]) => a - b)
        .map(([, place]) => place),
  }
  return table
}
