import PQueue from 'p-queue'
import type { Clock } from '../core/clock.ts'
import { EngineError, isEngineError, toEngineError } from '../core/errors.ts'
import type { Progress, RunReport } from '../run/index.ts'
import { isOfPerson, merged, type Wish } from './wish.ts'

/** A flow of a workspace that this process holds. */
export interface FlowRef {
  readonly workspace: string
  readonly flow: string
}

/** What a piece of work is given while it goes on. */
export interface Leash {
  readonly signal: AbortSignal
  onStart(runId: string): void
  onProgress(progress: Progress): void
}

export interface QueuePorts {
  /** Does it, with the flow as it is now. Throws what keeps it from starting. */
  perform(ref: FlowRef, wish: Wish, leash: Leash): Promise<RunReport>
  /** Asked when its turn has come: what no person wished for does not start then. */
  isPaused(ref: FlowRef): boolean
  readonly clock: Clock
  random(): number
  /** Runs of different flows at the same time. */
  readonly atOnce: number
  tell(event: DispatchEvent): void
}

export type DispatchEvent =
  | { readonly is: 'queued'; readonly ref: FlowRef; readonly wish: Wish; readonly at: string }
  | {
      readonly is: 'started'
      readonly ref: FlowRef
      readonly wish: Wish
      readonly runId: string
      readonly at: string
      readonly waitedMs: number
    }
  | { readonly is: 'progress'; readonly ref: FlowRef; readonly runId: string; readonly progress: Progress }
  | {
      readonly is: 'ended'
      readonly ref: FlowRef
      readonly wish: Wish
      readonly report: RunReport
      readonly at: string
    }
  /** It could not even start: the ledger fails, another process runs the flow and does not end. */
  | {
      readonly is: 'failed'
      readonly ref: FlowRef
      readonly wish: Wish
      readonly error: EngineError
      readonly at: string
    }

export interface FlowState {
  readonly running: { readonly wish: Wish; readonly runId: string | null; readonly since: string } | null
  readonly waiting: readonly Wish[]
}

interface Waiting {
  wish: Wish
  readonly since: Date
  readonly settle: { resolve(report: RunReport): void; reject(error: unknown): void }[]
}

interface Slot {
  readonly ref: FlowRef
  readonly waiting: Waiting[]
  running?: { readonly work: Waiting; readonly stop: AbortController; readonly since: Date; runId: string | null }
}

const OVERLAP_WAIT_MS = 2_000

export type Queue = ReturnType<typeof createQueue>

/**
 * One piece of work of a flow at a time, `atOnce` flows at a time. Wishes for a flow that is busy wait and come together; nothing that was
 * wished is dropped, unless the process ends or what wished it is told that the flow is paused.
 */
export function createQueue(ports: QueuePorts) {
  const slots = new Map<string, Slot>()
  const lanes = new PQueue({ concurrency: ports.atOnce })
  let isStopped = false

  const slotOf = (ref: FlowRef): Slot => {
    const name = `${ref.workspace}/${ref.flow}`
    const slot = slots.get(name) ?? { ref, waiting: [] }
    slots.set(name, slot)
    return slot
  }

  const advance = (slot: Slot): void => {
    if (slot.running || isStopped) return
    const work = slot.waiting.shift()
    if (!work) return
    slot.running = { work, stop: new AbortController(), since: ports.clock.now(), runId: null }
    void lanes
      .add(() => runOne(slot, work))
      .finally(() => {
        delete slot.running
        advance(slot)
      })
  }

  const runOne = async (slot: Slot, work: Waiting): Promise<void> => {
    const { ref, running } = slot
    if (!running) return
    if (!isOfPerson(work.wish) && ports.isPaused(ref)) {
      // nobody failed, and nothing is lost: the resume makes up for ticks, and deliveries stay in the inbox
      for (const { reject } of work.settle) reject(paused(ref))
      return
    }
    const at = () => ports.clock.now().toISOString()
    try {
      const report = await perform(ports, slot, work, running.stop.signal)
      ports.tell({ is: 'ended', ref, wish: work.wish, report, at: at() })
      for (const { resolve } of work.settle) resolve(report)
    } catch (thrown) {
      const error = toEngineError(thrown)
      ports.tell({ is: 'failed', ref, wish: work.wish, error, at: at() })
      for (const { reject } of work.settle) reject(error)
    }
  }

  return {
    /** Resolves with the report of the run that did it; rejects when none could start. */
    request(ref: FlowRef, wish: Wish): Promise<RunReport> {
      if (isStopped) return Promise.reject(stopping())
      const slot = slotOf(ref)
      const { promise, resolve, reject } = Promise.withResolvers<RunReport>()
      // a caller may only want it done
      promise.catch(() => {})
      for (const held of slot.waiting) {
        const both = merged(held.wish, wish)
        if (!both) continue
        held.wish = both
        held.settle.push({ resolve, reject })
        return promise
      }
      const now = ports.clock.now()
      slot.waiting.push({ wish, since: now, settle: [{ resolve, reject }] })
      ports.tell({ is: 'queued', ref, wish, at: now.toISOString() })
      advance(slot)
      return promise
    },

    /** Ends what the flow does now, and what waits; true when there was something. What was written is settled. */
    cancel(ref: FlowRef): boolean {
      const slot = slotOf(ref)
      const waiting = slot.waiting.splice(0)
      for (const { settle } of waiting) for (const { reject } of settle) reject(cancelledByHand())
      slot.running?.stop.abort(cancelledByHand())
      return slot.running !== undefined || waiting.length > 0
    },

    /** Ends this run of it and nothing else; true when it goes on. What was written is settled. */
    cancelRun(ref: FlowRef, runId: string): boolean {
      const { running } = slotOf(ref)
      if (running?.runId !== runId) return false
      running.stop.abort(cancelledByHand())
      return true
    },

    state(ref: FlowRef): FlowState {
      const { running, waiting } = slotOf(ref)
      return {
        running: running ? { wish: running.work.wish, runId: running.runId, since: running.since.toISOString() } : null,
        waiting: waiting.map(it => it.wish),
      }
    },

    /** How many flows are busy, and how many pieces of work wait. */
    load(): { readonly running: number; readonly waiting: number } {
      const all = [...slots.values()]
      return {
        running: all.filter(it => it.running).length,
        waiting: all.reduce((sum, it) => sum + it.waiting.length, 0),
      }
    },

    /** Nothing new starts; what goes on is told to settle and stop. Resolves when all of it has ended. */
    async stop(): Promise<void> {
      isStopped = true
      for (const slot of slots.values()) {
        for (const { settle } of slot.waiting.splice(0)) for (const { reject } of settle) reject(stopping())
        slot.running?.stop.abort(stopping())
      }
      await lanes.onIdle()
    },
  }
}

/** Another process may run the flow by hand just now: its turn is awaited, not skipped. */
async function perform(ports: QueuePorts, slot: Slot, work: Waiting, signal: AbortSignal): Promise<RunReport> {
  const leash: Leash = {
    signal,
    onStart: runId => {
      if (slot.running) slot.running.runId = runId
      const now = ports.clock.now()
      const waitedMs = now.getTime() - work.since.getTime()
      ports.tell({ is: 'started', ref: slot.ref, wish: work.wish, runId, at: now.toISOString(), waitedMs })
    },
    onProgress: progress => {
      const runId = slot.running?.runId
      if (runId) ports.tell({ is: 'progress', ref: slot.ref, runId, progress })
    },
  }
  for (;;) {
    signal.throwIfAborted()
    try {
      return await ports.perform(slot.ref, work.wish, leash)
    } catch (thrown) {
      if (!isEngineError(thrown) || thrown.code !== 'RUN_OVERLAP') throw thrown
      await ports.clock.sleep(OVERLAP_WAIT_MS * (0.5 + ports.random()), signal)
    }
  }
}

const cancelledByHand = (): EngineError =>
  new EngineError({ kind: 'cancelled', code: 'RUN_CANCELLED', message: 'the run was cancelled by a person' })

const paused = ({ flow }: FlowRef): EngineError =>
  new EngineError({ kind: 'cancelled', code: 'RUN_CANCELLED', message: `${flow} was paused before its turn came` })

const stopping = (): EngineError =>
  new EngineError({ kind: 'cancelled', code: 'RUN_CANCELLED', message: 'the service is stopping' })
