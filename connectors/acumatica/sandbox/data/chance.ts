/** Deterministic choices: the same seed, subject and row always give the same. */
export interface Chance {
  /** An integer from 0, below `limit`. */
  below(limit: number, subject: string, row: number): number
  pick(list: readonly string[], subject: string, row: number): string
}

export function createChance(seed: number): Chance {
  const below = (limit: number, subject: string, row: number): number => {
    let state = (seed + 1) * 0x9e3779b1 + row * 0x85ebca6b
    for (const letter of subject) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193)
    state = Math.imul(state ^ (state >>> 16), 0x7feb352d)
    state = Math.imul(state ^ (state >>> 15), 0x846ca68b)
    return ((state ^ (state >>> 16)) >>> 0) % limit
  }
  return { below, pick: (list, subject, row) => list[below(list.length, subject, row)] ?? '' }
}
