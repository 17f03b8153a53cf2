import type { Json } from '../../../engine/sdk/index.ts'
import { createSortedList, type SortedList } from './sorted-list.ts'

/** What a place in any of a module's orders consists of. Times are epoch milliseconds of a whole second. */
export interface Place {
  readonly id: string
  readonly createdAt: number
  readonly modifiedAt: number
}

export interface StoredRecord extends Place {
  readonly createdBy: string
  readonly modifiedBy: string
  /** By API name; a field without a value is absent. Lookups are `{ id }`, rows of a subform carry their own ids. */
  readonly values: Readonly<Record<string, Json>>
}

export interface DeletedRecord {
  readonly id: string
  readonly displayName: string
  readonly deletedAt: number
  readonly deletedBy: string
  readonly createdBy: string
  /** Taken out of the recycle bin by a person. */
  readonly isPurged: boolean
}

export type OrderName = 'id' | 'Created_Time' | 'Modified_Time'

const byId = (a: Place, b: Place) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
const ORDERS: Record<OrderName, (a: Place, b: Place) => number> = {
  id: byId,
  Created_Time: (a, b) => a.createdAt - b.createdAt || byId(a, b),
  Modified_Time: (a, b) => a.modifiedAt - b.modifiedAt || byId(a, b),
}

/** The records of one module, with an order per sortable field and an index per field that is looked up by. */
export interface ModuleStore {
  readonly records: ReadonlyMap<string, StoredRecord>
  readonly orders: Readonly<Record<OrderName, SortedList<Place, StoredRecord>>>
  deleted: DeletedRecord[]
  put(record: StoredRecord): void
  remove(id: string): void
  /** Records whose field has this value, without regard to case. Only indexed fields may be asked for. */
  having(field: string, value: Json): readonly StoredRecord[]
  /** Indexes exactly these fields from now on. */
  index(fields: readonly string[]): void
  isIndexed(field: string): boolean
}

export function createModuleStore(): ModuleStore {
  const records = new Map<string, StoredRecord>()
  const orders = {
    id: createSortedList<Place, StoredRecord>(ORDERS.id),
    Created_Time: createSortedList<Place, StoredRecord>(ORDERS.Created_Time),
    Modified_Time: createSortedList<Place, StoredRecord>(ORDERS.Modified_Time),
  }
  const indexes = new Map<string, Index>()
  const remove = (record: StoredRecord) => {
    records.delete(record.id)
    for (const [field, index] of indexes) index.remove(record.values[field], record)
    for (const order of Object.values(orders)) order.remove(record)
  }
  return {
    records,
    orders,
    deleted: [],
    put: record => {
      const before = records.get(record.id)
      if (before) remove(before)
      records.set(record.id, record)
      for (const [field, index] of indexes) index.add(record.values[field], record)
      for (const order of Object.values(orders)) order.add(record)
    },
    remove: id => {
      const record = records.get(id)
      if (record) remove(record)
    },
    having: (field, value) => indexes.get(field)?.all(value) ?? [],
    isIndexed: field => indexes.has(field),
    index: fields => {
      for (const gone of [...indexes.keys()].filter(it => !fields.includes(it))) indexes.delete(gone)
      for (const field of fields.filter(it => !indexes.has(it))) {
        const index = createIndex()
        for (const record of records.values()) index.add(record.values[field], record)
        indexes.set(field, index)
      }
    },
  }
}

interface Index {
  add(value: Json | undefined, record: StoredRecord): void
  remove(value: Json | undefined, record: StoredRecord): void
  all(value: Json): readonly StoredRecord[]
}

/** One record per value is the rule, so that only doubles pay for an array. */
function createIndex(): Index {
  const held = new Map<string, StoredRecord | readonly StoredRecord[]>()
  const all = (value: Json | undefined): readonly StoredRecord[] => {
    const found = held.get(keyOf(value))
    return found === undefined ? [] : isList(found) ? found : [found]
  }
  const set = (key: string, list: readonly StoredRecord[]) => {
    const [only] = list
    if (only === undefined) held.delete(key)
    else held.set(key, list.length === 1 ? only : list)
  }
  return {
    all,
    add: (value, record) => {
      if (isNothing(value)) return
      set(keyOf(value), [...all(value), record])
    },
    remove: (value, record) => {
      if (isNothing(value)) return
      set(
        keyOf(value),
        all(value).filter(it => it !== record),
      )
    },
  }
}

const isList = (it: StoredRecord | readonly StoredRecord[]): it is readonly StoredRecord[] => Array.isArray(it)
const isNothing = (value: Json | undefined) => value === undefined || value === null || value === ''
const keyOf = (value: Json | undefined) => String(value).toLowerCase()
