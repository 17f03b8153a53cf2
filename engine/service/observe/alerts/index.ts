import type { Held } from '../../held.ts'
import type { Part } from '../../part.ts'
import type { Service } from '../../service.ts'
import type { Freshness } from '../freshness.ts'
import { tell } from './teller.ts'
import { createWatch } from './watch.ts'

/** What belongs to one cause happens within this: a sign-in fails, its connection is paused. It is told as one. */
const SETTLE_MS = 500
/** Lag and subscriptions change without an event. */
const LOOK_EVERY_MS = 60_000
const AGAIN_MS: readonly number[] = [5_000, 15_000]

/**
 * Alerts of all workspaces that have `alerts:`. What is wrong is looked up and compared with what was told, so that nothing is told twice, nothing is lost
 * when sending fails or the process dies, and five hundred failures of one cause are one alert.
 */
export const alerts =
  (freshness: Freshness): Part =>
  async (_app, service) => {
    const ends = service.workspaces.all().map(held => attend(held, service, freshness))
    return async () => {
      await Promise.all(ends.map(end => end()))
    }
  }

function attend(held: Held, service: Service, freshness: Freshness): () => Promise<void> {
  const { hub, clock, log } = service
  const stop = new AbortController()
  const watch = createWatch(held, service, freshness)
  let bell = Promise.withResolvers<void>()
  const deaf = hub.listen(event => {
    if (('ref' in event ? event.ref.workspace : event.workspace) !== held.name) return
    watch.note(event)
    if (held.opened.workspace.alerts && event.is !== 'progress' && event.is !== 'started') bell.resolve()
  })
  const work = async () => {
    for (let failures = 0; !stop.signal.aborted; ) {
      const isAllTold = await tell(held, service, watch).catch(thrown => {
        log.warn('alerts cannot be judged', { workspace: held.name, why: String(thrown) })
        return false
      })
      failures = isAllTold ? 0 : failures + 1
      const pauseMs = isAllTold ? LOOK_EVERY_MS : (AGAIN_MS[failures - 1] ?? LOOK_EVERY_MS)
      // who has no alerts is not looked at until the files change
      const hasAlerts = held.opened.workspace.alerts !== undefined
      if (isAllTold) await rung(hasAlerts ? { clock, ms: pauseMs } : undefined)
      // who does not answer is not asked more often because more goes wrong
      else await clock.sleep(pauseMs, stop.signal).catch(() => {})
      bell = Promise.withResolvers<void>()
      await clock.sleep(SETTLE_MS, stop.signal).catch(() => {})
    }
  }
  /** Until the bell rings, the time is over, or the service stops. */
  const rung = async (time: { readonly clock: Service['clock']; readonly ms: number } | undefined) => {
    const over = new AbortController()
    const stopped = new Promise<void>(resolve =>
      stop.signal.addEventListener('abort', () => resolve(), { once: true, signal: over.signal }),
    )
    if (stop.signal.aborted) return
    const slept = time ? [time.clock.sleep(time.ms, over.signal).catch(() => {})] : []
    await Promise.race([bell.promise, stopped, ...slept])
    over.abort()
  }
  const going = work()
  return async () => {
    deaf()
    stop.abort()
    await going
  }
}
