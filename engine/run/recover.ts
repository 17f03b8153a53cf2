import type { Intent, KnownRecord, RecordEvent } from '../core/ledger.ts'
import { noCounts } from './counts.ts'
import { type Run, stepNamed } from './run.ts'
import { findByMatch } from './stages/plan.ts'

/**
 * Intents without an outcome: an earlier run was killed, or cut off, between a write and its answer. The target is asked what became of
 * each, before this run sends anything: what is there becomes known, what is not is free to be sent again when its page is read again.
 */
export async function recover(run: Run): Promise<number> {
  const open = await run.ports.ledger.unresolvedIntents(run.plan.name)
  for (const [stepName, those] of Map.groupBy(open, intent => intent.step)) {
    if (!run.plan.steps.some(step => step.name === stepName)) continue
    await recoverStep(run, stepName, those)
  }
  return open.length
}

async function recoverStep(run: Run, stepName: string, intents: readonly Intent[]): Promise<void> {
  const step = stepNamed(run, stepName)
  const creates = intents.filter(intent => intent.operation === 'create' && intent.matchValue !== null)
  const found = await findByMatch(
    step,
    creates.map(intent => intent.matchValue ?? ''),
  )
  const at = run.ports.clock.now().toISOString()
  const adopted = creates.flatMap(intent => {
    const [first] = found(intent.matchValue ?? '')
    return first ? [{ intent, sinkKey: first.sinkKey, version: first.version ?? null }] : []
  })
  const isAdopted = new Set(adopted.map(it => it.intent.id))
  await run.ports.ledger.settle({
    workspace: run.plan.workspace,
    runId: run.id,
    flow: run.plan.name,
    at,
    events: adopted.map(it => eventOf(run, it.intent, it.sinkKey, at)),
    known: adopted.map(it => knownOf(run, it.intent, it.sinkKey, it.version, at)),
    forgotten: [],
    tracked: [],
    untracked: [],
    dead: [],
    parked: [],
    healed: [],
    // updates and deletes by id say the same when they are said again: nothing to look up
    intentsDone: intents.map(intent => ({ id: intent.id, outcome: isAdopted.has(intent.id) ? 'written' : 'absent' })),
    counts: noCounts(),
  })
}

function knownOf(run: Run, intent: Intent, sinkKey: string, version: string | null, at: string): KnownRecord {
  return {
    flow: intent.flow,
    step: intent.step,
    item: intent.item,
    sourceConnection: intent.sourceConnection,
    sourceEntity: intent.sourceEntity,
    sourceKey: intent.sourceKey,
    sinkConnection: intent.sinkConnection,
    sinkEntity: intent.sinkEntity,
    sinkKey,
    matchValue: intent.matchValue,
    fingerprint: intent.fingerprint,
    fieldHashes: {},
    sinkVersion: version,
    sourceVersion: null,
    runId: run.id,
    writtenAt: at,
  }
}

function eventOf(run: Run, intent: Intent, sinkKey: string, at: string): RecordEvent {
  return {
    runId: run.id,
    flow: intent.flow,
    flowHash: run.plan.hash,
    step: intent.step,
    at,
    sourceConnection: intent.sourceConnection,
    sourceEntity: intent.sourceEntity,
    sourceKey: intent.sourceKey,
    sourceVersion: null,
    sinkConnection: intent.sinkConnection,
    sinkEntity: intent.sinkEntity,
    sinkKey,
    outcome: 'written',
    did: `recovered from run ${intent.runId}`,
    changed: [],
    attempt: 2,
    failure: null,
  }
}
