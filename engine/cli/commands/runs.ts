import { EngineError } from '../../core/errors.ts'
import type { RunRow } from '../../core/ledger.ts'
import type { Context } from '../context.ts'
import { done } from '../end.ts'
import { showError } from '../show/error.ts'
import { COUNT_COLUMNS, countCells, showState } from '../show/runs.ts'
import { left, right, showTable } from '../show/table.ts'
import { showDuration, showMoment } from '../show/time.ts'
import type { End, Verb } from '../verb.ts'
import { flowNamed, withWorkspace } from '../workspace.ts'

const STATES = ['running', 'succeeded', 'partial', 'failed', 'cancelled', 'unavailable', 'interrupted'] as const
const LIMIT = 20

export const runs: Verb = {
  name: 'runs',
  summary: 'list past runs, or show one',
  arguments: [{ name: 'id', description: 'id of a run, or "last"', isOptional: true }],
  options: [
    { name: 'flow', kind: 'text', description: 'runs of this flow' },
    { name: 'state', kind: 'text', choices: STATES, description: 'runs that ended so' },
    { name: 'limit', kind: 'count', description: `how many, newest first (default: ${LIMIT})` },
  ],
  examples: [
    { line: 'runs --state failed', does: 'lists what failed lately' },
    { line: 'runs last', does: 'shows the last run whole' },
  ],
  json: { runs: 'without an id: rows of the ledger, newest first', run: 'with an id: that row, `failure` included' },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const ledger = await opened.ledgerAsItIs()
      const id = given.text('id')
      const flow = given.text('flow')
      const state = STATES.find(it => it === given.text('state'))
      const filter = {
        ...(flow === undefined ? {} : { flow: flowNamed(opened, flow).name }),
        ...(state === undefined ? {} : { state }),
      }
      if (id === undefined)
        return listed(context, await ledger.runs({ ...filter, limit: given.count('limit') ?? LIMIT }))
      const row = id === 'last' ? (await ledger.runs({ ...filter, limit: 1 }))[0] : await ledger.run(id)
      if (!row) throw unknownRun(id)
      return shown(context, row)
    }),
}

function unknownRun(id: string): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'CLI_UNKNOWN',
    message: id === 'last' ? 'there is no run yet' : `the ledger has no run "${id}"`,
    remedy: id === 'last' ? 'Start one: "ml-connector run --all".' : '"ml-connector runs" lists their ids.',
  })
}

function listed({ colours }: Context, rows: readonly RunRow[]): End {
  return done({ runs: rows }, () =>
    rows.length === 0
      ? 'no runs\n'
      : showTable(
          [left('run'), left('flow'), left('trigger'), left('state'), ...COUNT_COLUMNS, left('started'), right('time')],
          rows.map(it => [
            it.id,
            it.flow,
            it.trigger,
            showState(it.state, colours),
            ...countCells(it.counts),
            showMoment(it.startedAt),
            tookOf(it),
          ]),
          colours,
        ),
  )
}

function tookOf({ startedAt, endedAt }: RunRow): string {
  return endedAt === null ? '' : showDuration(Date.parse(endedAt) - Date.parse(startedAt))
}

function shown({ colours }: Context, row: RunRow): End {
  return done({ run: row }, () => {
    const facts: [string, string][] = [
      ['run', row.id],
      ['flow', `${row.flow} (file hash ${row.flowHash.slice(0, 12)})`],
      ['started', `${showMoment(row.startedAt)} by ${row.actor}, trigger ${row.trigger}`],
      ['ended', row.endedAt === null ? 'not yet' : `${showMoment(row.endedAt)}, after ${tookOf(row)}`],
      ['state', showState(row.state, colours)],
      ...Object.entries(row.counts).map(([name, n]): [string, string] => [name, String(n)]),
      ...(row.replayOf === null ? [] : [['replay of', row.replayOf] satisfies [string, string]]),
    ]
    const failure = row.failure ? `\n${showError(row.failure, colours)}` : ''
    return `${showTable([left(''), left('')], facts, colours).replace(/^\s*\n/, '')}${failure}\nIts records: "ml-connector audit --run ${row.id}"\n`
  })
}
