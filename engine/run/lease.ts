import { EngineError } from '../core/errors.ts'
import type { FlowPlan } from '../core/plan.ts'
import type { RunPorts } from './types.ts'

const LEASE_MS = 60_000
const RENEW_MS = 20_000

/** Runs of one flow never overlap: whoever holds the lease runs, and keeps it alive while it does. */
export async function withLease<T>(plan: FlowPlan, ports: RunPorts, work: () => Promise<T>): Promise<T> {
  await acquire(plan.name, ports)
  // real time on purpose: another process judges the lease by its own clock
  const heart = setInterval(
    () => void ports.ledger.acquireLease(plan.name, ports.holder, ports.clock.now(), LEASE_MS).catch(() => {}),
    RENEW_MS,
  )
  try {
    return await work()
  } finally {
    clearInterval(heart)
    await ports.ledger.releaseLease(plan.name, ports.holder)
  }
}

async function acquire(flow: string, ports: RunPorts): Promise<void> {
  if (await ports.ledger.acquireLease(flow, ports.holder, ports.clock.now(), LEASE_MS)) return
  const holder = await ports.ledger.leaseHolder(flow)
  // its process was killed: waiting for the lease to lapse would help nobody
  if (holder !== undefined && !ports.isAlive(holder)) {
    await ports.ledger.releaseLease(flow, holder)
    if (await ports.ledger.acquireLease(flow, ports.holder, ports.clock.now(), LEASE_MS)) return
  }
  throw new EngineError({
    kind: 'configuration',
    code: 'RUN_OVERLAP',
    message: `${flow} is running already (${holder ?? 'another process'})`,
    remedy: 'Wait for it to end; runs of one flow never overlap.',
  })
}
