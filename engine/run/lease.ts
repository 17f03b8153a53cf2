import { EngineError } from '../core/errors.ts'
import type { FlowPlan } from '../core/plan.ts'
import type { Lease, RunPorts } from './types.ts'

const LEASE_MS = 60_000
const RENEW_MS = 20_000

interface Holding {
  readonly plan: FlowPlan
  readonly ports: RunPorts
  readonly runId: string
}

/** Runs of one flow never overlap: whoever holds the lease runs, and keeps it alive while it does. */
export async function withLease<T>(holding: Holding, work: (lease: Lease) => Promise<T>): Promise<T> {
  const { plan, ports, runId } = holding
  // two runs of one process are two holders
  const holder = `${ports.holder}:${runId}`
  let until = await acquire(plan.name, ports, holder)
  const renew = async () => {
    const now = ports.clock.now()
    if (!(await ports.ledger.acquireLease(plan.name, holder, now, LEASE_MS))) return false
    until = now.getTime() + LEASE_MS
    return true
  }
  // real time on purpose: another process judges the lease by its own clock
  const heart = setInterval(() => void renew().catch(() => false), RENEW_MS)
  try {
    return await work({
      hold: async () => {
        if (ports.clock.now().getTime() >= until && !(await renew())) throw lost(plan.name)
      },
    })
  } finally {
    clearInterval(heart)
    await ports.ledger.releaseLease(plan.name, holder)
  }
}

/** Time until which it is held. */
async function acquire(flow: string, ports: RunPorts, self: string): Promise<number> {
  const now = ports.clock.now()
  const until = now.getTime() + LEASE_MS
  if (await ports.ledger.acquireLease(flow, self, now, LEASE_MS)) return until
  const holder = await ports.ledger.leaseHolder(flow)
  // its process was killed: waiting for the lease to lapse would help nobody
  if (holder !== undefined && !ports.isAlive(holder)) {
    await ports.ledger.releaseLease(flow, holder)
    if (await ports.ledger.acquireLease(flow, self, now, LEASE_MS)) return until
  }
  throw new EngineError({
    kind: 'configuration',
    code: 'RUN_OVERLAP',
    message: `${flow} is running already (${holder ?? 'another process'})`,
    remedy: 'Wait for it to end; runs of one flow never overlap.',
  })
}

function lost(flow: string): EngineError {
  return new EngineError({
    kind: 'cancelled',
    code: 'RUN_LEASE_LOST',
    message: `another run of ${flow} took over while this one stood still: it writes nothing more`,
    remedy: 'Nothing to do: the other run reads again what this one has not settled.',
  })
}
