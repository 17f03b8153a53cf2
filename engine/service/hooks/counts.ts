import type { Held } from '../held.ts'

/** What came in for one connection since the service started. */
export interface Deliveries {
  /** Notifications that were new and are kept. */
  readonly accepted: number
  readonly duplicates: number
  /** Deliveries that were not believed, or could not be read. */
  readonly refused: number
  /** Notifications that no flow listened to. */
  readonly unheard: number
  /** When the last one was accepted, ISO. */
  readonly lastAt: string | null
  /** Records that a schedule wrote although the flow listens: their deliveries never came. */
  readonly foundByPoll: number
}

const NONE: Deliveries = { accepted: 0, duplicates: 0, refused: 0, unheard: 0, lastAt: null, foundByPoll: 0 }

const counted = new WeakMap<Held, Map<string, Deliveries>>()

export function deliveriesOf(held: Held, connection: string): Deliveries {
  return counted.get(held)?.get(connection) ?? NONE
}

export function note(
  held: Held,
  connection: string,
  what: Exclude<keyof Deliveries, 'lastAt'>,
  more: { readonly by: number; readonly at?: Date },
): void {
  if (more.by === 0) return
  const all = counted.get(held) ?? new Map<string, Deliveries>()
  const before = all.get(connection) ?? NONE
  const lastAt = more.at?.toISOString() ?? before.lastAt
  all.set(connection, { ...before, lastAt, [what]: before[what] + more.by })
  counted.set(held, all)
}
