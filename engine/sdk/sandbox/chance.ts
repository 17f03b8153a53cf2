/** Deterministic choices: the same seed, subject and slot always give the same. */
export interface Chance {
  /** 0 ≤ n < below. */
  number(subject: string, slot: number, below: number): number
  pick<const List extends readonly [unknown, ...unknown[]]>(list: List, subject: string, slot: number): List[number]
}

export function createChance(seed: number): Chance {
  const number = (subject: string, slot: number, below: number): number => {
    // FNV-1a over the subject, then mixed with seed and slot
    let mixed = 0x811c9dc5 ^ seed
    for (let at = 0; at < subject.length; at += 1) mixed = Math.imul(mixed ^ subject.charCodeAt(at), 0x01000193)
    mixed = Math.imul(mixed ^ slot, 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)
    return ((mixed ^ (mixed >>> 13)) >>> 0) % below
  }
  return {
    number,
    pick: (list, subject, slot) => list[number(subject, slot, list.length)] ?? list[0],
  }
}
