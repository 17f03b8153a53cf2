import type { ScheduledTask } from 'node-cron'
import type { Clock } from '../core/clock.ts'
import type { SchedulePlan } from '../core/plan.ts'
import { cronTask, hasTicked, jitterOf, periodOf } from './moments.ts'
import type { FlowRef } from './queue.ts'
import type { RunWish, Wish } from './wish.ts'

export interface SchedulePorts {
  /** Its own failures are told elsewhere: a schedule goes on whatever became of a run. */
  request(ref: FlowRef, wish: Wish): void
  /** When runs of this flow last began: any that reads all changes, and the last sweep. */
  lastBegun(ref: FlowRef): Promise<{ readonly run: Date | undefined; readonly sweep: Date | undefined }>
  /** Ticks of a paused flow are let go; `catchUp` makes up for them afterwards. */
  isPaused(ref: FlowRef): boolean
  readonly clock: Clock
  /** What could not be found out about missed ticks. */
  warn(message: string): void
}

interface Timed {
  readonly ref: FlowRef
  readonly plan: SchedulePlan
  readonly stop: AbortController
  readonly cron?: ScheduledTask
  readonly sweep?: ScheduledTask
  readonly jitterMs: number
  /** Of `every`: the next tick. */
  nextEvery?: Date
}

export type Schedule = ReturnType<typeof createSchedule>

/** When flows run by themselves: cron in their time zone by node-cron, `every`, sweeps; what was missed is made up for by one run. */
export function createSchedule(ports: SchedulePorts) {
  const flows = new Map<string, Timed>()

  const due = (timed: Timed, mode: RunWish['mode'], at: Date): void => {
    if (timed.stop.signal.aborted || ports.isPaused(timed.ref)) return
    const trigger = mode === 'sweep' ? 'sweep' : 'schedule'
    ports.request(timed.ref, { is: 'run', trigger, actor: 'schedule', mode, dueAt: at.toISOString() })
  }

  const later = (timed: Timed, mode: RunWish['mode'], delayMs: number): void => {
    const at = new Date(ports.clock.now().getTime() + delayMs)
    ports.clock.sleep(delayMs, timed.stop.signal).then(
      () => due(timed, mode, at),
      () => {},
    )
  }

  const start = (ref: FlowRef, plan: SchedulePlan): Timed => {
    const stop = new AbortController()
    const name = `${ref.workspace}/${ref.flow}`
    const timed: Timed = {
      ref,
      plan,
      stop,
      ...(plan.cron === undefined
        ? {}
        : { cron: cronTask(plan.cron, plan.timezone, () => later(timed, 'incremental', timed.jitterMs)) }),
      ...(plan.sweep === undefined
        ? {}
        : { sweep: cronTask(plan.sweep, plan.timezone, () => later(timed, 'sweep', timed.jitterMs)) }),
      jitterMs: 0,
    }
    const task = timed.cron ?? timed.sweep
    const period = plan.everyMs ?? (task ? periodOf(task) : 0)
    Object.assign(timed, { jitterMs: jitterOf(name, period, plan.jitterMs) })
    void timed.cron?.start()
    void timed.sweep?.start()
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
    const { plan, ref, cron, sweep } = timed
    const now = ports.clock.now()
    const last = await ports.lastBegun(ref)
    const isSweepDue = sweep !== undefined && last.run !== undefined && hasTicked(sweep, last.sweep ?? last.run, now)
    const isDue =
      last.run === undefined ||
      (cron !== undefined && hasTicked(cron, last.run, now)) ||
      (plan.everyMs !== undefined && last.run.getTime() + plan.everyMs <= now.getTime())
    if (!isDue && !isSweepDue) return false
    later(timed, isSweepDue ? 'sweep' : 'incremental', 0)
    return true
  }

  const end = (timed: Timed): void => {
    timed.stop.abort()
    void timed.cron?.destroy()
    void timed.sweep?.destroy()
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
    /** Of its runs and sweeps, jitter included. */
    next(ref: FlowRef): Date | null {
      const timed = flows.get(`${ref.workspace}/${ref.flow}`)
      if (!timed) return null
      const ticks = [timed.cron?.getNextRun(), timed.sweep?.getNextRun()].flatMap(it =>
        it ? [it.getTime() + timed.jitterMs] : [],
      )
      if (timed.nextEvery) ticks.push(timed.nextEvery.getTime())
      return ticks.length === 0 ? null : new Date(Math.min(...ticks))
    },
    stop(): void {
      for (const timed of flows.values()) end(timed)
      flows.clear()
    },
  }
}
