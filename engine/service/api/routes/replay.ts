import type { DeadLetterRow } from '../../../core/ledger.ts'
import type { FlowPlan } from '../../../core/plan.ts'
import type { JsonObject } from '../../../core/record.ts'
import { byForm, type LetterForm, openLetters } from '../../../host/index.ts'
import { connectionsOfFlow } from '../../held.ts'
import { act } from '../act.ts'
import { badInput, conflict } from '../errors.ts'
import { type ApiRoute, type Asked, route } from '../route.ts'
import { choice, fields, flag, list, object, text, whole } from '../schema.ts'
import { idList, lettersNamed } from './dead-letters.ts'
import { flowNamed, notPaused } from './find.ts'

interface ReplayWish {
  readonly ids?: readonly string[]
  readonly flow?: string
  readonly code?: string
  readonly all?: boolean
  readonly from?: LetterForm
  readonly body?: JsonObject
}

interface Queued {
  readonly queued: readonly { readonly flow: string; readonly letters: number }[]
}

/** More records than this are named in no action: how many there were is. */
const MOST_NAMED = 100

export const replayRoutes: readonly ApiRoute[] = [
  route<undefined, ReplayWish, Queued>({
    method: 'POST',
    path: '/workspaces/:ws/dead-letters/replay',
    role: 'operator',
    summary:
      'take dead letters through the current flow: named ones, or all open ones of a flow, or of a flow and code; `body` is the edited record of a single one',
    body: object<ReplayWish>(
      { ids: idList, flow: text, code: text, all: flag, from: choice('stored', 'source'), body: fields },
      ...(['ids', 'flow', 'code', 'all', 'from', 'body'] as const),
    ),
    answer: object<Queued>({ queued: list(object({ flow: text, letters: whole })) }),
    status: 202,
    handle: async asked => {
      const letters = await chosen(asked)
      const byFlow = [...Map.groupBy(letters, it => it.flow)].map(
        ([flow, those]): readonly [FlowPlan, readonly DeadLetterRow[]] => [flowNamed(asked.held(), flow), those],
      )
      // all of it may go on, or nothing of it is begun
      for (const [plan] of byFlow) notPaused(asked.held(), connectionsOfFlow(plan))
      for (const [plan, those] of byFlow) await replayed(asked, plan, those)
      return { queued: byFlow.map(([{ name }, those]) => ({ flow: name, letters: those.length })) }
    },
  }),
]

async function chosen({ held, body }: Asked<undefined, ReplayWish>): Promise<readonly DeadLetterRow[]> {
  const { ids, flow, code, all, body: edited } = body
  if ((ids === undefined) === (all !== true))
    throw badInput('say either which ones, or all', 'Give ids, or a flow (and a code) with all: true.')
  if (edited && ids?.length !== 1)
    throw badInput('an edited body belongs to one dead letter', 'Give exactly one id with it.')
  if (ids === undefined) {
    if (flow === undefined) throw badInput('all needs a flow', 'Name the flow, and a code if only those are meant.')
    return openLetters(held().ledger, flowNamed(held(), flow).name, code === undefined ? {} : { code })
  }
  const letters = await lettersNamed(held().ledger, ids)
  const closed = letters.filter(it => it.state === 'resolved' || it.state === 'discarded')
  if (closed.length === 0) return letters
  throw conflict(
    `of the dead letters ${closed.map(it => `${it.id} is ${it.state}`).join(', ')}`,
    'Leave those out; a record is read again by "run" with its key.',
  )
}

async function replayed(
  { api, held, caller, body }: Asked<undefined, ReplayWish>,
  plan: FlowPlan,
  letters: readonly DeadLetterRow[],
): Promise<void> {
  const { name: actor } = caller()
  const { code, body: edited } = body
  const [first] = letters
  const details = {
    letters: letters.length,
    ids: letters.slice(0, MOST_NAMED).map(it => it.id),
    ...(code === undefined ? {} : { code }),
    ...(edited ? { edited: true } : {}),
  }
  await act(api.service, held(), { actor, action: 'dead.replay', subject: `flow:${plan.name}`, details })
  const ref = { workspace: held().name, flow: plan.name }
  const groups = edited ? [{ from: 'stored' as const, letters }] : byForm(plan, letters, body.from)
  for (const { from, letters: those } of groups) {
    const bodies = edited && first ? { bodies: new Map([[first.id, edited]]) } : {}
    // how it ends is told as an event, and kept in the ledger
    void api.service.dispatcher.request(ref, { is: 'replay', actor, letters: those, from, ...bodies }).catch(() => {})
  }
}
