import type { DeadLetterRow, Ledger, RecordEvent } from '../core/ledger.ts'
import { NOTHING_SETTLED } from '../core/settlement.ts'
import { noCounts } from '../run/counts.ts'
import { newId } from './new-id.ts'
import type { OpenWorkspace } from './open-workspace.ts'

export interface Discard {
  readonly actor: string
  readonly reason: string
}

/** Gives these dead letters up; those that are closed already stay as they are. Answers how many were open. */
export async function discardLetters(
  opened: OpenWorkspace,
  letters: readonly DeadLetterRow[],
  { actor, reason }: Discard,
): Promise<number> {
  const ledger = await opened.ledger()
  const open = letters.filter(it => it.state === 'open' || it.state === 'retrying')
  if (open.length === 0) return 0
  const ids = open.map(it => it.id)
  const discarded = await ledger.discardDead(ids, opened.host.clock.now().toISOString(), reason)
  await record(opened, ledger, { letters: open, actor, reason })
  return discarded
}

/** A run of its own for each flow, so that the audit trail says who gave its dead letters up, when and why. */
async function record(
  opened: OpenWorkspace,
  ledger: Ledger,
  { letters, actor, reason }: Discard & { readonly letters: readonly DeadLetterRow[] },
): Promise<void> {
  const workspace = opened.workspace.name
  for (const [flow, those] of Map.groupBy(letters, it => it.flow)) {
    const now = opened.host.clock.now()
    const [id, startedAt] = [newId(now), now.toISOString()]
    // a flow may have left the workspace before its dead letters did
    const flowHash = opened.flows.find(it => it.name === flow)?.hash ?? ''
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
