import { Counter, type CounterConfiguration, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

const FLOW = ['workspace', 'flow'] as const
const CONNECTION = ['workspace', 'connection'] as const

/**
 * All that is measured, of one service. Labels are names that people chose in files (workspace, flow, connection) or words from a fixed list: never a
 * record's key, an address or anything else that a stranger may send.
 */
export function createInstruments(version: string) {
  const registry = new Registry()
  const registers = [registry]
  const counter = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    more: Partial<CounterConfiguration<Label>> = {},
  ) => new Counter<Label>({ name: `ml_connector_${name}`, help, labelNames, registers, ...more })
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge<Label>({ name: `ml_connector_${name}`, help, labelNames, registers })

  collectDefaultMetrics({ register: registry })
  gauge('info', 'Version of ml-connector.', ['version']).set({ version }, 1)

  return {
    registry,
    runs: counter('runs_total', 'Runs that ended, and attempts that could not start (state "not-started").', [
      ...FLOW,
      'trigger',
      'state',
    ]),
    records: counter('records_total', 'Records that runs read, by how they ended.', [...FLOW, 'outcome']),
    runSeconds: new Histogram({
      name: 'ml_connector_run_seconds',
      help: 'How long runs took.',
      labelNames: ['workspace'],
      buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200],
      registers,
    }),
    scheduleLag: new Histogram({
      name: 'ml_connector_schedule_lag_seconds',
      help: 'How much later than its tick a scheduled run began.',
      labelNames: ['workspace'],
      buckets: [0.1, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800],
      registers,
    }),
    flowLag: gauge(
      'flow_lag_seconds',
      'Time since the beginning of the last run that read all changes and ended well.',
      FLOW,
    ),
    running: gauge('flow_running', '1 while the flow runs.', FLOW),
    waiting: gauge('flow_waiting', 'Pieces of work that wait for their turn.', FLOW),
    flowPaused: gauge('flow_paused', '1 when the flow itself is paused.', FLOW),
    deadLetters: gauge('dead_letters_open', 'Dead letters that nobody has replayed or discarded.', FLOW),
    verifiedAge: gauge('verified_age_seconds', 'How old what was last verified against the target is.', FLOW),
    verifiedLeft: gauge('verified_left', 'Records that the last comparison found different, and left.', FLOW),
    mistakes: gauge('workspace_mistakes', 'Errors in the files of the workspace: flows with one go on as they were.', [
      'workspace',
    ]),
    inboxWaiting: gauge('inbox_waiting', 'Deliveries that are stored and not dealt with yet.', ['workspace']),
    deliveries: counter('deliveries_total', 'Deliveries: accepted, or why not.', [...CONNECTION, 'result']),
    missed: counter(
      'deliveries_missed_total',
      'Changes that a schedule found although they should have been delivered.',
      [...FLOW, 'connection'],
    ),
    calls: counter('calls_total', 'Calls that went out; kind is call or sign-in.', [...CONNECTION, 'kind']),
    waits: counter('waits_total', 'How often calls waited: for their turn, or by back-off.', [...CONNECTION, 'reason']),
    waitSeconds: counter('wait_seconds_total', 'How long they did.', [...CONNECTION, 'reason']),
    connectionPaused: gauge('connection_paused', '1 when the connection is paused.', CONNECTION),
    tokenExpiry: gauge(
      'token_expiry_seconds',
      'Time until the first of its tokens lapses; negative afterwards.',
      CONNECTION,
    ),
    subscriptions: gauge('subscriptions', 'Subscriptions; state is ok or failing.', [...CONNECTION, 'state']),
    subscriptionExpiry: gauge(
      'subscription_expiry_seconds',
      'Time until the first of its subscriptions lapses.',
      CONNECTION,
    ),
  }
}

export type Instruments = ReturnType<typeof createInstruments>
