import type { Context } from '../context.ts'
import type { Check, RoundNumber, Since } from './check.ts'
import { demoClock } from './demo-clock.ts'
import { checkEquality } from './equality.ts'
import { explain } from './explain.ts'
import { type PlantedDead, plantedDead } from './planted-dead.ts'
import { meanwhile, playRound, type Round } from './rounds.ts'
import type { ScenarioFile } from './scenario.ts'
import { showHeading, showRound, showVerdict } from './show.ts'
import { type Stage, stageFlows } from './stage.ts'
import { startSystems, type Wanted } from './systems.ts'
import { checkVerified } from './verified.ts'
import { makeWorkspace } from './workspace.ts'

/** A pair that was played to its end. */
export interface PlayedPair {
  readonly scenario: ScenarioFile
  readonly folder: string
  readonly rounds: readonly Round[]
  readonly checks: readonly Check[]
  /** By flow, what people did between rounds 1 and 2. */
  readonly planted: ReadonlyMap<string, Since>
  /** Flows that this edition cannot take. */
  readonly unavailable: readonly string[]
  readonly dead: readonly PlantedDead[]
}

export interface PlayOptions extends Wanted {
  /** Folder of the workspaces. */
  readonly parent: string
  say(text: string): void
}

/** Sandboxes and workspace of a pair are there for as long as `work` takes. */
export async function withStage<T>(
  context: Context,
  scenario: ScenarioFile,
  { options, work }: { readonly options: Wanted & { readonly parent: string }; work(stage: Stage): Promise<T> },
): Promise<T> {
  const systems = await startSystems(context, scenario, options)
  try {
    const folder = await makeWorkspace(context, scenario, {
      ...{ parent: options.parent, systems: systems.all },
      ...(options.cron === undefined ? {} : { cron: options.cron }),
    })
    const clock = demoClock(context.clock)
    const its = { ...context, clock, folder }
    const flows = await stageFlows(its, scenario, options.edition)
    return await work({
      scenario,
      context: its,
      clock,
      systems: systems.all,
      flows,
      remembered: new Map(),
      touched: [],
    })
  } finally {
    // whatever happened: nothing goes on
    await systems.stop()
  }
}

const ROUNDS: readonly RoundNumber[] = [1, 2, 3]

/** Three rounds, each followed from the second on by the question whether the targets are what the sources are; then the engine's own answer. */
export function playPair(context: Context, scenario: ScenarioFile, options: PlayOptions): Promise<PlayedPair> {
  return withStage(context, scenario, {
    options,
    work: async stage => {
      const { say } = options
      say(showHeading(stage))
      const rounds: Round[] = []
      const equality: Check[] = []
      for (const round of ROUNDS) {
        if (context.signal.aborted) break
        if (round === 2) await meanwhile(stage)
        const played = await playRound(stage, round)
        rounds.push(played)
        say(showRound(stage, played))
        if (round > 1) equality.push(...(await checkEquality(stage, round)))
      }
      const verified = await checkVerified(stage)
      say(await explain(stage))
      const checks = [...rounds.flatMap(it => it.checks), ...equality, ...verified]
      const dead = await plantedDead(stage)
      say(showVerdict(stage, { checks, dead }))
      return ended(stage, { rounds, checks, dead })
    },
  })
}

function ended(stage: Stage, played: Pick<PlayedPair, 'rounds' | 'checks' | 'dead'>): PlayedPair {
  const second = played.rounds.find(it => it.round === 2)
  return {
    scenario: stage.scenario,
    folder: stage.context.folder ?? '',
    ...played,
    planted: new Map(second?.runs.map(it => [it.flow.name, it.since])),
    unavailable: stage.flows.filter(it => it.isLacking).map(it => it.name),
  }
}
