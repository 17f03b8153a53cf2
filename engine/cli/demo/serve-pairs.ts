import { newId } from '../../host/index.ts'
import { createServiceLog, newToken, type RunningService, startService } from '../../service/index.ts'
import type { Context } from '../context.ts'
import { hostOf } from '../workspace.ts'
import { act } from './people.ts'
import { type PlayOptions, withStage } from './play-pair.ts'
import type { Action, ScenarioFile } from './scenario.ts'
import type { Stage, StagedFlow } from './stage.ts'

/** Every minute, on the minute: a demo is looked at, not waited for. */
const CRON = '* * * * *'
const AT_ONCE = 4
/** How often somebody changes something. */
const PAUSE_MS = 2_000
const DEADLINE_MS = 10_000

export interface ServedDemo {
  readonly url: string
  /** Opens all workspaces as their admin. */
  readonly token: string
  readonly workspaces: readonly string[]
}

export interface ServeOptions extends Omit<PlayOptions, 'say' | 'cron'> {
  readonly port: number
  /** The service is up. */
  announce(demo: ServedDemo): void
}

/** Sandboxes, one workspace per pair and one service over all of them, and people who go on changing things, until the signal comes. */
export async function servePairs(
  context: Context,
  scenarios: readonly ScenarioFile[],
  options: ServeOptions,
): Promise<void> {
  await withStages(context, scenarios, {
    options: { ...options, cron: CRON },
    work: stages => serveStages(context, stages, options),
  })
}

interface Staging {
  readonly options: Parameters<typeof withStage>[2]['options']
  work(stages: readonly Stage[]): Promise<void>
}

async function withStages(
  context: Context,
  [first, ...rest]: readonly ScenarioFile[],
  { options, work }: Staging,
  before: readonly Stage[] = [],
): Promise<void> {
  if (!first) return work(before)
  const next = (stage: Stage) => withStages(context, rest, { options, work }, [...before, stage])
  await withStage(context, first, { options, work: next })
}

async function serveStages(
  context: Context,
  stages: readonly Stage[],
  { port, announce }: ServeOptions,
): Promise<void> {
  const { product, terminal } = context
  const running = await startService({
    folders: stages.flatMap(it => it.context.folder ?? []),
    host: { ...hostOf(context), signal: new AbortController().signal, log: createServiceLog('warn', terminal.stderr) },
    version: product.version,
    address: '127.0.0.1',
    port,
    // sandboxes are on this machine: they reach it by its own address
    publicUrl: `http://127.0.0.1:${port}`,
    atOnce: AT_ONCE,
    ...(product.dashboard === undefined ? {} : { dashboard: product.dashboard }),
    schemas: product.schemas,
    // people come first: what the flows refer to has to be there
    isScheduling: false,
    isMetricsOpen: true,
  })
  try {
    const token = await register(context, running)
    announce({ url: running.url, token, workspaces: running.service.workspaces.all().map(it => it.name) })
    for (const stage of stages) if (!context.signal.aborted) await bringOver(running, stage)
    running.schedule()
    await goOn(context, stages)
  } finally {
    await running.stop(DEADLINE_MS)
  }
}

/** One token for all workspaces. */
async function register({ clock }: Context, { service }: RunningService): Promise<string> {
  const now = clock.now()
  const { text, kept } = newToken({ id: newId(now), name: 'demo', role: 'admin', now })
  for (const { ledger } of service.workspaces.all()) await ledger.addToken(kept)
  return text
}

/** The first run of each flow, in the order in which others refer to what it brings, then what people do in between. */
async function bringOver({ service }: RunningService, stage: Stage): Promise<void> {
  const wish = { is: 'run', trigger: 'manual', actor: 'demo', mode: 'incremental' } as const
  for (const flow of stage.flows) {
    await actNow(stage, flow, flow.part.before?.['1'])
    await service.dispatcher.request({ workspace: stage.scenario.pair, flow: flow.name }, wish).catch(() => {})
  }
  for (const flow of stage.flows) await actNow(stage, flow, flow.part.meanwhile)
}

/** The clocks of a service are real: nobody puts them forward. */
async function actNow(stage: Stage, flow: StagedFlow, actions: readonly Action[] = []): Promise<void> {
  await act(
    stage,
    flow,
    actions.filter(it => !('pass' in it)),
  )
}

async function goOn({ clock, signal }: Context, stages: readonly Stage[]): Promise<void> {
  const busy = stages.flatMap(stage => stage.flows.map(flow => ({ stage, flow }))).filter(it => it.flow.part.daily)
  for (let round = 1; !signal.aborted; round += 1) {
    await clock.sleep(PAUSE_MS, signal).catch(() => {})
    const it = busy[Math.floor(Math.random() * busy.length)]
    if (!it || signal.aborted) continue
    it.stage.remembered.set('round', round)
    it.stage.remembered.set('lot', Math.random())
    await actNow(it.stage, it.flow, it.flow.part.daily)
  }
}
