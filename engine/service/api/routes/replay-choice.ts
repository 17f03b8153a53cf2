import type { DeadLetterRow } from '../../../core/ledger.ts'
import type { FlowPlan } from '../../../core/plan.ts'
import type { JsonObject } from '../../../core/record.ts'
import { byForm, type FormedLetters, type LetterForm, openLetters } from '../../../host/index.ts'
import { connectionsOfFlow, type Held } from '../../held.ts'
import { badInput, conflict } from '../errors.ts'
import { choice, fields, flag, moment, type Schema, text } from '../schema.ts'
import { keyList } from '../shapes/keys.ts'
import { idList, lettersNamed } from './dead-letters.ts'
import { flowNamed, notPaused } from './find.ts'

/** Which dead letters are replayed, and from what: named ones; or the open ones of a flow, which the other fields narrow together. */
export interface ReplayChoice {
  readonly ids?: readonly string[]
  readonly flow?: string
  readonly all?: boolean
  readonly code?: string
  readonly keys?: readonly string[]
  readonly since?: string
  readonly until?: string
  readonly from?: LetterForm
  readonly body?: JsonObject
}

export const choiceFields: { readonly [K in keyof ReplayChoice]-?: Schema<ReplayChoice[K]> } = {
  ids: idList,
  flow: text,
  all: flag,
  code: text,
  keys: keyList,
  since: moment,
  until: moment,
  from: choice('stored', 'source'),
  body: fields,
}
export const choiceNames = ['ids', 'flow', 'all', 'code', 'keys', 'since', 'until', 'from', 'body'] as const

/** Letters of one flow. */
export interface ChosenOfFlow {
  readonly plan: FlowPlan
  readonly letters: readonly DeadLetterRow[]
}

/** By flow. Throws where nothing was chosen, what cannot be chosen together, and where a connection is paused. */
export async function chosenLetters(held: Held, wish: ReplayChoice): Promise<readonly ChosenOfFlow[]> {
  const letters = await lettersOf(held, wish)
  const byFlow = [...Map.groupBy(letters, it => it.flow)].map(([flow, those]) => ({
    plan: flowNamed(held, flow),
    letters: those,
  }))
  // all of it may go on, or nothing of it is begun
  for (const { plan } of byFlow) notPaused(held, connectionsOfFlow(plan))
  return byFlow
}

async function lettersOf(held: Held, wish: ReplayChoice): Promise<readonly DeadLetterRow[]> {
  const { ids, flow, all, code, keys, since, until, body } = wish
  const narrow = { code, keys, since, until }
  const given = Object.fromEntries(Object.entries(narrow).filter(([, value]) => value !== undefined))
  const isNarrowed = all === true || Object.keys(given).length > 0
  if ((ids === undefined) !== isNarrowed)
    throw badInput(
      'say either which ones, or all',
      'Give ids alone; or a flow with all: true, or with code, keys, since and until, which narrow one another.',
    )
  if (body && ids?.length !== 1)
    throw badInput('an edited body belongs to one dead letter', 'Give exactly one id with it.')
  if (since !== undefined && until !== undefined && Date.parse(since) > Date.parse(until))
    throw badInput(`since ${since} is after until ${until}`, 'The earlier time is since, the later one until.')
  if (ids) return openNamed(held, ids)
  if (flow === undefined) throw badInput('all needs a flow', 'Name the flow, and a code if only those are meant.')
  return openLetters(held.ledger, flowNamed(held, flow).name, given)
}

async function openNamed(held: Held, ids: readonly string[]): Promise<readonly DeadLetterRow[]> {
  const letters = await lettersNamed(held.ledger, ids)
  const closed = letters.filter(it => it.state === 'resolved' || it.state === 'discarded')
  if (closed.length === 0) return letters
  throw conflict(
    `of the dead letters ${closed.map(it => `${it.id} is ${it.state}`).join(', ')}`,
    'Leave those out; a record is read again by "run" with its key.',
  )
}

export interface FormedPart extends FormedLetters {
  readonly bodies?: ReadonlyMap<string, JsonObject>
}

/** What is taken from where, in the order in which it is taken. */
export function partsOf({ plan, letters }: ChosenOfFlow, { from, body }: ReplayChoice): readonly FormedPart[] {
  const [first] = letters
  if (!body || !first) return byForm(plan, letters, from)
  return [{ from: 'stored', letters, bodies: new Map([[first.id, body]]) }]
}
