import type { Outcome } from '../../../core/ledger.ts'
import { connectionsOfFlow } from '../../held.ts'
import { act } from '../act.ts'
import { badInput } from '../errors.ts'
import { type ApiRoute, route } from '../route.ts'
import { flag, moment, object, text } from '../schema.ts'
import { keyList, MOST_NAMED } from '../shapes/keys.ts'
import { outcome } from '../shapes/parts.ts'
import { flowNamed, notPaused } from './find.ts'
import { queued } from './flows.ts'

/** Records that the audit trail saw end between two times; the other fields narrow them. */
interface RecordsAsked {
  readonly since: string
  /** Now when absent. */
  readonly until?: string
  readonly outcome?: Outcome
  readonly code?: string
  readonly keys?: readonly string[]
  readonly force?: boolean
}

const asked = object<RecordsAsked>(
  {
    since: moment,
    until: moment,
    outcome,
    code: text,
    keys: keyList,
    force: flag,
  },
  'until',
  'outcome',
  'code',
  'keys',
  'force',
)

export const replayRecordsRoutes: readonly ApiRoute[] = [
  route<undefined, RecordsAsked, { readonly flow: string; readonly state: 'queued' }>({
    method: 'POST',
    path: '/workspaces/:ws/flows/:flow/replay',
    role: 'operator',
    summary: 'read the records that ended in a time again, and take them through the flow as it is now',
    body: asked,
    answer: queued,
    status: 202,
    handle: async ({ api, held, param, caller, body }) => {
      const plan = flowNamed(held(), param('flow'))
      const { force, ...given } = body
      const [since, until] = [given.since, given.until ?? api.service.clock.now().toISOString()].map(inUtc)
      if (since === undefined || until === undefined || since > until)
        throw badInput(
          `since ${given.since} is after until ${until}`,
          'The earlier time is since, the later one until.',
        )
      notPaused(held(), connectionsOfFlow(plan))
      const { name: actor } = caller()
      const details = { ...body, ...(given.keys ? { keys: given.keys.slice(0, MOST_NAMED) } : {}) }
      await act(api.service, held(), { actor, action: 'flow.replay', subject: `flow:${plan.name}`, details })
      const wish = { is: 'records', trigger: 'replay', actor, choice: { ...given, since, until } } as const
      // how it ends is told as an event, and kept in the ledger
      void api.service.dispatcher
        .request({ workspace: held().name, flow: plan.name }, { ...wish, ...(force ? { force } : {}) })
        .catch(() => {})
      return { flow: plan.name, state: 'queued' }
    },
  }),
]

const inUtc = (time: string) => new Date(time).toISOString()
