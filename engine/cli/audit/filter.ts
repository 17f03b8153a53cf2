import type { EventFilter, Outcome } from '../../core/ledger.ts'
import type { Context } from '../context.ts'
import { moment } from '../moments.ts'
import type { ActionFilter } from '../show/actions.ts'
import { usage } from '../usage.ts'
import type { Given, OptionSpec } from '../verb.ts'

const OUTCOMES: readonly Outcome[] = ['written', 'unchanged', 'filtered', 'dead', 'parked', 'deleted']

/** Which events: the same for showing and for exporting them. */
export const FILTERS: readonly OptionSpec[] = [
  { name: 'flow', kind: 'text', description: 'of this flow' },
  { name: 'run', kind: 'text', description: 'of this run' },
  { name: 'key', kind: 'text', description: 'of this source key' },
  { name: 'connection', kind: 'text', description: 'written to this connection' },
  { name: 'entity', kind: 'text', description: 'written to this entity' },
  { name: 'id', kind: 'text', description: 'of this record of the target' },
  { name: 'outcome', kind: 'text', choices: OUTCOMES, description: 'that ended so' },
  { name: 'since', kind: 'text', value: 'time', description: 'from this time on: 2026-05-31, 24h, 7d' },
  { name: 'until', kind: 'text', value: 'time', description: 'up to this time' },
]

/** As it was typed. */
export function filterOf(context: Context, given: Given): Omit<EventFilter, 'limit'> {
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

/** The same of `--actions`, which has no record to be asked for. */
export function actionFilterOf(context: Context, given: Given): ActionFilter {
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
