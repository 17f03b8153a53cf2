import { createLog, lowerBound, type Place } from './change-log.ts'

/** A record with its number, and the second in which it last changed: its place in the exports. */
export interface Held {
  readonly id: number
  readonly changed: number
}

/** Records by id, by the time of their last change, by keys that one of them has, and by owners that many share. */
export interface Store<R extends Held> {
  get(id: number): R | undefined
  /** The record that has this value of a key, if any. */
  find(key: string, value: string): R | undefined
  put(record: R): void
  remove(id: number): R | undefined
  /** In ascending order of ids, from the first above `after`. */
  ascending(after?: number): Generator<R>
  /** In descending order of ids, from the first below `before`. */
  descending(before?: number): Generator<R>
  /** In order of change, strictly after the place. */
  changes(after: Place): Generator<R>
  /** Those that belong to an owner, by id. */
  ownedBy(owner: number): readonly R[]
  readonly size: number
}

export interface StoreSpec<R> {
  /** Values that a record is found under, by the name of the key. */
  readonly keys?: Readonly<Record<string, (record: R) => readonly string[]>>
  readonly owner?: (record: R) => number | null
}

export function createStore<R extends Held>({ keys = {}, owner = () => null }: StoreSpec<R> = {}): Store<R> {
  const records = new Map<number, R>()
  const ids = createIds()
  const log = createLog((it: Place) => records.get(it.id)?.changed === it.changed)
  const indexes = createIndexes(keys)
  const owned = createOwned(owner)
  const forget = (record: R) => {
    indexes.forget(record)
    owned.forget(record)
  }
  function* those(found: Iterable<number>): Generator<R> {
    for (const id of found) {
      const record = records.get(id)
      if (record) yield record
    }
  }
  return {
    get: id => records.get(id),
    find: (key, value) => records.get(indexes.find(key, value) ?? 0),
    put: record => {
      const before = records.get(record.id)
      if (before) forget(before)
      else ids.add(record.id)
      records.set(record.id, record)
      indexes.add(record)
      owned.add(record)
      if (before?.changed !== record.changed) log.add({ changed: record.changed, id: record.id }, records.size)
    },
    remove: id => {
      const before = records.get(id)
      if (!before) return undefined
      forget(before)
      ids.remove(id)
      records.delete(id)
      return before
    },
    ascending: (after = 0) => those(ids.above(after)),
    descending: (before = Number.MAX_SAFE_INTEGER) => those(ids.below(before)),
    *changes(after) {
      for (const { id } of log.from(after)) yield* those([id])
    },
    ownedBy: id => [...those([...owned.of(id)].sort((a, b) => a - b))],
    get size() {
      return records.size
    },
  }
}

/** Ids in ascending order. */
function createIds() {
  const ids: number[] = []
  const at = (id: number) => lowerBound(ids.length, index => (ids[index] ?? 0) - id)
  return {
    add: (id: number) => {
      if (id > (ids.at(-1) ?? 0)) ids.push(id)
      else ids.splice(at(id), 0, id)
    },
    remove: (id: number) => ids.splice(at(id), 1),
    *above(id: number): Generator<number> {
      for (let index = at(id + 1); index < ids.length; index += 1) yield ids[index] ?? 0
    },
    *below(id: number): Generator<number> {
      for (let index = at(id) - 1; index >= 0; index -= 1) yield ids[index] ?? 0
    },
  }
}

function createIndexes<R extends Held>(keys: NonNullable<StoreSpec<R>['keys']>) {
  const indexes = Object.entries(keys).map(([name, of]) => ({ name, of, ids: new Map<string, number>() }))
  return {
    find: (key: string, value: string) => indexes.find(it => it.name === key)?.ids.get(value),
    add: (record: R) => {
      for (const { of, ids } of indexes) for (const value of of(record)) ids.set(value, record.id)
    },
    forget: (record: R) => {
      for (const { of, ids } of indexes)
        for (const value of of(record)) if (ids.get(value) === record.id) ids.delete(value)
    },
  }
}

function createOwned<R extends Held>(owner: (record: R) => number | null) {
  const owned = new Map<number, Set<number>>()
  return {
    of: (id: number): ReadonlySet<number> => owned.get(id) ?? new Set(),
    add: (record: R) => {
      const id = owner(record)
      if (id === null) return
      const held = owned.get(id) ?? new Set()
      owned.set(id, held.add(record.id))
    },
    forget: (record: R) => owned.get(owner(record) ?? 0)?.delete(record.id),
  }
}
