import type { RunState, Trigger } from '../../core/ledger.ts'
import type { Held } from '../held.ts'
import type { ServiceEvent } from '../hub.ts'

/** Dead letters are counted apart: a run that left some has read all changes all the same. */
const GOOD: readonly RunState[] = ['succeeded', 'partial']
/** The others read single records. */
const READS_ALL: readonly Trigger[] = ['schedule', 'sweep', 'manual']
const LOOK_AGAIN_MS = 10 * 60_000

/** When the last good run of each flow began. */
export interface Freshness {
  note(event: ServiceEvent): void
  /** Undefined when there was none. */
  since(held: Held, flow: string, now: Date): Promise<Date | undefined>
}

/** Kept in memory, since it is asked for often; the ledger is asked once, and again when a run by another process may have been missed. */
export function createFreshness(): Freshness {
  const known = new Map<string, { readonly since: Date | undefined; readonly readAt: number }>()
  return {
    note: event => {
      if (event.is !== 'ended' || event.wish.is !== 'run' || !GOOD.includes(event.report.state)) return
      const { ref, report } = event
      known.set(`${ref.workspace}/${ref.flow}`, { since: new Date(report.startedAt), readAt: Date.parse(event.at) })
    },
    since: async (held, flow, now) => {
      const name = `${held.name}/${flow}`
      const kept = known.get(name)
      if (kept && now.getTime() - kept.readAt < LOOK_AGAIN_MS) return kept.since
      const since = await lastGood(held, flow)
      known.set(name, { since, readAt: now.getTime() })
      return since
    },
  }
}

async function lastGood({ ledger }: Held, flow: string): Promise<Date | undefined> {
  const wishes = READS_ALL.flatMap(trigger => GOOD.map(state => ({ flow, trigger, state, limit: 1 })))
  const found = (await Promise.all(wishes.map(it => ledger.runs(it)))).flat()
  const [latest] = found
    .map(it => it.startedAt)
    .sort()
    .reverse()
  return latest === undefined ? undefined : new Date(latest)
}
