import type { Failure } from '../../../core/errors.ts'
import type { Held } from '../../held.ts'
import { connectionsOfFlow } from '../../held.ts'
import type { ServiceEvent } from '../../hub.ts'
import type { Service } from '../../service.ts'
import type { Freshness } from '../freshness.ts'
import type { Current } from './book.ts'
import { type Cause, type FlowFailure, failureOf, isCovered, otherCauses } from './causes.ts'

const MOST_NOT_STARTED = 2

/** What is wrong in one workspace. Only flows of which something was heard are looked up again. */
export function createWatch(held: Held, { clock }: Service, freshness: Freshness) {
  const since = clock.now()
  /** Absent: all of them. */
  let unsure: Set<string> | undefined
  const failing = new Map<string, FlowFailure>()
  const notStarted = new Map<string, readonly Failure[]>()

  const note = (event: ServiceEvent): void => {
    if (event.is === 'ended') {
      notStarted.delete(event.ref.flow)
      unsure?.add(event.ref.flow)
    } else if (event.is === 'failed' && event.error.kind !== 'cancelled') {
      const { flow } = event.ref
      notStarted.set(flow, [event.error.toFailure(), ...(notStarted.get(flow) ?? [])].slice(0, MOST_NOT_STARTED))
      unsure?.add(flow)
    } else if (event.is === 'resumed') {
      // what failed before a person had a look is judged by the next run
      for (const plan of held.opened.flows)
        if (connectionsOfFlow(plan).some(it => event.subject === `connection:${it}`)) failing.delete(plan.name)
    }
  }

  const judge = async (flows: Iterable<string>): Promise<void> => {
    for (const flow of flows) {
      const failure = await failureOf(held, flow, notStarted.get(flow) ?? [])
      if (failure) failing.set(flow, failure)
      else failing.delete(flow)
    }
  }

  return {
    note,
    async current(plan: NonNullable<Held['opened']['workspace']['alerts']>): Promise<Current> {
      const names = held.opened.flows.map(it => it.name)
      const flows = unsure ?? new Set(names)
      unsure = new Set()
      await judge(flows)
      const others = await otherCauses(held, plan, { at: clock.now(), since, freshness })
      const active: Cause[] = [...others]
      const covered = new Set<string>()
      for (const [flow, failure] of failing) {
        if (!names.includes(flow)) continue
        if (isCovered(held, flow, failure)) covered.add(failure.cause.id)
        else active.push(failure.cause)
      }
      return { active, covered }
    },
  }
}

export type Watch = ReturnType<typeof createWatch>
