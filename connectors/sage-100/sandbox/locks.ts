import type { KnobBoard } from './knobs.ts'
import type { TableDef } from './store/tables.ts'

/** Records that somebody has open, and files that are opened exclusively (fact sheet 9). */
export interface Locks {
  /** What a write meets: the text of the lock, or undefined where the record is free. Each meeting counts. */
  meet(def: TableDef, key: string): string | undefined
  isExclusive(def: TableDef): boolean
  metCount(): number
}

export function createLocks(knobs: KnobBoard): Locks {
  const met = new Map<string, number>()
  let total = 0
  return {
    metCount: () => total,
    isExclusive: def => knobs.now().exclusive.includes(def.name),
    meet: (def, key) => {
      const { locks, lockReleaseAfter, lockMessage } = knobs.now()
      const name = `${def.name}:${key}`
      if (!locks.includes(name)) return undefined
      const times = (met.get(name) ?? 0) + 1
      met.set(name, times)
      total += 1
      if (lockReleaseAfter > 0 && times >= lockReleaseAfter) {
        knobs.set(
          'locks',
          locks.filter(it => it !== name),
        )
        met.delete(name)
      }
      return `${def.name} ${key.replaceAll('~', '-')} ${lockMessage}`
    },
  }
}
