/**
 * Ways in which a database may order keys: byte by byte, without case, as dictionaries do, or with hyphens ignored. Which one an instance has is
 * not documented; a list is taken for ordered while one of them fits.
 */
const WAYS: Readonly<Record<string, (a: string, b: string) => number>> = {
  binary: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  folded: (a, b) => WAYS['binary']?.(a.toUpperCase(), b.toUpperCase()) ?? 0,
  dictionary: new Intl.Collator('en').compare,
  words: new Intl.Collator('en', { ignorePunctuation: true }).compare,
  numeric: (a, b) => Number(a) - Number(b),
}

export const ALL_WAYS: readonly string[] = Object.keys(WAYS)

/** Those of `ways` in which `keys` never fall. `numeric` fits numbers only. */
export function fittingWays(ways: readonly string[], keys: readonly string[]): readonly string[] {
  return ways.filter(name => {
    const compare = WAYS[name]
    return compare !== undefined && keys.every((key, index) => index === 0 || compare(keys[index - 1] ?? '', key) <= 0)
  })
}

/** Distinct keys, ascending in some way: only to choose where to split, which any key is right for. */
export const sortedKeys = (keys: readonly string[]): readonly string[] => {
  const areNumbers = keys.every(key => /^\d+$/.test(key))
  const compare = (areNumbers ? WAYS['numeric'] : WAYS['binary']) ?? (() => 0)
  return [...new Set(keys)].sort(compare)
}
