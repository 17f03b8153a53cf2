/** A record with its number, and the second in which it last changed: its place in the exports. */
export interface Held {
  readonly id: number
  readonly changed: number
}

/** A place in the order of changes: by second, then by id. */
export interface Place {
  readonly changed: number
  readonly id: number
}

/** Records by id, by the time of their last change, and by keys that at most one of them has. */
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
  readonly size: number
}

/** The value under which a record is found; undefined: it has none. */
export type KeyOf<R> = (record: R) => readonly string[]

export function createStore<R extends Held>(keys: Readonly<Record<string, KeyOf<R>>> = {}): Store<R> {
  const records = new Map<number, R>()
  const ids: number[] = []
  const log = createLog((it: Place) => records.get(it.id)?.changed === it.changed)
  const indexes = Object.entries(keys).map(([name, of]) => ({ name, of, ids: new Map<string, number>() }))
  const forget = (record: R) => {
    for (const { of, ids: held } of indexes)
      for (const value of of(record)) if (held.get(value) === record.id) held.delete(value)
  }
  const at = (id: number) => lowerBound(ids.length, index => (ids[index] ?? 0) - id)
  return {
    get: id => records.get(id),
    find: (key, value) => {
      const id = indexes.find(it => it.name === key)?.ids.get(value)
      return id === undefined ? undefined : records.get(id)
    },
    put: record => {
      const before = records.get(record.id)
      if (before) forget(before)
      else if (record.id > (ids.at(-1) ?? 0)) ids.push(record.id)
      else ids.splice(at(record.id), 0, record.id)
      records.set(record.id, record)
      for (const { of, ids: held } of indexes) for (const value of of(record)) held.set(value, record.id)
      if (before?.changed !== record.changed) log.add({ changed: record.changed, id: record.id }, records.size)
    },
    remove: id => {
      const before = records.get(id)
      if (!before) return undefined
      forget(before)
      ids.splice(at(id), 1)
      records.delete(id)
      return before
    },
    *ascending(after = 0) {
      for (let index = at(after + 1); index < ids.length; index += 1) {
        const record = records.get(ids[index] ?? 0)
        if (record) yield record
      }
    },
    *descending(before = Number.MAX_SAFE_INTEGER) {
      for (let index = at(before) - 1; index >= 0; index -= 1) {
        const record = records.get(ids[index] ?? 0)
        if (record) yield record
      }
    },
    *changes(after) {
      for (const place of log.from(after)) {
        const record = records.get(place.id)
        if (record) yield record
      }
    },
    get size() {
      return records.size
    },
  }
}

const compare = (a: Place, b: Place) => a.changed - b.changed || a.id - b.id

/** Places in order. A record that changed again leaves its old place behind, which is skipped, and swept when half of all are so. */
function createLog(isCurrent: (place: Place) => boolean) {
  let places: Place[] = []
  const at = (place: Place) => lowerBound(places.length, index => compare(places[index] ?? place, place))
  return {
    add: (place: Place, live: number) => {
      if (places.length > 2 * live + 64) places = places.filter(isCurrent)
      const last = places.at(-1)
      if (!last || compare(last, place) < 0) places.push(place)
      else {
        const index = at(place)
        const found = places[index]
        if (!found || compare(found, place) !== 0) places.splice(index, 0, place)
      }
    },
    *from(after: Place): Generator<Place> {
      const seen = places
      for (let index = at({ changed: after.changed, id: after.id + 1 }); index < seen.length; index += 1) {
        const place = seen[index]
        if (place && isCurrent(place)) yield place
      }
    },
  }
}

/** The first index of a sorted sequence whose comparison is not negative. */
function lowerBound(length: number, compareAt: (index: number) => number): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareAt(middle) < 0) low = middle + 1
    else high = middle
  }
  return low
}
