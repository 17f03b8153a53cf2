import type { Failure } from '../../../core/errors.ts'
import type { RunRow, RunState } from '../../../core/ledger.ts'
import type { AlertPlan } from '../../../flow/index.ts'
import { verifiedOf } from '../../../run/index.ts'
import { connectionsOfFlow, type Held, pauseOf } from '../../held.ts'
import type { Freshness } from '../freshness.ts'
import { readSubscriptions } from '../look.ts'
import { plainly } from '../words.ts'

export type CauseKind =
  | 'flow-failed'
  | 'dead-letters'
  | 'lag'
  | 'unverified'
  | 'connection-paused'
  | 'subscription-failing'

/** Something that needs a person, as it is now. Holds names, codes and counts: neither secrets nor values of records. */
export interface Cause {
  /** Tells it from others of the workspace, also after a restart: `flow-failed:vendors`. */
  readonly id: string
  readonly kind: CauseKind
  /** Of a flow or a connection. */
  readonly subject: string
  readonly text: string
  readonly remedy: string
}

export function cause(kind: CauseKind, subject: string, text: string, remedy: string): Cause {
  return { id: `${kind}:${subject}`, kind, subject, text, remedy }
}

/** A person is needed at once: trying again mends neither. */
const AT_ONCE: ReadonlySet<string> = new Set(['auth', 'configuration'])
const TOLD: readonly RunState[] = ['succeeded', 'partial', 'failed', 'interrupted']
const LOOK_BACK = 10

/** What keeps a flow from working; undefined while it works, or has failed only once. `notStarted`: attempts that came to no run, newest first. */
export async function failureOf(
  held: Held,
  flow: string,
  notStarted: readonly Failure[],
): Promise<FlowFailure | undefined> {
  const recent = await held.ledger.runs({ flow, limit: LOOK_BACK })
  // replays and single keys say little, but a failure of theirs is one; cancelled ones say nothing
  const ends = [...notStarted, ...recent.filter(it => it.trigger !== 'replay' && TOLD.includes(it.state)).map(endOf)]
  const [last, before] = ends
  if (!last) return undefined
  if (!AT_ONCE.has(last.kind) && !before) return undefined
  const { code, message, remedy } = plainly(last)
  const what = [code, message].filter(it => it !== undefined).join(': ')
  const how = before ? 'has failed again and again' : 'has failed'
  const advice = remedy ?? `See the flow's last run: "ml-connector runs --flow ${flow}".`
  return { kind: last.kind, cause: cause('flow-failed', flow, `The flow ${flow} ${how}. ${what}`, advice) }
}

export interface FlowFailure {
  readonly kind: Failure['kind']
  readonly cause: Cause
}

/** Undefined: it ended well. */
function endOf({ state, failure }: RunRow): Failure | undefined {
  if (state === 'succeeded' || state === 'partial') return undefined
  return failure ?? { kind: 'defect', code: 'RUN_INTERRUPTED', message: 'the process ended in the middle of the run' }
}

/** All causes but failing flows. */
export async function otherCauses(held: Held, plan: AlertPlan, now: Now) {
  return [
    ...pausedConnections(held),
    ...(await deadLetters(held, plan)),
    ...(await unverified(held)),
    ...(await failingSubscriptions(held)),
    ...(plan.lagMs === undefined ? [] : await lateFlows(held, plan.lagMs, now)),
  ]
}

function pausedConnections({ opened, pauses }: Held): readonly Cause[] {
  return [...opened.workspace.connections.keys()].flatMap(name => {
    const pause = pauses.get(`connection:${name}`)
    if (!pause) return []
    const text = `The connection ${name} was paused by ${pause.by}: its flows wait.`
    return [
      cause(
        'connection-paused',
        name,
        text,
        `Mend what is wrong, try it with "ml-connector ping ${name}", and resume it.`,
      ),
    ]
  })
}

async function deadLetters({ ledger, opened }: Held, { deadLetters }: AlertPlan): Promise<readonly Cause[]> {
  const byFlow = Map.groupBy(await ledger.deadCounts(), it => it.flow)
  return opened.flows.flatMap(({ name }) => {
    const open = (byFlow.get(name) ?? []).reduce((sum, it) => sum + it.count, 0)
    if (open < deadLetters) return []
    const text = `The flow ${name} has ${deadLetters} dead letters or more.`
    return [
      cause(
        'dead-letters',
        name,
        text,
        `See "ml-connector dead ${name}"; correct the mapping or the data, then replay them.`,
      ),
    ]
  })
}

async function unverified({ ledger, opened }: Held): Promise<readonly Cause[]> {
  const held = await ledger.verifications()
  return opened.flows.flatMap(plan => {
    const { left = 0 } = verifiedOf(plan, held)?.tally ?? {}
    if (left === 0) return []
    const text = `The last comparison of the flow ${plan.name} with its target left ${left === 1 ? 'a record' : `${left} records`} that differ${left === 1 ? 's' : ''}.`
    return [cause('unverified', plan.name, text, `See them: "ml-connector verify ${plan.name} --report-only".`)]
  })
}

async function failingSubscriptions(held: Held): Promise<readonly Cause[]> {
  const failing = (await readSubscriptions(held)).filter(it => it.failure !== null)
  return [...Map.groupBy(failing, it => it.connection)].map(([name, [first]]) => {
    const { code = '', remedy } = first?.failure ? plainly(first.failure) : {}
    const text = `A subscription of the connection ${name} can be neither made nor renewed. ${code}. Its flows go on by their schedules.`
    return cause('subscription-failing', name, text, remedy ?? 'See the connections page.')
  })
}

interface Now {
  readonly at: Date
  /** When the service began: what never ran is late from then on. */
  readonly since: Date
  readonly freshness: Freshness
}

async function lateFlows(held: Held, lagMs: number, { at, since, freshness }: Now): Promise<readonly Cause[]> {
  const late: Cause[] = []
  for (const { name, schedule } of held.opened.flows) {
    // of a paused one somebody knows
    if (!schedule || pauseOf(held, name)) continue
    const last = (await freshness.since(held, name, at)) ?? since
    if (at.getTime() - last.getTime() < lagMs) continue
    const text = `The flow ${name} has had no good run since ${last.toISOString()}.`
    late.push(cause('lag', name, text, `See its runs: "ml-connector runs --flow ${name}".`))
  }
  return late
}

/** The flow signs in nowhere because of a connection that is paused already: one cause, told once. */
export function isCovered(held: Held, flow: string, { kind }: FlowFailure): boolean {
  const plan = held.opened.flows.find(it => it.name === flow)
  return (
    kind === 'auth' && plan !== undefined && connectionsOfFlow(plan).some(it => held.pauses.has(`connection:${it}`))
  )
}
