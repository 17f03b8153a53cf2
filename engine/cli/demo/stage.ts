import { EngineError } from '../../core/errors.ts'
import type { FlowPlan } from '../../core/plan.ts'
import type { Json } from '../../core/record.ts'
import type { Context } from '../context.ts'
import { flowsNamed, withWorkspace } from '../workspace.ts'
import type { DemoClock } from './demo-clock.ts'
import type { ScenarioFile, ScenarioFlow } from './scenario.ts'
import { type System, systemNamed } from './systems.ts'

/** A pair whose sandboxes run and whose workspace is there, and what has happened so far. */
export interface Stage {
  readonly scenario: ScenarioFile
  /** Its `folder` is the workspace, its clock the demo's. */
  readonly context: Context
  readonly clock: DemoClock
  readonly systems: ReadonlyMap<string, System>
  readonly flows: readonly StagedFlow[]
  /** What actions remembered under `as`. */
  readonly remembered: Map<string, Json>
  /** Records that people changed, in their order. */
  readonly touched: Touched[]
}

export interface StagedFlow {
  readonly part: ScenarioFlow
  readonly name: string
  /** Connection that it reads. */
  readonly source: string
  /** Connection of its first step's target. */
  readonly sink: string
  /** This edition lacks what it writes. */
  readonly isLacking: boolean
  /** Source keys as the flow's last run found them. */
  seen: ReadonlySet<string>
  /** How much of `touched` its last run could see. */
  seenTouched: number
  /** By target, all keys that ever had to be there. */
  readonly ever: readonly Set<string>[]
}

export interface Touched {
  readonly connection: string
  readonly entity: string
  readonly key: string
}

/** The flows of the scenario with what their files say of them. */
export function stageFlows(
  context: Context,
  scenario: ScenarioFile,
  edition: string | undefined,
): Promise<readonly StagedFlow[]> {
  return withWorkspace(context, async opened => {
    const plans = new Map(flowsNamed(opened, []).map(it => [it.file, it]))
    return scenario.flows.map(part => staged(part, plans.get(`library:${part.use}.yaml`), edition))
  })
}

function staged(part: ScenarioFlow, plan: FlowPlan | undefined, edition: string | undefined): StagedFlow {
  const [first] = plan?.steps ?? []
  if (!plan || !first)
    throw new EngineError({
      kind: 'defect',
      code: 'DEMO_SYSTEM',
      message: `the demo's workspace lacks the flow ${part.use}`,
      remedy: 'Correct it in flows/demo.',
    })
  return {
    part,
    name: plan.name,
    source: plan.source.connection,
    sink: first.sink.connection,
    isLacking: edition !== undefined && (part.lackedBy ?? []).includes(edition),
    seen: new Set(),
    seenTouched: 0,
    ever: part.targets.map(() => new Set()),
  }
}

/** How a record of a flow's source is called: by its key, with its entity where the flow reads several. */
export function labelOf({ part }: StagedFlow, entity: string, key: string): string {
  return Object.keys(part.source).length > 1 ? `${entity} ${key}` : key
}

export const controlOf = (stage: Stage, connection: string) => systemNamed(stage.systems, connection).control

/** Time goes on, for the engine and for all systems. */
export async function pass({ clock, systems }: Stage, minutes: number): Promise<void> {
  const ms = minutes * 60_000
  clock.pass(ms)
  await Promise.all([...systems.values()].map(it => it.control.pass(ms)))
}
