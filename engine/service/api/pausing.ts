import type { Pause } from '../../core/operations.ts'
import { connectionsOfFlow, type Held, pauseOf } from '../held.ts'
import type { Service } from '../service.ts'

/** Who pauses what cannot sign in. */
export const ENGINE = 'ml-connector'

/** In the ledger, in memory and told; in this order, so that what was told stands. */
export async function pauseSubject(service: Service, held: Held, pause: Omit<Pause, 'at'>): Promise<Pause> {
  const whole = { ...pause, at: service.clock.now().toISOString() }
  await held.ledger.pause(whole)
  held.pauses.set(whole.subject, whole)
  const { subject, by, reason } = whole
  service.hub.tell({ is: 'paused', workspace: held.name, subject, by, reason })
  return whole
}

/** What ran into the pause meanwhile is made up for by one run of each flow that may go on now. False: it was not paused. */
export async function resumeSubject(service: Service, held: Held, subject: string, by: string): Promise<boolean> {
  const wasPaused = await held.ledger.resume(subject)
  if (!wasPaused && !held.pauses.has(subject)) return false
  held.pauses.delete(subject)
  service.hub.tell({ is: 'resumed', workspace: held.name, subject, by })
  for (const flow of flowsOf(held, subject)) {
    if (pauseOf(held, flow)) continue
    service.dispatcher
      .catchUp({ workspace: held.name, flow })
      .catch(thrown => service.log.warn('nothing was made up for after a pause', { flow, why: String(thrown) }))
  }
  return true
}

function flowsOf({ opened }: Held, subject: string): readonly string[] {
  const isOf = (plan: (typeof opened.flows)[number]) =>
    subject === `flow:${plan.name}` || connectionsOfFlow(plan).some(it => subject === `connection:${it}`)
  return opened.flows.filter(isOf).map(it => it.name)
}
