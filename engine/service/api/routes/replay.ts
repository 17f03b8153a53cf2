import { act } from '../act.ts'
import { type ApiRoute, type Asked, route } from '../route.ts'
import { list, object, text, whole } from '../schema.ts'
import { MOST_NAMED } from '../shapes/keys.ts'
import {
  type ChosenOfFlow,
  choiceFields,
  choiceNames,
  chosenLetters,
  partsOf,
  type ReplayChoice,
} from './replay-choice.ts'

interface Queued {
  readonly queued: readonly { readonly flow: string; readonly letters: number }[]
}

export const replayRoutes: readonly ApiRoute[] = [
  route<undefined, ReplayChoice, Queued>({
    method: 'POST',
    path: '/workspaces/:ws/dead-letters/replay',
    role: 'operator',
    summary:
      'take dead letters through the current flow: named ones (ids), or the open ones of a flow: all, or those of a code, of keys, and that died last between two times; `body` is the edited record of a single one',
    body: object<ReplayChoice>(choiceFields, ...choiceNames),
    answer: object<Queued>({ queued: list(object({ flow: text, letters: whole })) }),
    status: 202,
    handle: async asked => {
      const byFlow = await chosenLetters(asked.held(), asked.body)
      for (const those of byFlow) await replayed(asked, those)
      return { queued: byFlow.map(({ plan, letters }) => ({ flow: plan.name, letters: letters.length })) }
    },
  }),
]

async function replayed(
  { api, held, caller, body }: Asked<undefined, ReplayChoice>,
  chosen: ChosenOfFlow,
): Promise<void> {
  const { name: actor } = caller()
  const { plan, letters } = chosen
  const { code, keys, since, until, body: edited } = body
  const details = {
    letters: letters.length,
    ids: letters.slice(0, MOST_NAMED).map(it => it.id),
    ...(code === undefined ? {} : { code }),
    ...(keys === undefined ? {} : { keys: keys.slice(0, MOST_NAMED) }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(edited ? { edited: true } : {}),
  }
  await act(api.service, held(), { actor, action: 'dead.replay', subject: `flow:${plan.name}`, details })
  const ref = { workspace: held().name, flow: plan.name }
  for (const part of partsOf(chosen, body)) {
    // how it ends is told as an event, and kept in the ledger
    void api.service.dispatcher.request(ref, { is: 'replay', actor, ...part }).catch(() => {})
  }
}
