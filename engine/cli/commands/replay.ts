import type { DeadLetterRow } from '../../core/ledger.ts'
import type { FlowPlan } from '../../core/plan.ts'
import { byForm, type FormedLetters, isOutdated, type LetterForm } from '../../host/index.ts'
import { type RunReport, replay as replayLetters, replayRecords, runFlow } from '../../run/index.ts'
import { done } from '../end.ts'
import { CHOOSING, type Choice, chosen } from '../replay/choice.ts'
import { dryRun } from '../replay/dry-run.ts'
import { endOf, requestOf, runAll } from '../run-flows.ts'
import { usage } from '../usage.ts'
import type { End, Given, Verb } from '../verb.ts'
import { flowNamed, type OpenWorkspace, withWorkspace } from '../workspace.ts'

const FORMS: readonly LetterForm[] = ['stored', 'source']
const LIMIT = 50

export const replay: Verb = {
  name: 'replay',
  summary: 'take dead letters, any keys, or all records of a time through the current flow',
  details:
    'From the record as it was kept when it died (--from stored), or as the source has it now (--from source). Without --from, the kept record\nis taken where the flow is the same as when it died, and the source is read where it has changed: the new flow may need fields that the\nold one did not read. A newer version that the target got meanwhile is never overwritten: such a letter is closed without a write.\nOptions that choose narrow one another; ids of dead letters stand alone.\n\n--records takes what the audit trail saw end in a time, whatever became of it, as the source holds it now: written is what differs from what\nwas written last. What was given up (dead discard) and has not changed since is left as it is, and so is what somebody changed at the target. What was edited by hand is written as the source has it; what was pruned from\nthe audit trail is not known any more.\n\n--dry-run asks source and target, and writes nothing. What only the target itself can refuse shows when it is written.',
  arguments: [
    { name: 'flow', description: 'name of the flow' },
    { name: 'id', description: 'ids of dead letters', isOptional: true, isMany: true },
  ],
  options: [
    ...CHOOSING,
    { name: 'force', kind: 'flag', description: 'with --records: write even what the ledger calls unchanged' },
    {
      name: 'from',
      kind: 'text',
      choices: FORMS,
      description: 'which form of the record (default: stored, or source where the flow has changed since)',
    },
    {
      name: 'dry-run',
      kind: 'flag',
      description: 'show what would become of each, field by field against what the target holds now; writes nothing',
    },
    {
      name: 'limit',
      kind: 'count',
      description: `with --dry-run: how many are shown; all are counted (default: ${LIMIT})`,
    },
  ],
  examples: [
    { line: 'replay erp-vendors-to-crm --all', does: 'after the mapping was corrected' },
    {
      line: 'replay erp-vendors-to-crm --all --code RUN_FIELD_LENGTH --since 2d --dry-run',
      does: 'what it would do first',
    },
    {
      line: 'replay erp-vendors-to-crm --key V100 --from source',
      does: 'reads one vendor again and writes it',
    },
    {
      line: 'replay erp-vendors-to-crm --records --since 2026-05-30 --until 2026-05-31',
      does: 'takes all records of a day through the flow as it is now',
    },
  ],
  json: {
    runs: 'as of "run": of the dead letters (two where some are read again), of the keys that never died, or of the records of a time',
    givenUp: 'how many records of the time were left because somebody has discarded them',
    flow: 'with --dry-run: its name',
    letters:
      'with --dry-run: the dead letters, rows of the ledger with { from, would, isSameFailure?, records }; would: create, update, same, filter, park, delete, reject (isSameFailure: of what it died before), overtaken (nothing is written for it), missing (its record is kept nowhere), unknown (the target was not read)',
    records:
      'with --dry-run: what is read again without a dead letter and would change; of each, as in letters: { entity, key, step, sinkEntity, sinkKey, would, differences: [{ field, before, after, expression, place }], isLeftAlone?, failure?, waitsFor? }',
    keys: 'with --dry-run: the keys that never died and would be read again',
    counts: 'with --dry-run: how many of letters and records would be what',
    isPartial: 'with --dry-run: whether there are more records than the 10,000 that are told',
    targetUnread: 'with --dry-run: why the target was not read; null when it was',
  },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const flow = flowNamed(opened, given.required('flow'))
      const isDry = given.is('dry-run')
      const limit = given.count('limit')
      if (limit !== undefined && !isDry)
        throw usage('--limit goes with --dry-run', 'A replay takes all that is chosen.')
      const ledger = await (isDry ? opened.ledgerAsItIs() : opened.ledger())
      const choice = await chosen(ledger, flow, given, context.clock.now())
      if (isDry) return dryRun(opened, flow, takenOf(opened, flow, choice, given), limit ?? LIMIT)
      return choice.is === 'records' ? ofRecords(opened, flow, choice, given) : ofLetters(opened, flow, choice, given)
    }),
}

type Letters = Extract<Choice, { readonly is: 'letters' }>
type Records = Extract<Choice, { readonly is: 'records' }>

function takenOf(opened: OpenWorkspace, flow: FlowPlan, choice: Choice, given: Given): Parameters<typeof dryRun>[2] {
  if (choice.is === 'records') return { ...choice, force: given.is('force') }
  return { ...choice, formed: formed(opened, flow, choice.letters, given) }
}

async function ofLetters(
  opened: OpenWorkspace,
  flow: FlowPlan,
  { letters, keys }: Letters,
  given: Given,
): Promise<End> {
  if (letters.length + keys.length === 0)
    return done({ runs: [] }, () => `${flow.name} has no such open dead letter: nothing to replay\n`)
  const { actor } = opened
  const reports: RunReport[] = []
  for (const { from, letters: those } of formed(opened, flow, letters, given))
    reports.push(
      ...(await runAll(opened, [flow], (plan, ports) => replayLetters(plan, ports, { actor, letters: those, from }))),
    )
  // a key that never died is an ordinary read by key, told apart by its trigger
  if (keys.length > 0)
    reports.push(
      ...(await runAll(opened, [flow], (plan, ports) =>
        runFlow(plan, ports, requestOf(opened, { trigger: 'replay', keys })),
      )),
    )
  return endOf(opened, reports)
}

async function ofRecords(opened: OpenWorkspace, flow: FlowPlan, { choice }: Records, given: Given): Promise<End> {
  let givenUp = 0
  const onGivenUp = (keys: readonly string[]) => {
    givenUp += keys.length
  }
  const wish = { actor: opened.actor, choice, force: given.is('force'), onGivenUp }
  const reports = await runAll(opened, [flow], (plan, ports) => replayRecords(plan, ports, wish))
  if (givenUp > 0)
    opened.context.note(
      `note: ${records(givenUp)} had been given up and ${givenUp === 1 ? 'was' : 'were'} left as it is; --key with --from source takes it all the same`,
    )
  const end = endOf(opened, reports)
  return { ...end, data: { ...end.data, givenUp } }
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
