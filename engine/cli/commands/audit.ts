import type { EventFilter, EventRow, Ledger, Outcome } from '../../core/ledger.ts'
import type { Context } from '../context.ts'
import { done } from '../end.ts'
import { moment } from '../moments.ts'
import { isNamed } from '../preview/summary.ts'
import { type ActionFilter, newestActions, showActions } from '../show/actions.ts'
import { csv } from '../show/csv.ts'
import { showSource } from '../show/source.ts'
import { left, showTable } from '../show/table.ts'
import { showMoment } from '../show/time.ts'
import { usage } from '../usage.ts'
import type { Given, Verb } from '../verb.ts'
import { withWorkspace } from '../workspace.ts'

const OUTCOMES: readonly Outcome[] = ['written', 'unchanged', 'filtered', 'dead', 'parked', 'deleted']
const LIMIT = 100
const PAGE = 1_000

export const audit: Verb = {
  name: 'audit',
  summary: 'show the audit trail: which record went where, when, by which run, with what result',
  options: [
    { name: 'flow', kind: 'text', description: 'of this flow' },
    { name: 'run', kind: 'text', description: 'of this run' },
    { name: 'key', kind: 'text', description: 'of this source key' },
    { name: 'connection', kind: 'text', description: 'written to this connection' },
    { name: 'entity', kind: 'text', description: 'written to this entity' },
    { name: 'id', kind: 'text', description: 'of this record of the target' },
    { name: 'outcome', kind: 'text', choices: OUTCOMES, description: 'that ended so' },
    { name: 'since', kind: 'text', value: 'time', description: 'from this time on: 2026-05-31, 24h, 7d' },
    { name: 'until', kind: 'text', value: 'time', description: 'up to this time' },
    {
      name: 'actions',
      kind: 'flag',
      description:
        'what people did, not what became of records: runs, pauses, replays, tokens; of --flow, --run and time',
    },
    { name: 'limit', kind: 'count', description: `how many, newest first (default: ${LIMIT})` },
    {
      name: 'format',
      kind: 'text',
      choices: ['table', 'csv', 'jsonl', 'json'],
      byDefault: 'table',
      description: 'how it is printed',
    },
  ],
  examples: [
    { line: 'audit --key V100', does: 'the history of one vendor' },
    { line: 'audit --actions --since 7d', does: 'who started, paused, replayed or discarded what in a week' },
    { line: 'audit --since 24h --format csv --limit 100000 > audit.csv', does: 'a day for a spreadsheet' },
  ],
  json: {
    events: 'rows of the audit trail, newest first',
    actions: 'instead of them, with --actions: { id, at, actor, action, subject, details }, newest first',
  },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const [ledger, limit] = [await opened.ledgerAsItIs(), given.count('limit') ?? LIMIT]
      const format = given.text('format') ?? 'table'
      if (given.is('actions')) {
        const actions = await newestActions(ledger, actionFilterOf(context, given), limit)
        return done({ actions }, () => showActions(actions, format, context.colours))
      }
      const events = await newest(ledger, filterOf(context, given), limit)
      return done({ events }, () => FORMATS[format]?.(events, context) ?? '')
    }),
}

function filterOf(context: Context, given: Given): Omit<EventFilter, 'limit'> {
  const now = context.clock.now()
  const filter = {
    flow: given.text('flow'),
    runId: given.text('run'),
    sourceKey: given.text('key'),
    sinkConnection: given.text('connection'),
    sinkEntity: given.text('entity'),
    sinkKey: given.text('id'),
    outcome: OUTCOMES.find(it => it === given.text('outcome')),
    since: moment('since', given.text('since'), now),
    until: moment('until', given.text('until'), now),
  }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}

/** Of events only: an action has no record. */
const OF_RECORDS = ['key', 'connection', 'entity', 'id', 'outcome'] as const

function actionFilterOf(context: Context, given: Given): ActionFilter {
  const other = OF_RECORDS.find(it => given.text(it) !== undefined)
  if (other !== undefined) throw usage(`--${other} is of records, --actions of people`, 'Leave one of the two out.')
  const [flow, run] = [given.text('flow'), given.text('run')]
  if (flow !== undefined && run !== undefined)
    throw usage('an action is of a flow or of a run', 'Leave --flow or --run out.')
  const subject = flow === undefined ? run && `run:${run}` : `flow:${flow}`
  const now = context.clock.now()
  const since = moment('since', given.text('since'), now)
  const until = moment('until', given.text('until'), now)
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
}

async function newest(ledger: Ledger, filter: Omit<EventFilter, 'limit'>, limit: number): Promise<EventRow[]> {
  const events: EventRow[] = []
  while (events.length < limit) {
    const last = events.at(-1)
    const page = await ledger.events({
      ...filter,
      limit: Math.min(PAGE, limit - events.length),
      ...(last ? { before: last.id } : {}),
    })
    events.push(...page)
    if (page.length < PAGE) break
  }
  return events
}

const COLUMNS: Readonly<Record<string, (it: EventRow) => string>> = {
  id: it => String(it.id),
  at: it => it.at,
  run: it => it.runId,
  flow: it => it.flow,
  flowHash: it => it.flowHash,
  step: it => it.step,
  sourceConnection: it => it.sourceConnection,
  sourceEntity: it => it.sourceEntity,
  sourceKey: it => it.sourceKey,
  sourceVersion: it => it.sourceVersion ?? '',
  sinkConnection: it => it.sinkConnection ?? '',
  sinkEntity: it => it.sinkEntity ?? '',
  sinkKey: it => it.sinkKey ?? '',
  outcome: it => it.outcome,
  did: it => it.did,
  changed: it => it.changed.join(' '),
  attempt: it => String(it.attempt),
  code: it => it.failure?.code ?? '',
  message: it => it.failure?.message ?? '',
}

const FORMATS: Readonly<Record<string, (events: readonly EventRow[], context: Context) => string>> = {
  json: events => `${JSON.stringify(events, null, 2)}\n`,
  jsonl: events => events.map(it => `${JSON.stringify(it)}\n`).join(''),
  csv: events =>
    csv(
      Object.keys(COLUMNS),
      events.map(event => Object.values(COLUMNS).map(cell => cell(event))),
    ),
  table: (events, { colours }) =>
    events.length === 0
      ? 'nothing in the audit trail\n'
      : showTable(
          [left('at'), left('flow'), left('source'), left('target'), left('step'), left('outcome'), left('details')],
          events.map(it => [
            showMoment(it.at),
            it.flow,
            showSource(it),
            it.sinkEntity ? `${it.sinkEntity} ${it.sinkKey ?? ''}` : '',
            isNamed(it.step) ? it.step : '',
            it.did && it.outcome === 'written' ? it.did : it.outcome,
            it.failure
              ? `${it.failure.code} ${it.failure.message}`
              : it.outcome === 'written'
                ? it.changed.join(' ')
                : it.did,
          ]),
          colours,
        ),
}
