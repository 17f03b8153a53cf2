import { createHash } from 'node:crypto'
import { createTask, type ScheduledTask } from 'node-cron'

const MINUTE_MS = 60_000
/** A tick longer ago than this is not made up for: the next one is never further away than this either, in practice. */
const LOOK_BACK_MS = 32 * 24 * 60 * MINUTE_MS
const MOST_JITTER_MS = 30_000

/** A cron expression in its time zone. Nothing ticks until somebody starts the task. */
export function cronTask(expression: string, timezone: string, onTick: () => void): ScheduledTask {
  return createTask(expression, onTick, { timezone, noOverlap: false, suppressMissedWarning: true, unref: true })
}

/** Was there a tick after `since`, up to `now`? Seconds do not count: flows have five fields. */
export function hasTicked(task: ScheduledTask, since: Date, now: Date): boolean {
  const earliest = Math.max(since.getTime(), now.getTime() - LOOK_BACK_MS)
  const last = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS
  for (let at = last; at > earliest; at -= MINUTE_MS) if (task.match(new Date(at))) return true
  return false
}

/** How far two ticks are apart, told by the next two. */
export function periodOf(task: ScheduledTask): number {
  const [first, second] = task.getNextRuns(2)
  return first && second ? second.getTime() - first.getTime() : LOOK_BACK_MS
}

/**
 * How long after its tick a flow starts: always the same, so that runs keep their distance, and different for each flow, so that five hundred
 * flows of one minute do not start in one second. At most half the period, and half a minute; `wished` caps it further.
 */
export function jitterOf(name: string, periodMs: number, wished: number | undefined): number {
  const most = Math.min(periodMs / 2, wished ?? MOST_JITTER_MS)
  const share = createHash('sha256').update(name).digest().readUInt32BE(0) / 2 ** 32
  return Math.floor(share * most)
}
