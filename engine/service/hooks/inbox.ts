import type { InboxRow } from '../../core/operations.ts'
import type { FlowPlan } from '../../core/plan.ts'
import type { Wish } from '../../dispatch/index.ts'
import type { RunReport } from '../../run/index.ts'
import { type Held, pauseOf } from '../held.ts'
import type { Service } from '../service.ts'
import { createAlarm } from './alarm.ts'
import { note } from './counts.ts'
import { isReadByKey, listenersOf } from './listeners.ts'

/** Hands what waits in the inbox to the flows that listen, until they have dealt with it. */
export interface InboxWorker {
  /** Something new is in the inbox. */
  wake(): void
  /** What was let lie may go on: flows have changed, or a pause has ended. */
  lookAgain(): void
  stop(): Promise<void>
}

/** What is known of a row that has not ended yet. In memory: after a restart its flows simply run again. */
interface Open {
  readonly row: InboxRow
  /** Flows that it was handed to and that have not ended. */
  readonly busy: Set<string>
  /** Flows that have dealt with it. */
  readonly done: Set<string>
  tries: number
  restsUntil: number
  hasFailed: boolean
}

const PAGE = 500
/** More rows on their way at once are not needed: a run takes what has come together. */
const MOST_BUSY = 5_000
const LOOK_MS = 60_000
const SHORTEST_NAP_MS = 1_000
const FIRST_REST_MS = 5_000
const LONGEST_REST_MS = 15 * 60_000
const FORGET_EVERY_MS = 60 * 60_000
const MEMORY_MS = 7 * 24 * 60 * 60_000
/** How a run may have ended for its notifications to be dealt with: dead letters have their own way of being tried again. */
const WELL: ReadonlySet<RunReport['state']> = new Set(['succeeded', 'partial', 'unavailable'])

export function createInboxWorker(service: Service, held: Held): InboxWorker {
  const { clock, log, dispatcher } = service
  const { ledger } = held
  const alarm = createAlarm(clock)
  const open = new Map<number, Open>()
  let after = 0
  let isStopped = false
  let forgotAt = 0
  const now = () => clock.now().getTime()

  const busyCount = () => [...open.values()].reduce((sum, it) => sum + (it.busy.size > 0 ? 1 : 0), 0)

  /** Everything that waits and was not looked at since the last look from the beginning. */
  const look = async (): Promise<void> => {
    while (!isStopped && busyCount() < MOST_BUSY) {
      const rows = await ledger.inbox({ state: 'waiting', limit: PAGE, after })
      const last = rows.at(-1)
      if (!last) return
      after = last.id
      await take(rows.filter(isFree))
    }
  }

  const isFree = ({ id }: InboxRow): boolean => {
    const known = open.get(id)
    return !known || (known.busy.size === 0 && known.restsUntil <= now())
  }

  const take = async (rows: readonly InboxRow[]): Promise<void> => {
    const finished: number[] = []
    const handed = new Map<FlowPlan, Open[]>()
    for (const row of rows) {
      const flows = listenersOf(held, row)
      const before = open.get(row.id)
      const left = flows.filter(it => !before?.done.has(it.name))
      if (flows.length === 0) note(held, row.connection, 'unheard', { by: 1 })
      if (left.length === 0) finished.push(row.id)
      const ready = left.filter(it => !pauseOf(held, it.name))
      if (before && ready.length === 0) before.restsUntil = now() + LOOK_MS
      for (const flow of ready) {
        const it = open.get(row.id) ?? newOpen(row)
        open.set(row.id, it)
        it.busy.add(flow.name)
        handed.set(flow, [...(handed.get(flow) ?? []), it])
      }
    }
    await close(finished)
    for (const [flow, entries] of handed) void hand(flow, entries)
  }

  const hand = async (flow: FlowPlan, entries: readonly Open[]): Promise<void> => {
    const ref = { workspace: held.name, flow: flow.name }
    const wish = wishOf(flow, held, [...new Set(entries.flatMap(it => it.row.keys))])
    const isWell = await dispatcher.request(ref, wish).then(
      report => WELL.has(report.state),
      () => false,
    )
    // what was not closed before the service stopped is done again by the next start
    if (isStopped) return
    await end(flow.name, entries, isWell).catch(thrown => {
      log.warn('the inbox could not be written', { workspace: held.name, why: String(thrown) })
    })
    alarm.ring()
  }

  const end = async (flow: string, entries: readonly Open[], isWell: boolean): Promise<void> => {
    const finished: number[] = []
    for (const it of entries) {
      it.busy.delete(flow)
      if (isWell) it.done.add(flow)
      else it.hasFailed = true
      if (it.busy.size > 0) continue
      if (it.hasFailed) rest(it)
      else if (listenersOf(held, it.row).every(({ name }) => it.done.has(name))) finished.push(it.row.id)
      // one of them is paused, or has just begun to listen
      else it.restsUntil = now() + LOOK_MS
    }
    await close(finished)
  }

  const rest = (it: Open): void => {
    it.restsUntil = now() + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** it.tries) * (0.75 + Math.random() / 2)
    it.tries += 1
    it.hasFailed = false
  }

  const close = async (ids: readonly number[]): Promise<void> => {
    if (ids.length === 0) return
    await ledger.closeInbox(ids)
    for (const id of ids) open.delete(id)
  }

  const forget = async (): Promise<void> => {
    if (now() - forgotAt < FORGET_EVERY_MS) return
    forgotAt = now()
    await ledger.forgetInbox(new Date(forgotAt - MEMORY_MS).toISOString())
  }

  /** Until the next row has rested enough; in any case a look from the beginning every minute. */
  const nap = async (): Promise<void> => {
    const resting = [...open.values()].filter(it => it.busy.size === 0).map(it => it.restsUntil - now())
    const wait = Math.max(SHORTEST_NAP_MS, Math.min(LOOK_MS, ...resting))
    const until = now() + wait
    await alarm.sleep(wait)
    if (now() >= until) after = 0
  }

  const work = async (): Promise<void> => {
    while (!isStopped) {
      try {
        await forget()
        await look()
      } catch (thrown) {
        log.warn('the inbox could not be read', { workspace: held.name, why: String(thrown) })
      }
      if (!isStopped) await nap()
    }
  }

  const working = work()
  return {
    wake: alarm.ring,
    lookAgain: () => {
      after = 0
      for (const it of open.values()) it.restsUntil = 0
      alarm.ring()
    },
    stop: async () => {
      isStopped = true
      alarm.ring()
      await working
    },
  }
}

const newOpen = (row: InboxRow): Open => ({
  row,
  busy: new Set(),
  done: new Set(),
  tries: 0,
  restsUntil: 0,
  hasFailed: false,
})

function wishOf(flow: FlowPlan, held: Held, keys: readonly string[]): Wish {
  const shared = { trigger: 'webhook', actor: 'webhook' } as const
  return isReadByKey(flow, held) ? { is: 'keys', ...shared, keys } : { is: 'run', ...shared, mode: 'incremental' }
}
