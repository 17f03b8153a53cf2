import type { FlowPlan } from '../../core/plan.ts'
import { withPorts } from '../../host/index.ts'
import { type FieldDifference, type PreviewedRecord, preview, type RunReport, runFlow } from '../../run/index.ts'
import { requestOf, runAll } from '../run-flows.ts'
import { flowNamed, type OpenWorkspace, withWorkspace } from '../workspace.ts'
import {
  type Check,
  checked,
  checkRun,
  checkTargets,
  type Expected,
  expectedOf,
  type RoundNumber,
  type Since,
  sinceLastRun,
} from './check.ts'
import { holds } from './expressions.ts'
import { deadOf, lookAt } from './look.ts'
import { act } from './people.ts'
import { labelOf, pass, type Stage, type StagedFlow } from './stage.ts'

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

/** What people do between rounds 1 and 2, and the time that passes before any other round than the first. */
export async function meanwhile(stage: Stage, round: RoundNumber): Promise<void> {
  if (round === 2) for (const flow of stage.flows) await act(stage, flow, flow.part.meanwhile)
  if (stage.scenario.pause !== undefined && round > 1) await pass(stage, stage.scenario.pause)
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

/** Is each target what its source is: by its own records, and field by field by the planner that every run uses? */
export function checkEquality(stage: Stage, round: RoundNumber): Promise<readonly Check[]> {
  return withWorkspace(stage.context, async opened => {
    const checks: Check[] = []
    for (const flow of stage.flows) {
      if (flow.isLacking || stage.context.signal.aborted) continue
      checks.push(...(await checkTargets(round, stage, flow)))
      if (flow.part.fieldByField !== false)
        checks.push(await checkFields(opened, flowNamed(opened, flow.name), { flow, round }))
      checks.push(await checkDead(opened, flow, round))
    }
    return checks
  })
}

async function checkFields(
  opened: OpenWorkspace,
  plan: FlowPlan,
  { flow, round }: { readonly flow: StagedFlow; readonly round: RoundNumber },
): Promise<Check> {
  const ledger = await opened.ledger()
  const found = await withPorts(opened, ledger, ports =>
    preview(plan, ports, { limit: Number.MAX_SAFE_INTEGER, all: true }),
  )
  const differing: PreviewedRecord[] = []
  for (const it of found.records) if (await isOff(flow, it)) differing.push(it)
  const [first] = differing
  const wrong = first
    ? [
        `${differing.length} differ, the first is ${first.key}: ${first.would} ${first.differences.map(showDifference).join(', ')}`,
      ]
    : []
  if (found.targetUnread) wrong.push(found.targetUnread.message)
  if (found.isPartial) wrong.push('not all was read')
  return checked(`round ${round}: ${flow.name}: the same, field by field`, wrong)
}

const showDifference = ({ field, before, after }: FieldDifference): string =>
  `${field} ${JSON.stringify(before)}, not ${JSON.stringify(after)}`

/** Would a run have to change the target, other than where the scenario says that it rightly differs? */
async function isOff(flow: StagedFlow, { entity, key, would, differences }: PreviewedRecord): Promise<boolean> {
  if (would === 'same' || would === 'filter' || deadOf(flow).has(labelOf(flow, entity, key))) return false
  if (would !== 'update') return true
  for (const { field, before, after } of differences) {
    const mayDiffer = flow.part.mayDiffer?.[field]
    if (mayDiffer === undefined || !(await holds(mayDiffer, { key, before, after }, {}))) return true
  }
  return false
}

/** Dead letters are those that were planted, and no others. */
async function checkDead(opened: OpenWorkspace, flow: StagedFlow, round: RoundNumber): Promise<Check> {
  const letters = await deadLettersOf(opened, flow)
  const planned = [...deadOf(flow)].filter(it => flow.seen.has(it))
  const keys = letters.map(it => labelOf(flow, it.sourceEntity, it.sourceKey))
  return checked(`round ${round}: ${flow.name}: dead are only the records that were planted to be`, [
    ...keys.filter(it => !planned.includes(it)).map(it => `${it} is dead`),
    ...planned.filter(it => !keys.includes(it)).map(it => `${it} is not dead`),
  ])
}

const MOST_DEAD = 100

export async function deadLettersOf(opened: OpenWorkspace, flow: StagedFlow) {
  const ledger = await opened.ledger()
  return ledger.deadLetters({ flow: flow.name, state: 'open', limit: MOST_DEAD })
}
