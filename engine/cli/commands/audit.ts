import type { EventFilter, EventRow, Ledger } from '../../core/ledger.ts'
import { auditErase } from '../audit/erase.ts'
import { auditExport } from '../audit/export.ts'
import { actionFilterOf, FILTERS, filterOf } from '../audit/filter.ts'
import { LINES } from '../audit/lines.ts'
import { auditPrune } from '../audit/prune.ts'
import { auditVerify } from '../audit/verify.ts'
import type { Context } from '../context.ts'
import { done } from '../end.ts'
import { isNamed } from '../preview/summary.ts'
import { newestActions, showActions } from '../show/actions.ts'
import { showSource } from '../show/source.ts'
import { left, showTable } from '../show/table.ts'
import { showMoment } from '../show/time.ts'
import type { Verb } from '../verb.ts'
import { withWorkspace } from '../workspace.ts'

const LIMIT = 100
const PAGE = 1_000

export const audit: Verb = {
  name: 'audit',
  summary: 'show the audit trail: which record went where, when, by which run, with what result',
  options: [
    ...FILTERS,
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
    { line: 'audit --since 24h --format csv --limit 100000 > audit.csv', does: 'a day for a spreadsheet' },
    { line: 'audit --actions --since 7d', does: 'who started, paused, replayed or discarded what in a week' },
  ],
  json: {
    events: 'rows of the audit trail, newest first',
    actions: 'instead of them, with --actions: { id, at, actor, action, subject, details }, newest first',
  },
  verbs: [auditVerify, auditExport, auditPrune, auditErase],
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

const FORMATS: Readonly<Record<string, (events: readonly EventRow[], context: Context) => string>> = {
  json: events => `${JSON.stringify(events, null, 2)}\n`,
  jsonl: events => LINES.jsonl(events, true),
  csv: events => LINES.csv(events, true),
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
