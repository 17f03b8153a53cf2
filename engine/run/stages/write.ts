import { type EngineError, isEngineError, toEngineError } from '../../core/errors.ts'
import type { Intent } from '../../core/ledger.ts'
import type { Batch, Operation, WriteAnswer } from '../../sdk/connector.ts'
import { cancelledIf, type Run } from '../run.ts'
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
  for (const [operation, those] of byOperation)
    for (let at = 0; at < those.length; at += step.write.maxBatch) {
      cancelledIf(run)
      await writeBatch(run, step, operation, those.slice(at, at + step.write.maxBatch))
    }
}

function keepAsItIs(draft: Draft): void {
  const { planned } = draft
  if (planned?.sinkKey !== undefined) draft.item.sinkKeys.set(draft.step.name, planned.sinkKey)
  // found at the target without being known: from now on the ledger knows it
  if (planned?.because === 'found' && planned.sinkKey !== undefined)
    draft.result = { sinkKey: planned.sinkKey, did: 'looked-up' }
}

async function writeBatch(run: Run, step: OpenStep, operation: Operation, drafts: readonly Draft[]): Promise<void> {
  const isRepeatable = step.write.repeat[operation] === 'external-key'
  const intents = isRepeatable ? [] : drafts.map(draft => intentOf(run, step, operation, draft))
  if (intents.length > 0) await run.ports.ledger.openIntents(intents)
  try {
    const answers = await step.connection.write(step.plan.sink.entity, batchOf(step, operation, drafts))
    apply(step, drafts, answers)
  } catch (thrown) {
    const error = toEngineError(thrown)
    if (error.kind === 'uncertain' && !isRepeatable) await settleUncertain(run, step, operation, drafts, error)
    else if (error.kind === 'record') await isolate(run, step, operation, drafts, error)
    else throw error
  }
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

function apply(step: OpenStep, drafts: readonly Draft[], answers: readonly WriteAnswer[]): void {
  const byRef = new Map(answers.map(answer => [answer.ref, answer]))
  drafts.forEach((draft, index) => {
    const answer = byRef.get(String(index))
    if (!answer) die(draft, silent(step))
    else if (answer.is === 'refused') die(draft, answer.error)
    else {
      const known = draft.planned?.sinkKey
      draft.item.sinkKeys.set(draft.step.name, answer.sinkKey)
      draft.result = {
        sinkKey: answer.sinkKey,
        // the record that we knew is gone and its external key made another one
        did: known !== undefined && known !== answer.sinkKey ? 're-created' : answer.did,
        ...(answer.version === undefined ? {} : { version: answer.version }),
      }
    }
  })
}

function silent(step: OpenStep): EngineError {
  return toEngineError(new Error(`${step.connection.connector.name} gave no answer for a record of a batch`))
}

function die(draft: Draft, error: EngineError): void {
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
  if (drafts.length === 1 && only) return die(only, error)
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
  drafts: readonly Draft[],
  error: EngineError,
): Promise<void> {
  if (operation !== 'create') {
    // an update or delete by id says the same when it is said again
    apply(step, drafts, await step.connection.write(step.plan.sink.entity, batchOf(step, operation, drafts)))
    return
  }
  let missing = drafts
  for (let round = 0; round < LOOK_UPS && missing.length > 0; round++) {
    await run.ports.clock.sleep(1_000 * 2 ** round, run.ports.signal)
    missing = await adoptFound(step, missing)
  }
  const unknowable = missing.filter(draft => draft.planned?.matchValue == null)
  for (const draft of unknowable) die(draft, error)
  const absent = missing.filter(draft => draft.planned?.matchValue != null)
  if (absent.length === 0) return
  try {
    apply(step, absent, await step.connection.write(step.plan.sink.entity, batchOf(step, operation, absent)))
  } catch (thrown) {
    if (!isEngineError(thrown, 'uncertain')) throw thrown
    for (const draft of await adoptFound(step, absent)) die(draft, thrown)
  }
}

async function adoptFound(step: OpenStep, drafts: readonly Draft[]): Promise<readonly Draft[]> {
  const values = drafts.flatMap(draft => (draft.planned?.matchValue == null ? [] : [draft.planned.matchValue]))
  const found = await findByMatch(step, values)
  return drafts.filter(draft => {
    const [first] = found(draft.planned?.matchValue ?? '')
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
