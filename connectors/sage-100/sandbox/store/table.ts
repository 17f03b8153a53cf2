import { localOfOrdinal, ordinalOf, printTicks } from '../local-time.ts'
import { initialOf } from './columns.ts'
import { LINE_COLUMNS, type TableDef } from './tables.ts'

/** One line of an order. */
export type Line = Readonly<Record<string, string>>

/** A row: every column as text, and for orders their lines. */
export interface Row {
  readonly values: Readonly<Record<string, string>>
  readonly lines: readonly Line[]
}

/** Rows that were there at the start, in the order of (stamp, key): made when somebody looks, so that a million cost no memory. */
export interface Seed {
  readonly count: number
  keyAt(slot: number): string
  /** Undefined for a key that is none of these. */
  slotOf(key: string): number | undefined
  /** Last change as `ordinalOf` counts; never falls from slot to slot, and within a tie keys rise. */
  ordinalAt(slot: number): number
  /** Columns that are not blank, without the audit columns. */
  rowAt(slot: number): { readonly values: Readonly<Record<string, string>>; readonly lines?: readonly Line[] }
}

/** A place in the order of (stamp, key). */
export interface Place {
  readonly ordinal: number
  readonly key: string
}

export interface Entry extends Place {
  row(): Row
}

/** Rows of one table in the order of their stamps; whatever is edited moves to its new place at once. */
export interface Table {
  readonly def: TableDef
  size(): number
  get(key: string): Row | undefined
  has(key: string): boolean
  put(key: string, row: Row): void
  remove(key: string): boolean
  /** Entries at or behind this place (`isPast`: only behind). */
  from(place: Place, isPast?: boolean): Generator<Entry>
}

export const FIRST: Place = { ordinal: 0, key: '' }

const isBefore = (a: Place, b: Place) => a.ordinal < b.ordinal || (a.ordinal === b.ordinal && a.key < b.key)

/** The stamp that counts: of the last change, or of the making where that is blank (fact sheet 6). */
export function effectiveOrdinal({ values }: Row): number {
  const { DateUpdated = '', TimeUpdated = '', DateCreated = '', TimeCreated = '' } = values
  return DateUpdated === '' ? ordinalOf(DateCreated, TimeCreated) : ordinalOf(DateUpdated, TimeUpdated)
}

export function createTable(def: TableDef, seed: Seed): Table {
  const gone = new Set<number>()
  const changed = new Map<string, Place & { readonly row: Row }>()
  const order: (Place & { readonly row: Row })[] = []
  const seeded = (slot: number): Place => ({ ordinal: seed.ordinalAt(slot), key: seed.keyAt(slot) })
  const liveSlot = (key: string): number | undefined => {
    const slot = seed.slotOf(key)
    return slot === undefined || gone.has(slot) ? undefined : slot
  }
  const forget = (key: string): boolean => {
    const held = changed.get(key)
    const slot = liveSlot(key)
    if (held)
      order.splice(
        firstAt(order.length, at => order[at] ?? held, held),
        1,
      )
    else if (slot !== undefined) gone.add(slot)
    return changed.delete(key) || slot !== undefined
  }
  return {
    def,
    size: () => seed.count - gone.size + order.length,
    has: key => changed.has(key) || liveSlot(key) !== undefined,
    get: key => {
      const slot = liveSlot(key)
      return changed.get(key)?.row ?? (slot === undefined ? undefined : fullRow(def, seed, slot))
    },
    put: (key, row) => {
      forget(key)
      const entry = { ordinal: effectiveOrdinal(row), key, row }
      changed.set(key, entry)
      order.splice(
        firstAt(order.length, at => order[at] ?? entry, entry),
        0,
        entry,
      )
    },
    remove: forget,
    *from(place, isPast = false) {
      const start = isPast ? { ...place, key: `${place.key}\u0000` } : place
      let slot = firstAt(seed.count, seeded, start)
      let at = firstAt(order.length, it => order[it] ?? start, start)
      while (slot < seed.count || at < order.length) {
        if (slot < seed.count && gone.has(slot)) {
          slot += 1
          continue
        }
        const own = order[at]
        const base = slot < seed.count ? seeded(slot) : undefined
        if (own && !(base && isBefore(base, own))) {
          at += 1
          yield { ordinal: own.ordinal, key: own.key, row: () => own.row }
        } else if (base) {
          const found = slot
          slot += 1
          yield { ...base, row: () => fullRow(def, seed, found) }
        }
      }
    },
  }
}

/** The first index whose place is not before the one given. */
function firstAt(size: number, placeAt: (index: number) => Place, place: Place): number {
  let [low, high] = [0, size]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(placeAt(middle), place)) low = middle + 1
    else high = middle
  }
  return low
}

const SETUP_USER = '0000000001'

function fullRow(def: TableDef, seed: Seed, slot: number): Row {
  const { values, lines = [] } = seed.rowAt(slot)
  const { date, ticks } = localOfOrdinal(seed.ordinalAt(slot))
  const audit = {
    DateCreated: '20190502',
    TimeCreated: '09.25000',
    UserCreatedKey: SETUP_USER,
    DateUpdated: date,
    TimeUpdated: printTicks(ticks, 'mixed'),
    UserUpdatedKey: SETUP_USER,
  }
  return { values: { ...blankRow(def), ...audit, ...values }, lines: lines.map(it => ({ ...BLANK_LINE, ...it })) }
}

/** Every column as it is before anybody enters a value. */
export const blankRow = (def: Pick<TableDef, 'columns'>): Readonly<Record<string, string>> =>
  Object.fromEntries([...def.columns.values()].map(it => [it.name, initialOf(it)]))

export const BLANK_LINE: Line = blankRow({ columns: LINE_COLUMNS })
