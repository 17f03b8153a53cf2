/** Keys in their order, each with the slot under which its record was entered. */
export interface SortedKeys {
  readonly keys: readonly string[]
  /** Beside `keys`; ascending slots are the order of entry. */
  readonly slots: readonly number[]
  /** The first place whose key is not below this one. */
  placeOf(key: string): number
  insert(key: string): void
  removeAt(place: number): void
}

/** Numbers of any length by value, texts by their characters (the database compares binary). */
const comparison = (isNumbered: boolean) => (a: string, b: string) =>
  (isNumbered ? a.length - b.length : 0) || (a < b ? -1 : a > b ? 1 : 0)

export function createSortedKeys(count: number, keyOf: (slot: number) => string, isNumbered: boolean): SortedKeys {
  const compare = comparison(isNumbered)
  const seeded = Array.from({ length: count }, (_unused, slot) => keyOf(slot))
  const slots = seeded.map((_key, slot) => slot).sort((a, b) => compare(seeded[a] ?? '', seeded[b] ?? ''))
  const keys = slots.map(slot => seeded[slot] ?? '')
  let nextSlot = count
  const placeOf = (key: string): number => {
    let [low, high] = [0, keys.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(keys[middle] ?? '', key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    keys,
    slots,
    placeOf,
    insert: key => {
      const place = placeOf(key)
      keys.splice(place, 0, key)
      slots.splice(place, 0, nextSlot)
      nextSlot += 1
    },
    removeAt: place => {
      keys.splice(place, 1)
      slots.splice(place, 1)
    },
  }
}
