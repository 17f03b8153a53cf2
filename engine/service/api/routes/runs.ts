import type { RunState, Trigger } from '../../../core/ledger.ts'
import { act } from '../act.ts'
import { conflict, unknownThing } from '../errors.ts'
import { type ApiRoute, route } from '../route.ts'
import { choice, count, list, object, orNull, text } from '../schema.ts'
import { run, runState, trigger } from '../shapes/parts.ts'
import { runView } from '../show/runs.ts'
import type { RunView } from '../views.ts'
import { LIMIT, MOST, pageOf } from './pages.ts'

interface RunQuery {
  readonly flow?: string
  readonly state?: RunState
  readonly trigger?: Trigger
  readonly before?: string
  readonly limit?: number
}

export const runRoutes: readonly ApiRoute[] = [
  route<RunQuery, undefined, { readonly runs: readonly RunView[]; readonly next: string | null }>({
    method: 'GET',
    path: '/workspaces/:ws/runs',
    role: 'viewer',
    summary: 'runs, newest first; `next` goes into `before` for those that follow',
    query: object<RunQuery>(
      { flow: text, state: runState, trigger, before: text, limit: count(MOST) },
      ...(['flow', 'state', 'trigger', 'before', 'limit'] as const),
    ),
    answer: object({ runs: list(run.ref), next: orNull(text) }),
    handle: async ({ held, query: { limit = LIMIT, ...filter } }) => {
      const rows = await held().ledger.runs({ ...filter, limit: limit + 1 })
      const { shown, next } = pageOf(rows, limit, it => it.id)
      return { runs: shown.map(runView), next }
    },
  }),
  route<undefined, undefined, RunView>({
    method: 'GET',
    path: '/workspaces/:ws/runs/:id',
    role: 'viewer',
    summary: 'one run',
    answer: run.ref,
    handle: async ({ api, held, param }) => {
      const row = await held().ledger.run(param('id'))
      if (!row) throw unknownRun(param('id'))
      const counts = row.state === 'running' ? api.live.counts(held().name, row.flow) : undefined
      return runView(counts ? { ...row, counts } : row)
    },
  }),
  route<undefined, undefined, { readonly id: string; readonly state: 'stopping' }>({
    method: 'POST',
    path: '/workspaces/:ws/runs/:id/cancel',
    role: 'operator',
    summary: 'end it; what was written is settled, and what waits for its flow comes next',
    answer: object({ id: text, state: choice('stopping') }),
    status: 202,
    handle: async ({ api, held, param, caller }) => {
      const { dispatcher } = api.service
      const row = await held().ledger.run(param('id'))
      if (!row) throw unknownRun(param('id'))
      const ref = { workspace: held().name, flow: row.flow }
      if (dispatcher.state(ref).running?.runId !== row.id)
        throw conflict(`run ${row.id} does not go on here`, 'It has ended, or another process runs it.')
      const { name: actor } = caller()
      await act(api.service, held(), {
        actor,
        action: 'run.cancel',
        subject: `run:${row.id}`,
        details: { flow: row.flow },
      })
      dispatcher.cancelRun(ref, row.id)
      return { id: row.id, state: 'stopping' }
    },
  }),
]

const unknownRun = (id: string) => unknownThing('run', id, 'GET …/runs lists their ids.')
