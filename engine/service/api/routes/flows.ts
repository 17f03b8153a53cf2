import type { FlowPlan } from '../../../core/plan.ts'
import type { Wish } from '../../../dispatch/index.ts'
import type { RunMode } from '../../../run/index.ts'
import { connectionsOfFlow } from '../../held.ts'
import { act } from '../act.ts'
import { badInput, conflict } from '../errors.ts'
import { pauseSubject, resumeSubject } from '../pausing.ts'
import { type ApiRoute, type Asked, route } from '../route.ts'
import { choice, flag, list, object, orNull, text, whole, words } from '../schema.ts'
import { keyList } from '../shapes/keys.ts'
import { flow, flowDetail, pause } from '../shapes/parts.ts'
import { flowViews } from '../show/flows.ts'
import { pauseView } from '../show/runs.ts'
import { sourceOf } from '../show/source-text.ts'
import type { FlowDetailView, FlowView, PauseView } from '../views.ts'
import { flowNamed, notPaused } from './find.ts'

interface RunWish {
  readonly mode?: RunMode
  readonly keys?: readonly string[]
  readonly force?: boolean
}

interface VerifyAsked {
  readonly heal?: boolean
  readonly calls?: number
}

export const queued = object<{ readonly flow: string; readonly state: 'queued' }>({
  flow: text,
  state: choice('queued'),
})
export const reasonGiven = object<{ readonly reason: string }>({ reason: words(500) })
export const pauseState = object<{ readonly paused: PauseView | null }>({ paused: orNull(pause.ref) })

export const flowRoutes: readonly ApiRoute[] = [
  route<undefined, undefined, { readonly flows: readonly FlowView[] }>({
    method: 'GET',
    path: '/workspaces/:ws/flows',
    role: 'viewer',
    summary: 'all flows, with their last runs',
    answer: object({ flows: list(flow.ref) }),
    handle: async ({ api, held }) => ({ flows: await flowViews(api, held(), held().opened.flows) }),
  }),
  route<undefined, undefined, FlowDetailView>({
    method: 'GET',
    path: '/workspaces/:ws/flows/:flow',
    role: 'viewer',
    summary: 'one flow, with its text',
    answer: flowDetail.ref,
    handle: async ({ api, held, param }) => {
      const plan = flowNamed(held(), param('flow'))
      const [view] = await flowViews(api, held(), [plan])
      if (!view) throw conflict(`${plan.name} has just gone`, 'Read the flows again.')
      return { ...view, ...sourceOf(held().opened, plan) }
    },
  }),
  route<undefined, RunWish, { readonly flow: string; readonly state: 'queued' }>({
    method: 'POST',
    path: '/workspaces/:ws/flows/:flow/run',
    role: 'operator',
    summary: 'run it as soon as it is its turn; a flow that a person has paused runs for who asks so',
    body: object<RunWish>(
      {
        mode: choice('incremental', 'backfill', 'sweep'),
        keys: keyList,
        force: flag,
      },
      'mode',
      'keys',
      'force',
    ),
    answer: queued,
    status: 202,
    handle: async asked => {
      const { api, held, body } = asked
      const plan = wanted(asked)
      if (body.keys && body.mode && body.mode !== 'incremental')
        throw badInput(`keys and the mode ${body.mode} exclude each other`, 'Name keys, or a mode, not both.')
      notPaused(held(), connectionsOfFlow(plan))
      const { name: actor } = asked.caller()
      const { mode, keys, force } = body
      const details = { ...(mode ? { mode } : {}), ...(keys ? { keys } : {}), ...(force ? { force } : {}) }
      await act(api.service, held(), { actor, action: 'flow.run', subject: `flow:${plan.name}`, details })
      // how it ends is told as an event, and kept in the ledger
      void api.service.dispatcher
        .request({ workspace: held().name, flow: plan.name }, wishOf(body, actor))
        .catch(() => {})
      return { flow: plan.name, state: 'queued' }
    },
  }),
  route<undefined, VerifyAsked, { readonly flow: string; readonly state: 'queued' }>({
    method: 'POST',
    path: '/workspaces/:ws/flows/:flow/verify',
    role: 'operator',
    summary:
      'compare its whole source with the target, and put right what differs; what is not said is as the flow says',
    body: object<VerifyAsked>({ heal: flag, calls: { ...whole, minimum: 1 } }, 'heal', 'calls'),
    answer: queued,
    status: 202,
    handle: async asked => {
      const { api, held, body } = asked
      const plan = wanted(asked)
      notPaused(held(), connectionsOfFlow(plan))
      const { name: actor } = asked.caller()
      await act(api.service, held(), {
        actor,
        action: 'flow.verify',
        subject: `flow:${plan.name}`,
        details: { ...body },
      })
      void api.service.dispatcher
        .request({ workspace: held().name, flow: plan.name }, { is: 'verify', trigger: 'verify', actor, ...body })
        .catch(() => {})
      return { flow: plan.name, state: 'queued' }
    },
  }),
  route<undefined, { readonly reason: string }, { readonly paused: PauseView | null }>({
    method: 'POST',
    path: '/workspaces/:ws/flows/:flow/pause',
    role: 'operator',
    summary: 'let neither schedule nor deliveries start it until it is resumed',
    body: reasonGiven,
    answer: pauseState,
    handle: async asked => {
      const { api, held, body } = asked
      const subject = `flow:${wanted(asked).name}`
      const { name: actor } = asked.caller()
      await act(api.service, held(), { actor, action: 'flow.pause', subject, details: { reason: body.reason } })
      return { paused: pauseView(await pauseSubject(api.service, held(), { subject, by: actor, reason: body.reason })) }
    },
  }),
  route<undefined, undefined, { readonly paused: PauseView | null }>({
    method: 'POST',
    path: '/workspaces/:ws/flows/:flow/resume',
    role: 'operator',
    summary: 'end its pause; one run makes up for what was missed',
    answer: pauseState,
    handle: async asked => {
      const { api, held } = asked
      const subject = `flow:${wanted(asked).name}`
      if (!held().pauses.has(subject)) throw conflict(`${asked.param('flow')} is not paused`, 'There is nothing to do.')
      const { name: actor } = asked.caller()
      await act(api.service, held(), { actor, action: 'flow.resume', subject })
      await resumeSubject(api.service, held(), subject, actor)
      return { paused: null }
    },
  }),
  route<undefined, undefined, { readonly flow: string; readonly state: 'stopping' }>({
    method: 'POST',
    path: '/workspaces/:ws/flows/:flow/cancel',
    role: 'operator',
    summary: 'end its run, and what waits for it; what was written is settled',
    answer: object({ flow: text, state: choice('stopping') }),
    status: 202,
    handle: async asked => {
      const { api, held } = asked
      const ref = { workspace: held().name, flow: wanted(asked).name }
      const { running, waiting } = api.service.dispatcher.state(ref)
      if (!running && waiting.length === 0)
        throw conflict(`${ref.flow} does not run here`, 'It has ended, or another process runs it.')
      const { name: actor } = asked.caller()
      const details = running?.runId ? { run: running.runId } : {}
      await act(api.service, held(), { actor, action: 'flow.cancel', subject: `flow:${ref.flow}`, details })
      api.service.dispatcher.cancel(ref)
      return { flow: ref.flow, state: 'stopping' }
    },
  }),
]

function wanted({ held, param }: Pick<Asked<unknown, unknown>, 'held' | 'param'>): FlowPlan {
  return flowNamed(held(), param('flow'))
}

function wishOf({ mode = 'incremental', keys, force }: RunWish, actor: string): Wish {
  const shared = { trigger: 'manual', actor, ...(force ? { force: true as const } : {}) } as const
  return keys ? { is: 'keys', ...shared, keys } : { is: 'run', ...shared, mode }
}
