import { type EngineError, toEngineError } from '../../core/errors.ts'
import type { Intent } from '../../core/ledger.ts'
import type { Batch, Operation, WriteAnswer } from '../../sdk/connector.ts'
import { mayWrite, pause, type Run } from '../run.ts'
import type { Draft, OpenStep } from '../types.ts'
import { findByMatch } from './plan.ts'

/**
 * Sends what was planned, in batches. What must not happen twice has an intent committed first; what may have happened is looked up before
 * anything else is sent for that key. Throws when the sink as a whole cannot be written now: what was answered until then stays in the drafts.
 */
export async function write(run: Run, step: OpenStep, drafts: readonly Draft[]): Promise<void> {
  const open = drafts.filter(draft => !draft.item.ended && draft.planned)
  for (const draft of open) if (draft.planned?.operation === 'none') keepAsItIs(draft)
  const byOperation = Map.groupBy(
    open.filter(draft => draft.planned?.operation !== 'none'),
    draft => draft.planned?.operation as Operation,
  )
  for (const [operation, those] of byOperation) {
    if (isRepeatable(step, operation)) await announceChanges(run, step, operation, those)
    for (let at = 0; at < those.length; at += step.write.maxBatch) {
      await mayWrite(run)
      await writeBatch(run, step, operation, those.slice(at, at + step.write.maxBatch))
    }
  }
}

const isRepeatable = (step: OpenStep, operation: Operation) => step.write.repeat[operation] === 'external-key'

/**
 * A known record that is written again holds something else from then on, whether this run lives to settle it or not: if its source goes
 * back to what the ledger knows, that is no longer what the target holds.
 */
async function announceChanges(
  run: Run,
  step: OpenStep,
  operation: Operation,
  drafts: readonly Draft[],
): Promise<void> {
  const known = drafts.filter(draft => draft.planned?.known)
  if (known.length === 0) return
  await mayWrite(run)
  await announce(run, step, operation, known)
}

function keepAsItIs(draft: Draft): void {
  const { planned } = draft
  if (planned?.sinkKey !== undefined) draft.item.sinkKeys.set(draft.step.name, planned.sinkKey)
  // found at the target without being known, or overtaken by one that shares it: from now on the ledger knows it
  if (planned?.sinkKey !== undefined && ['found', 'overtaken'].includes(planned.because))
    draft.result = { sinkKey: planned.sinkKey, did: 'looked-up' }
}

async function writeBatch(run: Run, step: OpenStep, operation: Operation, drafts: readonly Draft[]): Promise<void> {
  const mayRepeat = isRepeatable(step, operation)
  if (!mayRepeat) await announce(run, step, operation, drafts)
  let failed: readonly Failed[]
  try {
    failed = await send(step, operation, drafts)
  } catch (thrown) {
    const error = toEngineError(thrown)
    if (error.kind === 'record') return isolate(run, step, operation, drafts, error)
    if (error.kind !== 'uncertain' || mayRepeat) throw error
    failed = drafts.map(draft => ({ draft, error }))
  }
  for (const it of failed) if (it.error.kind !== 'uncertain') refuse(it)
  const unknown = failed.filter(it => it.error.kind === 'uncertain')
  if (unknown.length > 0) await settleUncertain(run, step, operation, unknown)
}

/** Commits intents for those that have none yet: a batch that is taken apart has announced all of its records before. */
async function announce(run: Run, step: OpenStep, operation: Operation, drafts: readonly Draft[]): Promise<void> {
  const fresh = drafts.filter(draft => !draft.isAnnounced)
  if (fresh.length === 0) return
  await run.ports.ledger.openIntents(fresh.map(draft => intentOf(run, step, operation, draft)))
  for (const draft of fresh) draft.isAnnounced = true
}

function batchOf(step: OpenStep, operation: Operation, drafts: readonly Draft[]): Batch {
  const { match, options } = step.plan.sink
  return {
    operation,
    ...(match === undefined ? {} : { match }),
    options,
    records: drafts.map((draft, index) => ({
      ref: String(index),
      fields: draft.planned?.outgoing ?? {},
      ...(draft.planned?.sinkKey === undefined ? {} : { sinkKey: draft.planned.sinkKey }),
    })),
  }
}

/** A record that was not taken, or of which nobody knows yet (`uncertain`) whether it was. */
interface Failed {
  readonly draft: Draft
  readonly error: EngineError
}

/** Writes one batch and notes what was taken; answers the rest. Throws what concerns the whole batch. */
async function send(step: OpenStep, operation: Operation, drafts: readonly Draft[]): Promise<readonly Failed[]> {
  const answers = await step.connection.write(step.plan.sink.entity, batchOf(step, operation, drafts))
  const byRef = new Map(answers.map(answer => [answer.ref, answer]))
  return drafts.flatMap((draft, index) => {
    const answer = byRef.get(String(index))
    if (answer?.is !== 'written') return [{ draft, error: answer?.error ?? silent(step) }]
    accept(draft, answer)
    return []
  })
}

function accept(draft: Draft, answer: Extract<WriteAnswer, { is: 'written' }>): void {
  const known = draft.planned?.sinkKey
  draft.item.sinkKeys.set(draft.step.name, answer.sinkKey)
  draft.result = {
    sinkKey: answer.sinkKey,
    // the record that we knew is gone and its external key made another one
    did: known !== undefined && known !== answer.sinkKey ? 're-created' : answer.did,
    ...(answer.version === undefined ? {} : { version: answer.version }),
    ...(answer.tries === undefined ? {} : { tries: answer.tries }),
  }
}

export function silent(step: OpenStep): EngineError {
  return toEngineError(new Error(`${step.connection.connector.name} gave no answer for a record of a batch`))
}

function refuse({ draft, error }: Failed): void {
  draft.isRefused = true
  draft.item.ended = { is: 'dead', step: draft.step.name, failure: error.toFailure() }
}

/** The whole batch was refused because of something in it: halves are tried until the culprits stand alone. */
async function isolate(
  run: Run,
  step: OpenStep,
  operation: Operation,
  drafts: readonly Draft[],
  error: EngineError,
): Promise<void> {
  const [only] = drafts
  if (drafts.length === 1 && only) return refuse({ draft: only, error })
  const middle = Math.ceil(drafts.length / 2)
  await writeBatch(run, step, operation, drafts.slice(0, middle))
  await writeBatch(run, step, operation, drafts.slice(middle))
}

const LOOK_UPS = 3

/**
 * The answer was lost. The target is asked what became of each record, several times since a slow commit may still be under way;
 * only what is certainly absent is sent again, once. Without a match field nobody can know: those records die and a person decides.
 */
async function settleUncertain(
  run: Run,
  step: OpenStep,
  operation: Operation,
  unknown: readonly Failed[],
): Promise<void> {
  // an update or delete by id says the same when it is said again
  if (operation !== 'create') return sayAgain(run, step, operation, unknown)
  let missing = unknown
  for (let round = 0; round < LOOK_UPS && missing.length > 0; round++) {
    await pause(run, 1_000 * 2 ** round)
    missing = await adoptFound(step, missing)
  }
  for (const it of missing) if (!hasMatch(it.draft)) refuse(it)
  const absent = missing.filter(it => hasMatch(it.draft))
  if (absent.length > 0) await sayAgain(run, step, operation, absent)
}

/** A create that fails the second time is looked up once more: the first try may have arrived late. */
async function sayAgain(run: Run, step: OpenStep, operation: Operation, unknown: readonly Failed[]): Promise<void> {
  const drafts = unknown.map(it => it.draft)
  let whole: EngineError | undefined
  const failed = await send(step, operation, drafts).catch((thrown: unknown) => {
    const error = toEngineError(thrown)
    if (error.kind !== 'uncertain' && error.kind !== 'record') throw error
    whole = error
    return drafts.map(draft => ({ draft, error }))
  })
  const left = operation === 'create' ? await adoptFound(step, failed) : failed
  if (whole?.kind === 'record' && left.length > 1) {
    const those = left.map(it => it.draft)
    return isolate(run, step, operation, those, whole)
  }
  const open = left.find(it => it.error.kind === 'uncertain')
  // nothing was answered for it twice: its intent stays open, and the next run says it again
  if (open && operation !== 'create') throw open.error
  for (const it of left) refuse(it)
}

const hasMatch = (draft: Draft) => draft.planned?.matchValue != null

async function adoptFound(step: OpenStep, those: readonly Failed[]): Promise<readonly Failed[]> {
  const values = those.flatMap(({ draft }) => (draft.planned?.matchValue == null ? [] : [draft.planned.matchValue]))
  const found = await findByMatch(step, values)
  return those.filter(({ draft }) => {
    const [first] = hasMatch(draft) ? found(draft.planned?.matchValue ?? '') : []
    if (!first) return true
    draft.item.sinkKeys.set(draft.step.name, first.sinkKey)
    draft.result = {
      sinkKey: first.sinkKey,
      did: 'created',
      ...(first.version === undefined ? {} : { version: first.version }),
    }
    return false
  })
}

function intentOf(run: Run, step: OpenStep, operation: Operation, draft: Draft): Intent {
  const { record, entity } = draft.item
  return {
    id: intentId(run, draft),
    runId: run.id,
    flow: run.plan.name,
    step: step.plan.name,
    item: draft.element,
    sourceConnection: run.plan.source.connection,
    sourceEntity: entity,
    sourceKey: record.key,
    sinkConnection: step.plan.sink.connection,
    sinkEntity: step.plan.sink.entity,
    operation,
    matchValue: draft.planned?.matchValue ?? null,
    fingerprint: draft.planned?.fingerprint ?? '',
    startedAt: run.ports.clock.now().toISOString(),
  }
}

/** The same for every try of one record within one run. */
export function intentId(run: Pick<Run, 'id'>, draft: Draft): string {
  return [run.id, draft.step.name, draft.item.entity, draft.item.record.key, draft.element].join('|')
}
