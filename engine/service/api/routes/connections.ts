import { pingConnection } from '../../../host/index.ts'
import { act } from '../act.ts'
import { conflict, errorView } from '../errors.ts'
import { ENGINE, pauseSubject, resumeSubject } from '../pausing.ts'
import { type ApiRoute, route } from '../route.ts'
import { list, object } from '../schema.ts'
import { connection, ping } from '../shapes/connections.ts'
import { connectionViews } from '../show/connections.ts'
import { pauseView } from '../show/runs.ts'
import type { ConnectionView, PauseView, PingView } from '../views.ts'
import { connectionNamed } from './find.ts'
import { pauseState, reasonGiven } from './flows.ts'

export const connectionRoutes: readonly ApiRoute[] = [
  route<undefined, undefined, { readonly connections: readonly ConnectionView[] }>({
    method: 'GET',
    path: '/workspaces/:ws/connections',
    role: 'viewer',
    summary: 'all connections: what of their secrets is there, never the secrets',
    answer: object({ connections: list(connection.ref) }),
    handle: async ({ api, held }) => ({ connections: await connectionViews(api, held()) }),
  }),
  route<undefined, undefined, PingView>({
    method: 'POST',
    path: '/workspaces/:ws/connections/:name/ping',
    role: 'operator',
    summary:
      'prove address, credentials and permission; a connection that was paused since signing in failed goes on when it answers',
    answer: ping.ref,
    handle: async ({ api, held, param, caller }) => {
      const { name } = connectionNamed(held(), param('name'))
      const subject = `connection:${name}`
      const { name: actor } = caller()
      await act(api.service, held(), { actor, action: 'connection.ping', subject })
      const pinged = await pingConnection(held().opened, name)
      const at = api.service.clock.now().toISOString()
      const view: PingView =
        pinged.is === 'well'
          ? { at, ok: true, ms: pinged.ms, account: pinged.account, details: pinged.details ?? null, error: null }
          : { at, ok: false, ms: pinged.ms, account: null, details: null, error: errorView(pinged.error) }
      api.live.notePing(held().name, name, view)
      // what a person has paused, a person resumes
      if (view.ok && held().pauses.get(subject)?.by === ENGINE) await resumeSubject(api.service, held(), subject, actor)
      return view
    },
  }),
  route<undefined, { readonly reason: string }, { readonly paused: PauseView | null }>({
    method: 'POST',
    path: '/workspaces/:ws/connections/:name/pause',
    role: 'admin',
    summary: 'let no flow use it until it is resumed; runs that go on end as they do',
    body: reasonGiven,
    answer: pauseState,
    handle: async ({ api, held, param, caller, body: { reason } }) => {
      const subject = `connection:${connectionNamed(held(), param('name')).name}`
      const { name: actor } = caller()
      await act(api.service, held(), { actor, action: 'connection.pause', subject, details: { reason } })
      return { paused: pauseView(await pauseSubject(api.service, held(), { subject, by: actor, reason })) }
    },
  }),
  route<undefined, undefined, { readonly paused: PauseView | null }>({
    method: 'POST',
    path: '/workspaces/:ws/connections/:name/resume',
    role: 'admin',
    summary: 'end its pause; one run of each of its flows makes up for what was missed',
    answer: pauseState,
    handle: async ({ api, held, param, caller }) => {
      const { name } = connectionNamed(held(), param('name'))
      const subject = `connection:${name}`
      if (!held().pauses.has(subject)) throw conflict(`${name} is not paused`, 'There is nothing to do.')
      const { name: actor } = caller()
      await act(api.service, held(), { actor, action: 'connection.resume', subject })
      await resumeSubject(api.service, held(), subject, actor)
      return { paused: null }
    },
  }),
]
