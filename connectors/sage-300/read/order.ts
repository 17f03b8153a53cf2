/**
 * Ways in which a database may order keys: byte by byte, without case, as dictionaries do. Sage 300 promises no order (fact sheet 4, "Paging"):
 * a list is taken for ordered while one of them fits.
 */
const WAYS: Readonly<Record<string, (a: string, b: string) => number>> = {
  binary: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  folded: (a, b) => (a.toUpperCase() < b.toUpperCase() ? -1 : a.toUpperCase() > b.toUpperCase() ? 1 : 0),
  dictionary: new Intl.Collator('en').compare,
  // uniquifiers are beyond 2^53: the longer number is the greater one
  numeric: (a, b) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0),
}

export const waysOf = (isNumber: boolean): readonly string[] =>
  isNumber ? ['numeric'] : Object.keys(WAYS).filter(it => it !== 'numeric')

/** Those of `ways` in which each of `keys` is above the one before it. */
export function fittingWays(ways: readonly string[], keys: readonly string[]): readonly string[] {
  return ways.filter(name => {
    const compare = WAYS[name]
    if (compare === undefined) return false
    return keys.every((key, index) => index === 0 || rises(compare(keys[index - 1] ?? '', key), name))
  })
}

/** Keys that differ in case only are equal to some: no fall. */
const rises = (order: number, way: string) => order < 0 || (order === 0 && way === 'folded')

/** Ascending in some way: only to choose where to split, which any key is right for. */
export function sortedKeys(isNumber: boolean, keys: readonly string[]): readonly string[] {
  const compare = WAYS[isNumber ? 'numeric' : 'binary']
  return [...new Set(keys)].sort(compare)
}
