import type { RunRow } from '../../../core/ledger.ts'
import type { FlowPlan } from '../../../core/plan.ts'
import { type VerifiedFlow, verifiedOf } from '../../../run/index.ts'
import { type Held, pauseOf } from '../../held.ts'
import type { Api } from '../api.ts'
import type { DiagnosticView, FlowView } from '../views.ts'
import { diagnosticsOf } from './diagnostics.ts'
import { pauseView, runView } from './runs.ts'

const RECENT = 20

/** All flows of a workspace, or those that are named. */
export async function flowViews(api: Api, held: Held, plans: readonly FlowPlan[]): Promise<readonly FlowView[]> {
  const { ledger } = held
  const dead = await ledger.deadCounts()
  const verifications = await ledger.verifications()
  const diagnostics = diagnosticsOf(held)
  const deadOf = (flow: string) => dead.reduce((sum, it) => (it.flow === flow ? sum + it.count : sum), 0)
  return Promise.all(
    plans.map(async plan => {
      const [recent, parked] = await Promise.all([
        ledger.runs({ flow: plan.name, limit: RECENT }),
        ledger.parkedCount(plan.name),
      ])
      const known = { recent, parked, deadOpen: deadOf(plan.name), verified: verifiedOf(plan, verifications) }
      return flowView(api, held, { plan, diagnostics: diagnostics.filter(it => it.file === plan.file), ...known })
    }),
  )
}

interface Known {
  readonly plan: FlowPlan
  readonly recent: readonly RunRow[]
  readonly parked: number
  readonly deadOpen: number
  readonly verified: VerifiedFlow | null
  readonly diagnostics: readonly DiagnosticView[]
}

async function flowView(api: Api, held: Held, known: Known): Promise<FlowView> {
  const { plan, recent, parked, deadOpen, verified, diagnostics } = known
  const { dispatcher, clock } = api.service
  const ref = { workspace: held.name, flow: plan.name }
  const paused = pauseOf(held, plan.name)
  const recentRuns = recent.map(runView)
  const since = await api.freshness.since(held, plan.name, clock.now())
  return {
    ...declared(plan),
    state: stateOf(api, held, known),
    paused: paused ? pauseView(paused) : null,
    running: runningView(api, held, plan.name),
    nextRunAt: dispatcher.next(ref)?.toISOString() ?? null,
    lastRun: recentRuns[0] ?? null,
    recentRuns,
    lagSeconds: since ? Math.max(0, (clock.now().getTime() - since.getTime()) / 1_000) : null,
    verified: verified && { until: verified.until, runId: verified.runId, ...verified.tally },
    ...{ deadOpen, parked, diagnostics },
  }
}

function declared(plan: FlowPlan) {
  const { name, title, file, hash, source, steps, schedule, listen } = plan
  return {
    ...{ name, title, file, hash },
    source: { connection: source.connection, connector: source.connector, entities: source.entities },
    sinks: steps.map(({ name: step, sink: { connection, connector, entity, operation } }) => ({
      ...{ step, connection, connector, entity, operation },
    })),
    schedule: schedule
      ? {
          cron: schedule.cron ?? null,
          everyMs: schedule.everyMs ?? null,
          sweep: schedule.sweep ?? null,
          verify: schedule.verify ?? null,
          timezone: schedule.timezone,
        }
      : null,
    listens: listen?.events ?? [],
  }
}

/** What goes on goes before what keeps it from going on. */
function stateOf({ service }: Api, held: Held, { plan, diagnostics }: Known): FlowView['state'] {
  const { running, waiting } = service.dispatcher.state({ workspace: held.name, flow: plan.name })
  if (running) return running.runId === null ? 'waiting' : 'running'
  if (waiting.length > 0) return 'waiting'
  if (diagnostics.some(it => it.severity === 'error')) return 'mistaken'
  return pauseOf(held, plan.name) ? 'paused' : 'idle'
}

function runningView({ service, live }: Api, held: Held, flow: string): FlowView['running'] {
  const { running } = service.dispatcher.state({ workspace: held.name, flow })
  if (!running) return null
  const { wish, runId, since } = running
  const trigger = wish.is === 'replay' ? 'replay' : wish.trigger
  return { runId, trigger, actor: wish.actor, since, counts: live.counts(held.name, flow) ?? null }
}
