/** Deterministic choices: the same seed, subject and row always give the same. */
export interface Chance {
  /** 0 ≤ n < 2^32. */
  number(subject: number, row: number): number
  pick(list: readonly string[], subject: number, row: number): string
  /** True for about `share` of all rows. */
  happens(share: number, subject: number, row: number): boolean
}

export function createChance(seed: number): Chance {
  const number = (subject: number, row: number): number => {
    let mixed =
      Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(subject + 1, 0xc2b2ae35) ^ Math.imul(row + 1, 0x27d4eb2f)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  return {
    number,
    pick: (list, subject, row) => list[number(subject, row) % list.length] ?? '',
    happens: (share, subject, row) => number(subject, row) / 2 ** 32 < share,
  }
}
