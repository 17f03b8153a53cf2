import type { Clock } from '../core/clock.ts'
import type { SchedulePlan } from '../core/plan.ts'
import type { OpenWorkspace } from '../host/index.ts'
import type { RunReport } from '../run/index.ts'
import { perform } from './perform.ts'
import { createQueue, type DispatchEvent, type FlowRef, type FlowState } from './queue.ts'
import { createSchedule } from './schedule.ts'
import type { Wish } from './wish.ts'

export interface DispatcherPorts {
  /** The workspace as it is now; undefined when it is not held any more. */
  workspace(name: string): OpenWorkspace | undefined
  /** By a person, or since a connection of it is paused: neither ticks nor deliveries start it. */
  isPaused(ref: FlowRef): boolean
  readonly clock: Clock
  random(): number
  readonly atOnce: number
  tell(event: DispatchEvent): void
  warn(message: string): void
}

/** When runs happen, in one process. */
export interface Dispatcher {
  /** Resolves with the report of the run that did it; rejects when none could start. Wishes for a busy flow come together. */
  request(ref: FlowRef, wish: Wish): Promise<RunReport>
  /** Ends what it does, and what waits. */
  cancel(ref: FlowRef): boolean
  /** Ends this run of it; what waits for the flow comes next. False when it does not go on here. */
  cancelRun(ref: FlowRef, runId: string): boolean
  state(ref: FlowRef): FlowState
  load(): { readonly running: number; readonly waiting: number }
  /** Sets, changes or (without a plan) ends when the flow runs by itself. */
  schedule(ref: FlowRef, plan: SchedulePlan | undefined): void
  next(ref: FlowRef): Date | null
  /** After a pause: one run for the ticks that were let go. */
  catchUp(ref: FlowRef): Promise<void>
  stop(): Promise<void>
}

export function createDispatcher(ports: DispatcherPorts): Dispatcher {
  const queue = createQueue({
    ...ports,
    perform: (ref, wish, leash) => perform(ports.workspace(ref.workspace), ref, { wish, leash }),
  })
  const schedule = createSchedule({
    clock: ports.clock,
    isPaused: ports.isPaused,
    warn: ports.warn,
    lastBegun: ref => lastBegun(ports.workspace(ref.workspace), ref.flow),
    // told as an event already
    request: (ref, wish) => void queue.request(ref, wish).catch(() => {}),
  })
  return {
    request: queue.request,
    cancel: queue.cancel,
    cancelRun: queue.cancelRun,
    state: queue.state,
    load: queue.load,
    schedule: schedule.set,
    next: schedule.next,
    catchUp: schedule.catchUp,
    stop: async () => {
      schedule.stop()
      await queue.stop()
    },
  }
}

/** Runs by hand or by key do not count: they say nothing about a tick. */
async function lastBegun(opened: OpenWorkspace | undefined, flow: string) {
  if (!opened) return { run: undefined, sweep: undefined, verify: undefined }
  const ledger = await opened.ledger()
  const begun = async (trigger: 'schedule' | 'sweep' | 'verify') => {
    const [last] = await ledger.runs({ flow, trigger, limit: 1 })
    return last && new Date(last.startedAt)
  }
  const [run, sweep, verify] = [await begun('schedule'), await begun('sweep'), await begun('verify')]
  // a sweep is a run, too
  return { run: !run || (sweep && sweep > run) ? (sweep ?? run) : run, sweep, verify }
}
