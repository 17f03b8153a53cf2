import type { ScheduledTask } from 'node-cron'
import type { Clock } from '../core/clock.ts'
import type { SchedulePlan } from '../core/plan.ts'
import { cronTask, hasTicked, jitterOf, periodOf } from './moments.ts'
import type { FlowRef } from './queue.ts'
import type { Wish } from './wish.ts'

export interface SchedulePorts {
  /** Its own failures are told elsewhere: a schedule goes on whatever became of a run. */
  request(ref: FlowRef, wish: Wish): void
  /** When runs of this flow last began: any that reads all changes, the last sweep, the last comparison with the target. */
  lastBegun(ref: FlowRef): Promise<Readonly<Record<'run' | 'sweep' | 'verify', Date | undefined>>>
  /** Ticks of a paused flow are let go; `catchUp` makes up for them afterwards. */
  isPaused(ref: FlowRef): boolean
  readonly clock: Clock
  /** What could not be found out about missed ticks. */
  warn(message: string): void
}

/** What a tick leads to. */
type Kind = 'incremental' | 'sweep' | 'verify'

function wishOf(kind: Kind, at: Date): Wish {
  const common = { actor: 'schedule', dueAt: at.toISOString() }
  if (kind === 'verify') return { is: 'verify', trigger: 'verify', ...common }
  return { is: 'run', trigger: kind === 'sweep' ? 'sweep' : 'schedule', mode: kind, ...common }
}

interface Timed {
  readonly ref: FlowRef
  readonly plan: SchedulePlan
  readonly stop: AbortController
  readonly cron?: ScheduledTask
  readonly sweep?: ScheduledTask
  readonly verify?: ScheduledTask
  readonly jitterMs: number
  /** Of `every`: the next tick. */
  nextEvery?: Date
}

/** The task of each kind. */
const NAMES = { incremental: 'cron', sweep: 'sweep', verify: 'verify' } as const

const tasksOf = ({ cron, sweep, verify }: Timed): readonly ScheduledTask[] =>
  [cron, sweep, verify].filter(it => it !== undefined)

export type Schedule = ReturnType<typeof createSchedule>

/** When flows run by themselves: cron in their time zone by node-cron, `every`, sweeps, comparisons; what was missed is made up for by one run. */
export function createSchedule(ports: SchedulePorts) {
  const flows = new Map<string, Timed>()

  const due = (timed: Timed, kind: Kind, at: Date): void => {
    if (timed.stop.signal.aborted || ports.isPaused(timed.ref)) return
    ports.request(timed.ref, wishOf(kind, at))
  }

  const later = (timed: Timed, kind: Kind, delayMs: number): void => {
    const at = new Date(ports.clock.now().getTime() + delayMs)
    ports.clock.sleep(delayMs, timed.stop.signal).then(
      () => due(timed, kind, at),
      () => {},
    )
  }

  const start = (ref: FlowRef, plan: SchedulePlan): Timed => {
    const stop = new AbortController()
    const name = `${ref.workspace}/${ref.flow}`
    const taskOf = (kind: Kind, cron: string | undefined) =>
      cron === undefined
        ? {}
        : { [NAMES[kind]]: cronTask(cron, plan.timezone, () => later(timed, kind, timed.jitterMs)) }
    const timed: Timed = {
      ...{ ref, plan, stop, jitterMs: 0 },
      ...taskOf('incremental', plan.cron),
      ...taskOf('sweep', plan.sweep),
      ...taskOf('verify', plan.verify),
    }
    const task = timed.cron ?? timed.sweep ?? timed.verify
    const period = plan.everyMs ?? (task ? periodOf(task) : 0)
    Object.assign(timed, { jitterMs: jitterOf(name, period, plan.jitterMs) })
    for (const it of tasksOf(timed)) void it.start()
    return timed
  }

  /** One run for all ticks that were missed, at once; then, with `every`, on and on. */
  const begin = async (timed: Timed): Promise<void> => {
    const isLate = await catchUp(timed)
    const { everyMs } = timed.plan
    if (everyMs === undefined || timed.stop.signal.aborted) return
    const now = ports.clock.now().getTime()
    const { run } = await ports.lastBegun(timed.ref)
    const first = isLate || !run ? everyMs : Math.max(0, run.getTime() + everyMs - now)
    await repeat(timed, everyMs, now + first)
  }

  /** Counted from a fixed beginning: a late tick does not push those after it. */
  const repeat = async (timed: Timed, everyMs: number, from: number): Promise<void> => {
    for (let at = from; ; at += everyMs) {
      const now = ports.clock.now().getTime()
      // a machine that slept makes up for all of it by one run
      while (at + everyMs <= now) at += everyMs
      timed.nextEvery = new Date(at)
      await ports.clock.sleep(Math.max(0, at - now), timed.stop.signal)
      due(timed, 'incremental', new Date(at))
    }
  }

  const catchUp = async (timed: Timed): Promise<boolean> => {
    const { plan, ref, cron, sweep, verify } = timed
    const now = ports.clock.now()
    const last = await ports.lastBegun(ref)
    const isVerifyDue =
      verify !== undefined && last.run !== undefined && hasTicked(verify, last.verify ?? last.run, now)
    const isSweepDue = sweep !== undefined && last.run !== undefined && hasTicked(sweep, last.sweep ?? last.run, now)
    const isDue =
      last.run === undefined ||
      (cron !== undefined && hasTicked(cron, last.run, now)) ||
      (plan.everyMs !== undefined && last.run.getTime() + plan.everyMs <= now.getTime())
    if (isVerifyDue) later(timed, 'verify', 0)
    if (!isDue && !isSweepDue) return false
    later(timed, isSweepDue ? 'sweep' : 'incremental', 0)
    return true
  }

  const end = (timed: Timed): void => {
    timed.stop.abort()
    for (const it of tasksOf(timed)) void it.destroy()
  }

  const beginQuietly = (timed: Timed): void => {
    begin(timed).catch(thrown => {
      if (!timed.stop.signal.aborted) ports.warn(`the schedule of ${timed.ref.flow} failed: ${String(thrown)}`)
    })
  }

  return {
    /** Starts it, or replaces one that has changed. Without a plan the flow runs only when it is asked to. */
    set(ref: FlowRef, plan: SchedulePlan | undefined): void {
      const name = `${ref.workspace}/${ref.flow}`
      const held = flows.get(name)
      if (held && JSON.stringify(held.plan) === JSON.stringify(plan)) return
      if (held) end(held)
      flows.delete(name)
      if (!plan) return
      const timed = start(ref, plan)
      flows.set(name, timed)
      beginQuietly(timed)
    },
    /** After a pause: one run for what was missed. */
    async catchUp(ref: FlowRef): Promise<void> {
      const timed = flows.get(`${ref.workspace}/${ref.flow}`)
      if (timed) await catchUp(timed)
    },
    /** Of its runs, sweeps and comparisons, jitter included. */
    next(ref: FlowRef): Date | null {
      const timed = flows.get(`${ref.workspace}/${ref.flow}`)
      if (!timed) return null
      const ticks = tasksOf(timed).flatMap(it => {
        const next = it.getNextRun()
        return next ? [next.getTime() + timed.jitterMs] : []
      })
      if (timed.nextEvery) ticks.push(timed.nextEvery.getTime())
      return ticks.length === 0 ? null : new Date(Math.min(...ticks))
    },
    stop(): void {
      for (const timed of flows.values()) end(timed)
      flows.clear()
    },
  }
}
