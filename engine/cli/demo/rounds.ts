import { type RunReport, runFlow } from '../../run/index.ts'
import { requestOf, runAll } from '../run-flows.ts'
import { flowNamed, type OpenWorkspace, withWorkspace } from '../workspace.ts'
import {
  type Check,
  checked,
  checkRun,
  type Expected,
  expectedOf,
  type RoundNumber,
  type Since,
  sinceLastRun,
} from './check.ts'
import { lookAt } from './look.ts'
import { act } from './people.ts'
import type { Stage, StagedFlow } from './stage.ts'

export interface Round {
  readonly round: RoundNumber
  readonly runs: readonly FlowRun[]
  readonly checks: readonly Check[]
}

export interface FlowRun {
  readonly flow: StagedFlow
  readonly report: RunReport
  readonly since: Since
  readonly expected: Expected
}

/** What people do between rounds 1 and 2. */
export async function meanwhile(stage: Stage): Promise<void> {
  for (const flow of stage.flows) await act(stage, flow, flow.part.meanwhile)
}

/** Every flow once, in their order, as `ml-connector run --all` runs them, and whether that came to what it had to. */
export async function playRound(stage: Stage, round: RoundNumber): Promise<Round> {
  const runs = await withWorkspace(stage.context, async opened => {
    const ended: FlowRun[] = []
    for (const flow of stage.flows) ended.push(...(await runOne(stage, opened, { flow, round })))
    return ended
  })
  const left = stage.flows.length - runs.length
  const checks = runs.map(it => checkRun(round, it.report, it.flow, it.expected))
  return {
    round,
    runs,
    checks: [...checks, checked(`round ${round}: every flow ran`, left === 0 ? [] : [`${left} did not`])],
  }
}

/** No report when the demo was cancelled before. */
async function runOne(
  stage: Stage,
  opened: OpenWorkspace,
  { flow, round }: { readonly flow: StagedFlow; readonly round: RoundNumber },
): Promise<FlowRun[]> {
  if (stage.context.signal.aborted) return []
  const { before, sweep } = flow.part
  if (round !== 3) await act(stage, flow, before?.[round])
  const look = await lookAt(stage, flow)
  const since = sinceLastRun(stage, flow, look)
  const expected = expectedOf(flow, since)
  flow.seen = look.labels
  flow.seenTouched = stage.touched.length
  for (const [at, keys] of look.wanted.entries()) for (const key of keys) flow.ever[at]?.add(key)
  const mode = sweep && round === 2 ? 'sweep' : 'incremental'
  const reports = await runAll(opened, [flowNamed(opened, flow.name)], (plan, ports) =>
    runFlow(plan, ports, requestOf(opened, { mode })),
  )
  return reports.map(report => ({ flow, report, since, expected }))
}
