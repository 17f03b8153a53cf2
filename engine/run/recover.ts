import type { Intent, KnownRecord, RecordEvent } from '../core/ledger.ts'
import { NOTHING_SETTLED } from '../core/settlement.ts'
import type { Run } from './run.ts'
import { findByMatch } from './stages/plan.ts'
import { trackedHash } from './stages/track.ts'
import type { OpenStep } from './types.ts'

/**
 * Intents without an outcome: an earlier run was killed, or cut off, between a write and its answer. The target is asked what became of
 * each, before this run sends anything: what is there becomes known, what is not is free to be sent again when its page is read again.
 * Changes to known records are said again whatever their source holds by then, since nobody knows what the target holds.
 */
export async function recover(run: Run): Promise<number> {
  const open = await run.ports.ledger.unresolvedIntents(run.plan.name)
  for (const those of Map.groupBy(open, writtenBy).values()) await recoverStep(run, those)
  return open.length
}

const writtenBy = (it: Intent) => [it.step, it.sinkConnection, it.sinkEntity].join('\n')

/** Those of one step and sink. A flow that does not write there any more has nobody to ask: it neither repeats these writes nor builds on them. */
async function recoverStep(run: Run, intents: readonly Intent[]): Promise<void> {
  const [first] = intents
  const step = run.steps.find(
    ({ plan: { name, sink } }) =>
      name === first?.step && sink.connection === first.sinkConnection && sink.entity === first.sinkEntity,
  )
  if (!step)
    run.ports.log.warn('writes of an earlier form of this flow have no known outcome', {
      step: first?.step ?? '',
      sink: `${first?.sinkConnection}/${first?.sinkEntity}`,
      keys: intents.slice(0, 20).map(it => it.sourceKey),
    })
  await settleIntents(run, intents, step ? await adoptedBy(step, intents) : [], await doubtfulOf(run, intents))
}

interface Adopted {
  readonly intent: Intent
  readonly sinkKey: string
  readonly version: string | null
}

async function adoptedBy(step: OpenStep, intents: readonly Intent[]): Promise<readonly Adopted[]> {
  // updates and deletes by id say the same when they are said again: nothing to look up
  const creates = intents.filter(intent => intent.operation === 'create' && intent.matchValue !== null)
  const found = await findByMatch(
    step,
    creates.map(intent => intent.matchValue ?? ''),
  )
  return creates.flatMap(intent => {
    const [first] = found(intent.matchValue ?? '')
    return first ? [{ intent, sinkKey: first.sinkKey, version: first.version ?? null }] : []
  })
}

/** Known records that may have been changed, or deleted, since the ledger last heard of them. */
async function doubtfulOf(run: Run, intents: readonly Intent[]): Promise<readonly KnownRecord[]> {
  const changes = intents.filter(intent => intent.operation !== 'create')
  const rows: KnownRecord[] = []
  for (const [entity, those] of Map.groupBy(changes, intent => intent.sourceEntity)) {
    const [{ sourceConnection = '' } = {}] = those
    const keys = those.map(intent => intent.sourceKey)
    const isChanged = new Set(those.map(changeOf))
    const known = await run.ports.ledger.known(run.plan.name, sourceConnection, entity, keys)
    rows.push(...known.filter(row => isChanged.has(changeOf(row))))
  }
  return rows
}

const changeOf = (it: Pick<KnownRecord, 'step' | 'item' | 'sourceKey'>) => [it.step, it.item, it.sourceKey].join('\n')

async function settleIntents(
  run: Run,
  intents: readonly Intent[],
  adopted: readonly Adopted[],
  doubtful: readonly KnownRecord[],
): Promise<void> {
  const isAdopted = new Set(adopted.map(it => it.intent.id))
  const at = run.ports.clock.now().toISOString()
  await run.ports.ledger.settle({
    ...NOTHING_SETTLED,
    workspace: run.plan.workspace,
    runId: run.id,
    flow: run.plan.name,
    at,
    events: adopted.map(it => eventOf(run, it.intent, it.sinkKey, at)),
    known: [
      ...adopted.map(it => knownOf(run, it, at)),
      ...doubtful.map(row => ({ ...row, fingerprint: '', fieldHashes: {}, runId: run.id })),
    ],
    // its page may never be read again: then a sweep finds that it has gone
    tracked: [...adopted.map(it => it.intent), ...doubtful].map(it => ({
      entity: it.sourceEntity,
      key: it.sourceKey,
      sourceHash: trackedHash(undefined, ''),
      isUnmet: true,
    })),
    intentsDone: intents.map(intent => ({ id: intent.id, outcome: isAdopted.has(intent.id) ? 'written' : 'absent' })),
  })
}

function knownOf(run: Run, { intent, sinkKey, version }: Adopted, at: string): KnownRecord {
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
