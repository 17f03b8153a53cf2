import type { DeadLetterRow, Trigger } from '../core/ledger.ts'
import type { JsonObject } from '../core/record.ts'
import type { RecordChoice, RunMode } from '../run/index.ts'

/** What somebody or something wants a flow to do. */
export type Wish = RunWish | KeysWish | ReplayWish | RecordsWish | VerifyWish

/** Everything that has changed, or everything there is. */
export interface RunWish {
  readonly is: 'run'
  readonly trigger: Trigger
  readonly actor: string
  readonly mode: RunMode
  /** Write even what the ledger calls unchanged. */
  readonly force?: true
  /** Of a tick: when it was due. What it comes later is the lag. */
  readonly dueAt?: string
}

/** Just these source records. */
export interface KeysWish {
  readonly is: 'keys'
  readonly trigger: Trigger
  readonly actor: string
  readonly keys: readonly string[]
  readonly force?: true
}

/** Dead letters through the flow as it is now. */
export interface ReplayWish {
  readonly is: 'replay'
  readonly actor: string
  readonly letters: readonly DeadLetterRow[]
  readonly from: 'stored' | 'source'
  /** By id: bodies that a person edited. */
  readonly bodies?: ReadonlyMap<string, JsonObject>
}

/** All records that ended in a time, read again and through the flow as it is now. */
export interface RecordsWish {
  readonly is: 'records'
  readonly trigger: 'replay'
  readonly actor: string
  readonly choice: RecordChoice
  readonly force?: boolean
}

/** The whole source compared with the target; what is not said is as the flow says. */
export interface VerifyWish {
  readonly is: 'verify'
  readonly trigger: 'verify'
  readonly actor: string
  readonly heal?: boolean
  readonly calls?: number
  /** Of a tick: when it was due. */
  readonly dueAt?: string
}

/** Who asks by hand means it, also of a flow that is paused. */
export function isOfPerson(wish: Wish): boolean {
  if (wish.is === 'verify') return wish.dueAt === undefined
  return wish.is === 'replay' || wish.is === 'records' || wish.trigger === 'manual'
}

const BREADTH: readonly RunMode[] = ['incremental', 'backfill', 'sweep']
/** More keys at once and a run would no longer be quick: the rest goes into the next. */
const MOST_KEYS = 4_000

/**
 * One wish that does what both ask for, or undefined when they stay two. A broader run covers a narrower one; keys come together. A run never
 * covers keys: what was just told may be too fresh for its walk. Of a person's wish and a clock's, the person's name stays.
 */
export function merged(first: Wish, second: Wish): Wish | undefined {
  const isForced = ('force' in first && first.force) === ('force' in second && second.force)
  if (first.is === 'run' && second.is === 'run' && isForced) {
    const broader = BREADTH.indexOf(second.mode) > BREADTH.indexOf(first.mode) ? second.mode : first.mode
    const dueAt = first.dueAt ?? second.dueAt
    return { ...(first.trigger === 'manual' ? first : second), mode: broader, ...(dueAt ? { dueAt } : {}) }
  }
  if (first.is === 'keys' && second.is === 'keys' && isForced) {
    const keys = [...new Set([...first.keys, ...second.keys])]
    return keys.length > MOST_KEYS ? undefined : { ...(first.trigger === 'manual' ? first : second), keys }
  }
  if (first.is === 'verify' && second.is === 'verify' && first.heal === second.heal)
    return isOfPerson(first) ? first : second
  return undefined
}
