import type { DeadLetterRow, RecordEvent } from '../core/ledger.ts'
import { NOTHING_SETTLED } from '../core/settlement.ts'
import { newId } from '../host/index.ts'
import { noCounts } from '../run/counts.ts'
import type { OpenWorkspace } from './workspace.ts'

/** A run of its own for each flow, so that the audit trail says who gave its dead letters up, when and why. */
export async function recordDiscard(
  opened: OpenWorkspace,
  letters: readonly DeadLetterRow[],
  reason: string,
): Promise<void> {
  const ledger = await opened.ledger()
  const workspace = opened.workspace.name
  for (const [flow, those] of Map.groupBy(letters, it => it.flow)) {
    const now = opened.context.clock.now()
    const [id, startedAt] = [newId(now), now.toISOString()]
    // a flow may have left the workspace before its dead letters did
    const flowHash = opened.flows.find(it => it.name === flow)?.hash ?? ''
    const { actor } = opened
    await ledger.startRun({ id, workspace, flow, flowHash, trigger: 'manual', actor, startedAt, replayOf: null })
    const events = those.map(it => eventOf(it, { runId: id, flowHash, at: startedAt, did: `discarded: ${reason}` }))
    await ledger.settle({ ...NOTHING_SETTLED, workspace, runId: id, flow, at: startedAt, events })
    await ledger.finishRun(id, { state: 'succeeded', endedAt: startedAt, counts: noCounts(), failure: null })
  }
}

function eventOf(letter: DeadLetterRow, given: Pick<RecordEvent, 'runId' | 'flowHash' | 'at' | 'did'>): RecordEvent {
  const { flow, step, sourceConnection, sourceEntity, sourceKey, sourceVersion, attempts, failure } = letter
  return {
    ...given,
    ...{ flow, step, sourceConnection, sourceEntity, sourceKey, sourceVersion, failure },
    sinkConnection: null,
    sinkEntity: null,
    sinkKey: null,
    outcome: 'dead',
    changed: [],
    attempt: attempts,
  }
}
