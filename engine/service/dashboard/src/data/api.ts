import type { JsonObject } from '../../../../core/record.ts'
import type {
  ActionView,
  ConnectionView,
  DeadLetterDetailView,
  DeadLetterView,
  DiagnosticView,
  FlowDetailView,
  FlowView,
  LineageView,
  MeView,
  PingView,
  PreviewView,
  RecordView,
  RunView,
  TokenView,
  WorkspaceView,
} from '../../../api/views.ts'
import type { EntityNames } from '../editor/complete.ts'
import { get, part, post, type Query, remove } from './client.ts'

type Next<T> = string | T | null

export interface RunPage {
  readonly runs: readonly RunView[]
  readonly next: string | null
}
export interface RecordPage {
  readonly records: readonly RecordView[]
  readonly next: Next<number>
}
export interface DeadPage {
  readonly deadLetters: readonly DeadLetterView[]
  readonly next: string | null
  readonly counts: readonly { readonly flow: string; readonly code: string; readonly count: number }[]
}
export interface Validation {
  readonly diagnostics: readonly DiagnosticView[]
}
export interface PreviewWish {
  readonly flow: string
  readonly yaml?: string
  readonly records?: readonly JsonObject[]
  /** What the records are, where the flow reads several entities. */
  readonly entity?: string
  readonly keys?: readonly string[]
  readonly limit?: number
}
export type ReplayWish =
  | { readonly ids: readonly string[]; readonly from?: 'stored' | 'source'; readonly body?: JsonObject }
  | { readonly flow: string; readonly code: string; readonly all: true; readonly from?: 'stored' | 'source' }
export interface NewToken extends TokenView {
  readonly token: string
}

const at = (ws: string, ...rest: readonly string[]) => ['/workspaces', part(ws), ...rest].join('/')

/** Every call that the dashboard makes, by what it is about. */
export const api = {
  me: () => get<MeView>('/me'),
  signIn: (token: string) => post<MeView>('/session', { token }),
  signOut: () => remove<void>('/session'),
  workspace: (ws: string) => get<WorkspaceView>(at(ws)),

  flows: (ws: string) => get<{ readonly flows: readonly FlowView[] }>(at(ws, 'flows')),
  flow: (ws: string, flow: string) => get<FlowDetailView>(at(ws, 'flows', part(flow))),
  run: (ws: string, flow: string, mode: 'incremental' | 'backfill' | 'sweep') =>
    post<unknown>(at(ws, 'flows', part(flow), 'run'), { mode }),
  verify: (ws: string, flow: string, heal: boolean) => post<unknown>(at(ws, 'flows', part(flow), 'verify'), { heal }),
  pauseFlow: (ws: string, flow: string, reason: string) =>
    post<unknown>(at(ws, 'flows', part(flow), 'pause'), { reason }),
  resumeFlow: (ws: string, flow: string) => post<unknown>(at(ws, 'flows', part(flow), 'resume')),
  cancelFlow: (ws: string, flow: string) => post<unknown>(at(ws, 'flows', part(flow), 'cancel')),

  runs: (ws: string, query: Query) => get<RunPage>(at(ws, 'runs'), query),
  oneRun: (ws: string, id: string) => get<RunView>(at(ws, 'runs', part(id))),
  cancelRun: (ws: string, id: string) => post<unknown>(at(ws, 'runs', part(id), 'cancel')),

  records: (ws: string, query: Query) => get<RecordPage>(at(ws, 'records'), query),
  lineage: (ws: string, query: Query) => get<LineageView>(at(ws, 'lineage'), query),

  deadLetters: (ws: string, query: Query) => get<DeadPage>(at(ws, 'dead-letters'), query),
  deadLetter: (ws: string, id: string) => get<DeadLetterDetailView>(at(ws, 'dead-letters', part(id))),
  replay: (ws: string, wish: ReplayWish) => post<unknown>(at(ws, 'dead-letters', 'replay'), wish),
  discard: (ws: string, ids: readonly string[], reason: string) =>
    post<unknown>(at(ws, 'dead-letters', 'discard'), { ids, reason }),

  connections: (ws: string) => get<{ readonly connections: readonly ConnectionView[] }>(at(ws, 'connections')),
  ping: (ws: string, name: string) => post<PingView>(at(ws, 'connections', part(name), 'ping')),
  pauseConnection: (ws: string, name: string, reason: string) =>
    post<unknown>(at(ws, 'connections', part(name), 'pause'), { reason }),
  resumeConnection: (ws: string, name: string) => post<unknown>(at(ws, 'connections', part(name), 'resume')),

  validate: (ws: string, yaml: string, signal?: AbortSignal) => post<Validation>(at(ws, 'validate'), { yaml }, signal),
  preview: (ws: string, wish: PreviewWish, signal?: AbortSignal) => post<PreviewView>(at(ws, 'preview'), wish, signal),
  flowSchema: () => get<JsonObject>('/schemas/flow'),
  entities: (ws: string, connector: string) =>
    get<{ readonly entities: readonly EntityNames[] }>(at(ws, 'entities'), { connector }),

  actions: (ws: string, query: Query) =>
    get<{ readonly actions: readonly ActionView[]; readonly next?: Next<number> }>(at(ws, 'actions'), query),
  tokens: (ws: string) => get<{ readonly tokens: readonly TokenView[] }>(at(ws, 'tokens')),
  newToken: (ws: string, wish: { readonly name: string; readonly role: string; readonly expires?: string }) =>
    post<NewToken>(at(ws, 'tokens'), wish),
  revokeToken: (ws: string, id: string) => remove<unknown>(at(ws, 'tokens', part(id))),
}
