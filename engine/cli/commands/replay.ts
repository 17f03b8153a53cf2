import type { DeadLetterRow, Ledger } from '../../core/ledger.ts'
import type { FlowPlan } from '../../core/plan.ts'
import { byForm, type FormedLetters, isOutdated, type LetterForm, openLetters } from '../../host/index.ts'
import { type RunReport, replay as replayLetters, runFlow } from '../../run/index.ts'
import { done } from '../end.ts'
import { endOf, requestOf, runAll } from '../run-flows.ts'
import { shortened, showSource } from '../show/source.ts'
import { left, showTable } from '../show/table.ts'
import { usage } from '../usage.ts'
import type { End, Given, Verb } from '../verb.ts'
import { flowNamed, type OpenWorkspace, withWorkspace } from '../workspace.ts'

const FORMS: readonly LetterForm[] = ['stored', 'source']

export const replay: Verb = {
  name: 'replay',
  summary: 'take dead letters, or any keys, through the current flow',
  details:
    'From the record as it was kept when it died (--from stored), or as the source has it now (--from source). Without --from, the kept record\nis taken where the flow is the same as when it died, and the source is read where it has changed: the new flow may need fields that the\nold one did not read. A newer version that the target got meanwhile is never overwritten: such a letter is closed without a write.',
  arguments: [
    { name: 'flow', description: 'name of the flow' },
    { name: 'id', description: 'ids of dead letters', isOptional: true, isMany: true },
  ],
  options: [
    { name: 'all', kind: 'flag', description: 'all open dead letters of the flow' },
    { name: 'code', kind: 'text', description: 'those that died of this error' },
    {
      name: 'key',
      kind: 'texts',
      description: 'those of these source keys; with --from source also keys that never died',
    },
    {
      name: 'from',
      kind: 'text',
      choices: FORMS,
      description: 'which form of the record (default: stored, or source where the flow has changed since)',
    },
    { name: 'dry-run', kind: 'flag', description: 'only say which records would be taken' },
  ],
  examples: [
    { line: 'replay erp-vendors-to-crm --all', does: 'after the mapping was corrected' },
    {
      line: 'replay erp-vendors-to-crm --key V100 --from source',
      does: 'reads one vendor again and writes it',
    },
  ],
  json: {
    runs: 'as of "run": one of the dead letters, one of the keys that never died',
    letters: 'with --dry-run: the dead letters that would be taken',
    keys: 'with --dry-run: the keys that would be read again',
  },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const flow = flowNamed(opened, given.required('flow'))
      const ledger = await opened.ledger()
      const { letters, keys } = await chosen(ledger, flow, given)
      if (given.is('dry-run')) return dryRun(opened, letters, keys)
      const reports: RunReport[] = []
      for (const { from, letters: those } of formed(opened, flow, letters, given))
        reports.push(
          ...(await runAll(opened, [flow], (plan, ports) =>
            replayLetters(plan, ports, { actor: opened.actor, letters: those, from }),
          )),
        )
      // a key that never died is an ordinary read by key, told apart by its trigger
      const read =
        keys.length > 0
          ? await runAll(opened, [flow], (plan, ports) =>
              runFlow(plan, ports, requestOf(opened, { trigger: 'replay', keys })),
            )
          : []
      if (letters.length + keys.length === 0)
        return done({ runs: [] }, () => `${flow.name} has no such open dead letter: nothing to replay\n`)
      return endOf(opened, [...reports, ...read])
    }),
}

interface Chosen {
  readonly letters: readonly DeadLetterRow[]
  readonly keys: readonly string[]
}

/** What is taken in which form, and said so. */
function formed(
  { context }: OpenWorkspace,
  flow: FlowPlan,
  letters: readonly DeadLetterRow[],
  given: Given,
): readonly FormedLetters[] {
  const wanted = FORMS.find(it => it === given.text('from'))
  const outdated = letters.filter(it => isOutdated(flow, it))
  if (outdated.length > 0 && wanted !== 'source')
    context.note(
      wanted === 'stored'
        ? `warning: ${flow.name} has changed since ${records(outdated.length)} died; a field that it did not read then counts as empty now`
        : `note: ${flow.name} has changed since ${records(outdated.length)} died: read again from the source (--from stored takes what was kept)`,
    )
  return byForm(flow, letters, wanted)
}

const records = (n: number) => (n === 1 ? 'a record' : `${n} records`)

async function chosen(ledger: Ledger, flow: FlowPlan, given: Given): Promise<Chosen> {
  const [ids, code, wanted] = [given.list('id'), given.text('code'), given.list('key')]
  const ways = [ids.length > 0, code !== undefined, wanted.length > 0, given.is('all')].filter(Boolean).length
  if (ways !== 1)
    throw usage(
      ways === 0 ? 'nothing was chosen' : 'that chooses in more than one way',
      'Name ids of dead letters, or say --all, --code or --key.',
    )
  const open = await openLetters(ledger, flow.name, code)
  if (ids.length > 0) return { letters: withIds(open, ids, flow), keys: [] }
  if (wanted.length === 0) {
    return { letters: open, keys: [] }
  }
  const letters = open.filter(it => wanted.includes(it.sourceKey))
  const keys = wanted.filter(key => !letters.some(it => it.sourceKey === key))
  if (keys.length > 0 && given.text('from') !== 'source')
    throw usage(
      `no open dead letter of ${flow.name} has the key ${keys.join(', ')}`,
      'Say --from source: then they are read again.',
    )
  return { letters, keys }
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

function dryRun({ context }: OpenWorkspace, letters: readonly DeadLetterRow[], keys: readonly string[]): End {
  return done({ letters, keys }, () => {
    const rows = letters.map(it => [it.id, showSource(it), it.failure.code, shortened(it.failure.message, 80)])
    const table =
      rows.length > 0 ? showTable([left('id'), left('record'), left('code'), left('why')], rows, context.colours) : ''
    return `${table}${keys.map(key => `${key}: read again\n`).join('')}${letters.length + keys.length} would be taken; nothing was written\n`
  })
}
