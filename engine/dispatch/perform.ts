import { EngineError } from '../core/errors.ts'
import type { FlowPlan } from '../core/plan.ts'
import { type OpenWorkspace, withPorts } from '../host/index.ts'
import { type RunPorts, type RunReport, replay, replayRecords, runFlow, verifyFlow } from '../run/index.ts'
import type { FlowRef, Leash } from './queue.ts'
import type { Wish } from './wish.ts'

/** Does what was wished, with the flow as the workspace holds it now. */
export async function perform(
  opened: OpenWorkspace | undefined,
  ref: FlowRef,
  work: { readonly wish: Wish; readonly leash: Leash },
): Promise<RunReport> {
  const plan = opened?.flows.find(it => it.name === ref.flow)
  if (!opened || !plan) throw gone(ref)
  const ledger = await opened.ledger()
  return withPorts(opened, ledger, ports => start(plan, ports, work.wish), work.leash)
}

function start(plan: FlowPlan, ports: RunPorts, wish: Wish): Promise<RunReport> {
  if (wish.is === 'replay') return replay(plan, ports, wish)
  if (wish.is === 'records') return replayRecords(plan, ports, wish)
  if (wish.is === 'verify') return verifyFlow(plan, ports, { ...plan.verify, ...wish })
  const { trigger, actor, force } = wish
  const shared = { trigger, actor, ...(force ? { force } : {}) }
  if (wish.is === 'run') return runFlow(plan, ports, { ...shared, mode: wish.mode })
  return runFlow(plan, ports, { ...shared, mode: 'incremental', keys: wish.keys })
}

function gone({ workspace, flow }: FlowRef): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'DISPATCH_NO_FLOW',
    message: `the workspace ${workspace} has no flow "${flow}" any more`,
    remedy: 'It was removed, or its file has a mistake: see "ml-connector validate".',
  })
}
