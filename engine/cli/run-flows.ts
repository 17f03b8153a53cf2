import PQueue from 'p-queue'
import { type Failure, toEngineError } from '../core/errors.ts'
import type { FlowPlan } from '../core/plan.ts'
import { withPorts } from '../host/index.ts'
import { noCounts } from '../run/counts.ts'
import type { RunOptions, RunPorts, RunReport } from '../run/index.ts'
import { envelopeError } from './envelope.ts'
import { EXIT, exitOfRun, gravest } from './exit-codes.ts'
import { progressLine } from './show/progress.ts'
import { type OlderDead, showAftermath, showFailures, showReports } from './show/runs.ts'
import type { End } from './verb.ts'
import type { OpenWorkspace } from './workspace.ts'

/** One piece of work on one flow that ends in a report: a run, a replay, a verification. */
export type Work<Report extends RunReport = RunReport> = (plan: FlowPlan, ports: RunPorts) => Promise<Report>

/**
 * Flows in their order, `atOnce` of them at a time, each with connections of its own and all within the limits of the accounts. After a
 * cancellation the rest is left alone. Reports are in the order of the flows.
 */
export async function runAll<Report extends RunReport>(
  opened: OpenWorkspace,
  flows: readonly FlowPlan[],
  work: Work<Report>,
  atOnce = 1,
): Promise<(Report | RunReport)[]> {
  const { context } = opened
  const ledger = await opened.ledger()
  const progress = progressLine(context)
  const queue = new PQueue({ concurrency: atOnce })
  const runOne = async (flow: FlowPlan): Promise<(Report | RunReport)[]> => {
    if (context.signal.aborted) return []
    const startedAt = context.clock.now().toISOString()
    const report = withPorts(opened, ledger, ports => work(flow, ports), { onProgress: progress.show })
    return [await report.catch(thrown => notStarted(flow, startedAt, context.clock.now(), thrown))]
  }
  const reports = await Promise.all(flows.map(flow => queue.add(() => runOne(flow))))
  progress.clear()
  if (context.signal.aborted)
    context.note('Cancelled: what was written until then is settled; the next run goes on from there.')
  return reports.flat()
}

/** What kept a run from starting (it overlaps with another, its ledger fails) concerns this flow only. */
function notStarted(flow: FlowPlan, startedAt: string, now: Date, thrown: unknown): RunReport {
  return {
    runId: '',
    flow: flow.name,
    state: 'failed',
    counts: noCounts(),
    failure: toEngineError(thrown).toFailure(),
    startedAt,
    endedAt: now.toISOString(),
    deadByCode: {},
  }
}

/** More than this is "more than this": nobody counts on. */
const MOST_OLDER = 1_000

/** A run that went well says nothing of what earlier ones left behind; whoever looks at it should know. */
export async function olderDead(opened: OpenWorkspace, reports: readonly RunReport[]): Promise<OlderDead[]> {
  const ledger = await opened.ledger()
  const found = await Promise.all(
    reports.map(async ({ flow, runId }) => {
      const open = await ledger.deadLetters({ flow, state: 'open', limit: MOST_OLDER + 1 })
      return { flow, count: open.filter(it => it.runId !== runId).length, most: MOST_OLDER }
    }),
  )
  return found.filter(it => it.count > 0)
}

/** Reports as what the shell, a person and `--json` get. `error` is that of the first flow that failed. */
export function endOf(opened: OpenWorkspace, reports: readonly RunReport[], older: readonly OlderDead[] = []): End {
  const { colours, signal } = opened.context
  // also when the flows that were left out are the only ones that it cost
  const isCancelled = signal.aborted
  const failed = reports.find(it => it.failure !== null && it.state !== 'unavailable' && it.state !== 'partial')
  return {
    exit: gravest([...reports.map(exitOfRun), ...(isCancelled ? [EXIT.cancelled] : [])]),
    data: { runs: reports.map(toJson) },
    text: () =>
      reports.length === 0
        ? 'no flow to run: name some under flows: in ml-connector.yaml\n'
        : `${showReports(reports, colours)}${showAftermath(reports, older, colours)}`,
    complaint: () => showFailures(reports, colours),
    ...errorOf(failed?.failure ?? null, isCancelled),
  }
}

function errorOf(failure: Failure | null, isCancelled: boolean): Pick<End, 'error'> {
  if (failure) return { error: envelopeError(failure) }
  if (!isCancelled) return {}
  return {
    error: envelopeError({ kind: 'cancelled', code: 'RUN_CANCELLED', message: 'cancelled before every flow had run' }),
  }
}

/** One run of `--json`: its counts beside its state, its failure as it is. */
export function toJson(report: RunReport): Readonly<Record<string, unknown>> {
  const { counts, ...rest } = report
  return { ...rest, ...counts }
}

export function requestOf(opened: OpenWorkspace, more: Partial<RunOptions>): RunOptions {
  return { trigger: 'manual', actor: opened.actor, mode: 'incremental', ...more }
}
