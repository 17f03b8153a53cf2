import type { DeadLetterRow, Ledger, Outcome } from '../../core/ledger.ts'
import type { FlowPlan } from '../../core/plan.ts'
import { openLetters } from '../../host/index.ts'
import type { RecordChoice } from '../../run/index.ts'
import { type TimeRange, timeRange } from '../moments.ts'
import { usage } from '../usage.ts'
import type { Given, OptionSpec } from '../verb.ts'

const OUTCOMES: readonly Outcome[] = ['written', 'filtered', 'unchanged', 'dead']

/** Each narrows the others. */
export const CHOOSING: readonly OptionSpec[] = [
  { name: 'all', kind: 'flag', description: 'all open dead letters of the flow; the options below narrow it' },
  { name: 'code', kind: 'text', description: 'those that died of this error' },
  {
    name: 'since',
    kind: 'text',
    value: 'time',
    description: 'those that died last at this time or later: 2026-05-31, 2h, 3d',
  },
  { name: 'until', kind: 'text', value: 'time', description: 'those that died last at this time or before' },
  {
    name: 'key',
    kind: 'texts',
    description: 'those of these source keys; alone and with --from source also keys that never died',
  },
  {
    name: 'records',
    kind: 'flag',
    description:
      'instead of dead letters, all records that the audit trail saw end between --since and --until; they are read again from the source',
  },
  { name: 'outcome', kind: 'text', choices: OUTCOMES, description: 'with --records: those that ended so' },
]

/** What is replayed. */
export type Choice =
  | {
      readonly is: 'letters'
      readonly letters: readonly DeadLetterRow[]
      /** That never died, and are read again all the same. */
      readonly keys: readonly string[]
    }
  | { readonly is: 'records'; readonly choice: RecordChoice }

/** As it was typed. Throws where nothing was chosen, or what cannot be chosen together. */
export async function chosen(ledger: Ledger, flow: FlowPlan, given: Given, now: Date): Promise<Choice> {
  const [ids, code, keys] = [given.list('id'), given.text('code'), given.list('key')]
  const range = timeRange(given, now)
  const isNarrowed = given.is('all') || code !== undefined || Object.keys(range).length > 0
  if (ids.length > 0) {
    if (isNarrowed || keys.length > 0 || given.is('records'))
      throw usage('that chooses in more than one way', 'Ids of dead letters stand alone: name them, or say the rest.')
    return { is: 'letters', letters: withIds(await openLetters(ledger, flow.name), ids, flow), keys: [] }
  }
  if (given.is('records')) return records(given, range, now)
  for (const name of ['outcome', 'force'] as const)
    if (given.text(name) !== undefined || given.is(name))
      throw usage(`--${name} goes with --records`, 'Say --records too, or leave it out: it is not of dead letters.')
  if (!isNarrowed && keys.length === 0)
    throw usage('nothing was chosen', 'Name ids of dead letters, or say --all, --code, --since, --until or --key.')
  const narrow = { ...range, ...(code === undefined ? {} : { code }), ...(keys.length === 0 ? {} : { keys }) }
  const letters = await openLetters(ledger, flow.name, narrow)
  return { is: 'letters', letters, keys: isNarrowed ? [] : neverDied(letters, keys, flow, given) }
}

/** Keys that are named and nothing else: of all of them something is expected. */
function neverDied(
  letters: readonly DeadLetterRow[],
  wanted: readonly string[],
  flow: FlowPlan,
  given: Given,
): readonly string[] {
  const held = new Set(letters.map(it => it.sourceKey))
  const keys = wanted.filter(key => !held.has(key))
  if (keys.length > 0 && given.text('from') !== 'source')
    throw usage(
      `no open dead letter of ${flow.name} has the key ${keys.join(', ')}`,
      'Say --from source: then they are read again.',
    )
  return keys
}

function records(given: Given, range: TimeRange, now: Date): Choice {
  if (range.since === undefined && range.until === undefined)
    throw usage('--records needs a time', 'Say --since, or --until, or both: --records --since 2h.')
  if (given.is('all')) throw usage('--all is of dead letters, --records of all records', 'Leave one of the two out.')
  if (given.text('from') === 'stored')
    throw usage('only dead letters are kept', 'Leave --from out: --records are read again from the source.')
  const [code, keys] = [given.text('code'), given.list('key')]
  const outcome = OUTCOMES.find(it => it === given.text('outcome'))
  return {
    is: 'records',
    choice: {
      until: now.toISOString(),
      ...range,
      ...(code === undefined ? {} : { code }),
      ...(keys.length === 0 ? {} : { keys }),
      ...(outcome === undefined ? {} : { outcome }),
    },
  }
}

function withIds(open: readonly DeadLetterRow[], ids: readonly string[], flow: FlowPlan): readonly DeadLetterRow[] {
  const missing = ids.filter(id => !open.some(it => it.id === id))
  if (missing.length > 0)
    throw usage(
      `${flow.name} has no open dead letter ${missing.join(', ')}`,
      `"ml-connector dead ${flow.name}" lists them.`,
    )
  return open.filter(it => ids.includes(it.id))
}
