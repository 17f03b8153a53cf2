import type { RunCounts } from '../../../core/ledger.ts'
import { ROLES } from '../../../core/operations.ts'
import {
  choice,
  described,
  extended,
  fields,
  json,
  list,
  moment,
  named,
  number,
  object,
  orNull,
  text,
  whole,
} from '../schema.ts'
import type {
  ActionView,
  DiagnosticView,
  ErrorView,
  FlowDetailView,
  FlowView,
  MeView,
  NewTokenView,
  PauseView,
  RecordView,
  RunView,
  TokenView,
  WorkspaceView,
} from '../views.ts'

export const failure = named<ErrorView['error']>(
  'Failure',
  object<ErrorView['error']>(
    {
      kind: described(text, 'what happens next follows from it'),
      code: described(text, 'stable, documented'),
      message: text,
      remedy: orNull(text),
      said: described(text, 'the outside system’s own words'),
      field: text,
      connection: described(text, 'the connection that it was met on'),
      details: fields,
    },
    'said',
    'field',
    'connection',
    'details',
  ),
)
export const error = named<ErrorView>('Error', object<ErrorView>({ error: failure.ref }))
const failureOrNull = orNull(failure.ref)

const role = choice(...ROLES)
export const me = named<MeView>(
  'Me',
  object<MeView>({
    name: text,
    version: text,
    workspaces: list(object<MeView['workspaces'][number]>({ name: text, role })),
  }),
)

export const diagnostic = named<DiagnosticView>(
  'Diagnostic',
  object<DiagnosticView>({
    severity: choice('error', 'warning', 'note'),
    code: text,
    message: text,
    remedy: orNull(text),
    file: text,
    line: whole,
    column: whole,
    endLine: whole,
    endColumn: whole,
  }),
)

export const workspace = named<WorkspaceView>(
  'Workspace',
  object<WorkspaceView>({
    name: text,
    timezone: text,
    flows: whole,
    running: whole,
    connections: whole,
    deadOpen: whole,
    inboxWaiting: whole,
    diagnostics: list(diagnostic.ref),
  }),
)

export const counts = named<RunCounts>(
  'Counts',
  object<RunCounts>({
    ...{ read: whole, written: whole, unchanged: whole, filtered: whole, dead: whole, parked: whole },
    ...{ deleted: whole, calls: whole, signIns: whole },
  }),
)

export const trigger = choice('manual', 'schedule', 'webhook', 'replay', 'sweep', 'verify')
export const runState = choice('running', 'succeeded', 'partial', 'failed', 'cancelled', 'unavailable', 'interrupted')
export const run = named<RunView>(
  'Run',
  object<RunView>({
    id: text,
    flow: text,
    flowHash: text,
    trigger,
    actor: text,
    state: runState,
    startedAt: moment,
    endedAt: orNull(moment),
    counts: counts.ref,
    failure: failureOrNull,
    replayOf: orNull(text),
  }),
)

export const pause = named<PauseView>('Pause', object<PauseView>({ by: text, at: moment, reason: text }))

type Schedule = NonNullable<FlowView['schedule']>
type Running = NonNullable<FlowView['running']>
export const flow = named<FlowView>(
  'Flow',
  object<FlowView>({
    name: text,
    title: text,
    file: text,
    hash: text,
    state: choice('idle', 'running', 'waiting', 'paused', 'mistaken'),
    source: object<FlowView['source']>({ connection: text, connector: text, entities: list(text) }),
    sinks: list(
      object<FlowView['sinks'][number]>({
        step: text,
        connection: text,
        connector: text,
        entity: text,
        operation: text,
      }),
    ),
    schedule: orNull(
      object<Schedule>({
        cron: orNull(text),
        everyMs: orNull(whole),
        sweep: orNull(text),
        verify: orNull(text),
        timezone: text,
      }),
    ),
    listens: list(text),
    paused: orNull(pause.ref),
    running: orNull(
      object<Running>({ runId: orNull(text), trigger, actor: text, since: moment, counts: orNull(counts.ref) }),
    ),
    nextRunAt: orNull(moment),
    lastRun: orNull(run.ref),
    recentRuns: list(run.ref),
    lagSeconds: orNull(number),
    verified: orNull(
      object<NonNullable<FlowView['verified']>>({
        until: moment,
        runId: text,
        compared: whole,
        healed: whole,
        left: whole,
      }),
    ),
    deadOpen: whole,
    parked: whole,
    diagnostics: list(diagnostic.ref),
  }),
)
export const flowDetail = named<FlowDetailView>(
  'FlowDetail',
  extended<FlowView, FlowDetailView>(flow.schema, { yaml: text, parameters: fields }),
)

const source = object<RecordView['source']>({ connection: text, entity: text, key: text, version: orNull(text) })
type Sink = NonNullable<RecordView['sink']>
export const outcome = choice('written', 'unchanged', 'filtered', 'dead', 'parked', 'deleted')
export const record = named<RecordView>(
  'Record',
  object<RecordView>({
    id: whole,
    at: moment,
    runId: text,
    flow: text,
    flowHash: text,
    step: text,
    source,
    sink: orNull(object<Sink>({ connection: text, entity: text, id: orNull(text) })),
    outcome: text,
    did: text,
    changed: list(text),
    attempt: whole,
    failure: failureOrNull,
  }),
)

export const action = named<ActionView>(
  'Action',
  object<ActionView>({ id: whole, at: moment, actor: text, action: text, subject: text, details: fields }),
)

export const token = named<TokenView>(
  'Token',
  object<TokenView>({
    ...{ id: text, name: text, role, createdAt: moment },
    ...{ expiresAt: orNull(moment), lastUsedAt: orNull(moment), revokedAt: orNull(moment) },
  }),
)

export const newToken = named<NewTokenView>(
  'NewToken',
  extended<TokenView, NewTokenView>(token.schema, { token: text }),
)

export const shared = { source, role, failure, failureOrNull, json }
