import { type EngineError, type Failure, isEngineError, toEngineError } from '../core/errors.ts'
import type { RunState } from '../core/ledger.ts'
import type { FlowPlan } from '../core/plan.ts'
import type { ReadRequest } from '../sdk/connector.ts'
import { markFailed, traced } from '../sdk/trace.ts'
import { readKeys } from './keys.ts'
import { withLease } from './lease.ts'
import { ahead } from './pages.ts'
import { drainParked } from './parked.ts'
import { preflight } from './preflight.ts'
import { recover } from './recover.ts'
import { type Counters, cancelled, cancelledIf, newCounters, openRun, type Run, selectOf } from './run.ts'
import { stopIfTooManyDied } from './stop-after.ts'
import { sweepUnseen } from './sweep.ts'
import type { RunOptions, RunPorts, RunReport } from './types.ts'
import { processUnit } from './unit.ts'

/** Records that settle together: full write batches, and a repeat of at most this much after a crash. */
const UNIT = 4_000

/**
 * One run of one flow, from its checkpoint to the end of what the source has. Never throws for what outside systems do:
 * the report says how it ended. Throws only when the ledger itself cannot be used.
 */
export function runFlow(plan: FlowPlan, ports: RunPorts, options: RunOptions): Promise<RunReport> {
  return execute(plan, ports, options, null, async run => {
    await preflight(run)
    await recover(run)
    await drainParked(run)
    if (options.keys) await processKeys(run, [...new Set(options.keys)])
    else for (const entity of plan.source.entities) await readEntity(run, entity)
    await drainParked(run)
  })
}

/** A read by key says nothing about how far the walk has come: no checkpoint moves. */
async function processKeys(run: Run, keys: readonly string[]): Promise<void> {
  const { ports, plan } = run
  const unitSize = ports.unitSize ?? UNIT
  for (const entity of plan.source.entities)
    for (let at = 0; at < keys.length; at += unitSize) {
      cancelledIf(run)
      const records = await readKeys(run, entity, keys.slice(at, at + unitSize))
      await processUnit(run, { entity, records })
      ports.onProgress?.({ flow: plan.name, entity, counts: run.counts })
      stopIfTooManyDied(run)
    }
}

async function readEntity(run: Run, entity: string): Promise<void> {
  const { ports, plan, options } = run
  const after = await ports.ledger.checkpoint(plan.name, entity)
  let isComplete = false
  for await (const chunk of ahead(run.source.read(entity, requestOf(run, entity, after)), ports.unitSize ?? UNIT)) {
    cancelledIf(run)
    await processUnit(run, { entity, records: chunk.records, cursor: chunk.next })
    ports.onProgress?.({ flow: plan.name, entity, counts: run.counts })
    stopIfTooManyDied(run)
    isComplete ||= chunk.isComplete
  }
  if (options.mode === 'sweep' && isComplete) await sweepUnseen(run, entity)
}

function requestOf(run: Run, entity: string, after: ReadRequest['after']): ReadRequest {
  const { source, onDelete } = run.plan
  return {
    ...(after === undefined ? {} : { after }),
    ...(run.options.mode === 'incremental' ? {} : { full: true }),
    select: selectOf(run, entity),
    deletes: onDelete.do !== 'ignore',
    ...(source.pageSize === undefined ? {} : { pageSize: source.pageSize }),
  }
}

/** Opens, leases, runs `work`, and closes with a true report whatever happened. Shared by runs and replays. */
export async function execute(
  plan: FlowPlan,
  ports: RunPorts,
  options: RunOptions,
  replayOf: string | null,
  work: (run: Run) => Promise<void>,
): Promise<RunReport> {
  const id = ports.newId()
  const counters = newCounters()
  const startedAt = ports.clock.now().toISOString()
  return withLease({ plan, ports, runId: id }, async lease => {
    await ports.ledger.startRun({
      id,
      workspace: plan.workspace,
      flow: plan.name,
      flowHash: plan.hash,
      trigger: options.trigger,
      actor: options.actor,
      startedAt,
      replayOf,
    })
    ports.onStart?.(id)
    const unwatch = ports.watchCalls((_label, isSignIn) => {
      counters.counts[isSignIn ? 'signIns' : 'calls'] += 1
    })
    return traced(`run ${plan.name}`, attributesOf(plan, options, id), async span => {
      const thrown = await attempt(async () => {
        await work(await openRun({ id, plan, ports, options, counters, lease }))
      })
      unwatch()
      // whatever broke off in the middle of it, the reason is that a person said stop
      const error = thrown && ports.signal.aborted ? cancelled(thrown) : thrown
      const ended = await report(plan, ports, { id, startedAt, counters, error })
      span.setAttribute('ml_connector.run.state', ended.state)
      span.setAttribute('ml_connector.run.read', ended.counts.read)
      if (ended.state === 'failed' && error) markFailed(span, error.code)
      return ended
    })
  })
}

function attributesOf({ workspace, name }: FlowPlan, { trigger }: RunOptions, id: string) {
  return {
    'ml_connector.workspace': workspace,
    'ml_connector.flow': name,
    'ml_connector.run.id': id,
    'ml_connector.run.trigger': trigger,
  }
}

async function attempt(work: () => Promise<void>): Promise<EngineError | undefined> {
  try {
    await work()
    return undefined
  } catch (thrown) {
    return toEngineError(thrown)
  }
}

async function report(
  plan: FlowPlan,
  ports: RunPorts,
  end: { id: string; startedAt: string; counters: Counters; error: EngineError | undefined },
): Promise<RunReport> {
  const { counts, deadByCode } = end.counters
  const failure: Failure | null = end.error?.toFailure() ?? null
  const state = stateOf(end.error, deadByCode.size > 0)
  const endedAt = ports.clock.now().toISOString()
  if (end.error?.kind === 'defect') ports.log.warn(end.error.message, { stack: stackOf(end.error) })
  const isOvertaken = await ports.ledger.finishRun(end.id, { state, endedAt, counts, failure }).then(
    () => false,
    (thrown: unknown) => {
      if (isEngineError(thrown) && thrown.code === 'LEDGER_RUN_ENDED') return true
      throw thrown
    },
  )
  return {
    runId: end.id,
    flow: plan.name,
    // another run has taken over, and closed this one in the ledger
    state: isOvertaken ? 'interrupted' : state,
    counts,
    failure,
    startedAt: end.startedAt,
    endedAt,
    deadByCode: Object.fromEntries(deadByCode),
  }
}

function stateOf(error: EngineError | undefined, hasDied: boolean): RunState {
  if (!error) return hasDied ? 'partial' : 'succeeded'
  if (error.kind === 'cancelled' || error.kind === 'unavailable') return error.kind
  return 'failed'
}

function stackOf(error: EngineError): string {
  return error.cause instanceof Error ? (error.cause.stack ?? error.message) : (error.stack ?? error.message)
}
