import { withPorts } from '../../host/index.ts'
import { preview, type RunReport, runFlow } from '../../run/index.ts'
import type { Context } from '../context.ts'
import { requestOf, runAll } from '../run-flows.ts'
import { flowsNamed, withWorkspace } from '../workspace.ts'
import { type Check, checkRun, checkTarget, type Expected, expectedOf } from './check.ts'
import type { Control } from './control.ts'
import { DEMO_FLOWS, type DemoFlow, type Planted, sourceKeys } from './scenario.ts'

export interface Round {
  readonly round: 1 | 2 | 3
  readonly reports: readonly RunReport[]
  readonly expected: readonly Expected[]
  readonly checks: readonly Check[]
}

export interface Stage {
  /** Its `folder` is the demo's. */
  readonly context: Context
  readonly source: Control
  readonly target: Control
  /** Flows whose module this edition lacks. */
  readonly lacking: ReadonlySet<string>
}

/** All flows once, as `ml-connector run --all` runs them, and whether that came to what it had to. */
export async function playRound(stage: Stage, round: 1 | 2 | 3, planted: ReadonlyMap<string, Planted>): Promise<Round> {
  const expected: Expected[] = []
  for (const flow of DEMO_FLOWS)
    expected.push(expectedOf(round, flow, (await sourceKeys(stage.source, flow)).size, planted.get(flow.name)))
  const reports = await withWorkspace(stage.context, opened =>
    runAll(opened, flowsNamed(opened, []), (plan, ports) => runFlow(plan, ports, requestOf(opened, {}))),
  )
  const checks = reports.map(report => {
    const at = DEMO_FLOWS.findIndex(it => it.name === report.flow)
    return checkRun(round, report, expected[at] ?? { written: 0, deleted: 0 }, stage.lacking.has(report.flow))
  })
  const missing = DEMO_FLOWS.length - reports.length
  const whole = {
    what: `round ${round}: every flow ran`,
    ok: missing === 0,
    detail: missing === 0 ? '' : `${missing} did not`,
  }
  return { round, reports, expected, checks: [...checks, whole] }
}

/** Is the target what the source is: by its own records, and field by field by the planner that every run uses? */
export async function checkEquality(stage: Stage, planted: ReadonlyMap<string, Planted>): Promise<Check[]> {
  const checks: Check[] = []
  for (const flow of DEMO_FLOWS) {
    if (stage.lacking.has(flow.name)) continue
    checks.push(await checkTarget(stage, flow, planted.get(flow.name) ?? { changed: [], added: [], removed: [] }))
    checks.push(await checkFields(stage, flow))
  }
  return checks
}

function checkFields({ context }: Stage, flow: DemoFlow): Promise<Check> {
  return withWorkspace(context, async opened => {
    const [plan] = flowsNamed(opened, [flow.name])
    const ledger = await opened.ledger()
    if (!plan) return { what: `${flow.module} field by field`, ok: false, detail: 'the workspace lacks the flow' }
    const found = await withPorts(opened, ledger, ports =>
      preview(plan, ports, { limit: Number.MAX_SAFE_INTEGER, all: true }),
    )
    const differing = found.records.filter(it => it.would !== 'same' && it.would !== 'filter')
    const [first] = differing
    const detail = first
      ? `${differing.length} differ, the first is ${first.key}: ${first.would} ${first.differences.map(it => it.field).join(' ')}`
      : ''
    return {
      what: `${flow.module} are the same, field by field`,
      ok: !first && !found.targetUnread && !found.isPartial,
      detail: found.targetUnread?.message ?? detail,
    }
  })
}
