import type { SubscriptionRow } from '../../core/operations.ts'
import { verifiedOf } from '../../run/index.ts'
import type { Held } from '../held.ts'
import type { Service } from '../service.ts'
import type { Freshness } from './freshness.ts'
import type { Instruments } from './instruments.ts'

/** Sets all that is not counted but looked at: once per scrape. What is gone since (a flow, a pause) goes from the metrics, too. */
export async function look(service: Service, instruments: Instruments, freshness: Freshness): Promise<void> {
  const {
    runs: _r,
    records: _c,
    deliveries: _d,
    missed: _m,
    runSeconds: _s,
    scheduleLag: _l,
    registry: _reg,
    ...looked
  } = instruments
  for (const it of Object.values(looked)) it.reset()
  for (const held of service.workspaces.all()) {
    await lookAtFlows(service, held, { instruments, freshness })
    await lookAtConnections(service, held, instruments)
    const { workspace, diagnostics } = held.opened
    instruments.mistakes.set({ workspace: workspace.name }, diagnostics.filter(it => it.severity === 'error').length)
    instruments.inboxWaiting.set({ workspace: workspace.name }, await held.ledger.inboxCount('waiting'))
  }
}

interface Meters {
  readonly instruments: Instruments
  readonly freshness: Freshness
}

async function lookAtFlows({ dispatcher, clock }: Service, held: Held, { instruments, freshness }: Meters) {
  const workspace = held.name
  const now = clock.now()
  const dead = Map.groupBy(await held.ledger.deadCounts(), it => it.flow)
  const verifications = await held.ledger.verifications()
  for (const plan of held.opened.flows) {
    const { name: flow } = plan
    const labels = { workspace, flow }
    const state = dispatcher.state(labels)
    instruments.running.set(labels, state.running ? 1 : 0)
    instruments.waiting.set(labels, state.waiting.length)
    instruments.flowPaused.set(labels, held.pauses.has(`flow:${flow}`) ? 1 : 0)
    instruments.deadLetters.set(
      labels,
      (dead.get(flow) ?? []).reduce((sum, it) => sum + it.count, 0),
    )
    const verified = verifiedOf(plan, verifications)
    if (verified) {
      instruments.verifiedAge.set(labels, (now.getTime() - Date.parse(verified.until)) / 1_000)
      instruments.verifiedLeft.set(labels, verified.tally.left)
    }
    const since = await freshness.since(held, flow, now)
    if (since) instruments.flowLag.set(labels, (now.getTime() - since.getTime()) / 1_000)
  }
}

async function lookAtConnections({ clock }: Service, held: Held, instruments: Instruments) {
  const { workspace, usage } = held.opened
  const now = clock.now()
  const [subscriptions, tokens] = await Promise.all([readSubscriptions(held), readTokens(held)])
  for (const connection of workspace.connections.keys()) {
    const labels = { workspace: held.name, connection }
    const { calls, signIns, waits } = usage.of(connection)
    instruments.calls.inc({ ...labels, kind: 'call' }, calls)
    instruments.calls.inc({ ...labels, kind: 'sign-in' }, signIns)
    for (const reason of ['turn', 'back-off'] as const) {
      instruments.waits.inc({ ...labels, reason }, waits[reason].count)
      instruments.waitSeconds.inc({ ...labels, reason }, waits[reason].ms / 1_000)
    }
    instruments.connectionPaused.set(labels, held.pauses.has(`connection:${connection}`) ? 1 : 0)
    const ownTokens = tokens.filter(it => it.connection === connection)
    setExpiry(instruments.tokenExpiry, labels, secondsLeft(ownTokens, now))
    const own = subscriptions.filter(it => it.connection === connection)
    const failing = own.filter(it => it.failure !== null).length
    instruments.subscriptions.set({ ...labels, state: 'ok' }, own.length - failing)
    instruments.subscriptions.set({ ...labels, state: 'failing' }, failing)
    setExpiry(instruments.subscriptionExpiry, labels, secondsLeft(own, now))
  }
}

type Labels = { readonly workspace: string; readonly connection: string }

function setExpiry(gauge: Instruments['tokenExpiry'], labels: Labels, seconds: number | undefined): void {
  if (seconds !== undefined) gauge.set(labels, seconds)
}

function secondsLeft(held: readonly { readonly expiresAt?: string | null }[], now: Date): number | undefined {
  const ends = held.flatMap(it => (it.expiresAt ? [Date.parse(it.expiresAt)] : []))
  return ends.length === 0 ? undefined : (Math.min(...ends) - now.getTime()) / 1_000
}

/** A vault that does not open is the concern of /readyz: the rest is measured all the same. */
async function readTokens({ opened }: Held) {
  try {
    return await (await opened.vault()).tokens()
  } catch {
    return []
  }
}

export async function readSubscriptions({ ledger }: Held): Promise<readonly SubscriptionRow[]> {
  try {
    return await ledger.subscriptions()
  } catch {
    return []
  }
}
