import type { FlowPlan } from '../../core/plan.ts'
import { withPorts } from '../../host/index.ts'
import { type FieldDifference, type PreviewedRecord, preview } from '../../run/index.ts'
import { flowNamed, type OpenWorkspace, withWorkspace } from '../workspace.ts'
import { type Check, checked, checkTargets, type RoundNumber } from './check.ts'
import { holds } from './expressions.ts'
import { deadOf } from './look.ts'
import { labelOf, type Stage, type StagedFlow } from './stage.ts'

/** Is each target what its source is: by its own records, and field by field by the planner that every run uses? */
export function checkEquality(stage: Stage, round: RoundNumber): Promise<readonly Check[]> {
  return withWorkspace(stage.context, async opened => {
    const checks: Check[] = []
    for (const flow of stage.flows) {
      if (flow.isLacking || stage.context.signal.aborted) continue
      checks.push(...(await checkTargets(round, stage, flow)))

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
