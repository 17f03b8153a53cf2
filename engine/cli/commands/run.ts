import { type RunMode, runFlow } from '../../run/index.ts'
import { endOf, olderDead, requestOf, runAll } from '../run-flows.ts'
import { usage } from '../usage.ts'
import type { Given, Verb } from '../verb.ts'
import { flowsNamed, NO_FLOWS, withWorkspace } from '../workspace.ts'

export const run: Verb = {
  name: 'run',
  summary: 'run flows now, one after another, each from where it stopped',
  details:
    'A run reads what has changed since its checkpoint. Ctrl-C settles what was written and stops; the next run goes on from there.\nA flow whose sink is not in the account’s edition is reported and skipped (exit code 0), unless it says whenUnavailable: fail.',
  arguments: [{ name: 'flow', description: 'names of flows, or their files', isOptional: true, isMany: true }],
  options: [
    { name: 'all', kind: 'flag', description: 'every flow of the workspace, in its order' },
    { name: 'backfill', kind: 'flag', description: 'read everything again; written is what differs' },
    { name: 'sweep', kind: 'flag', description: 'a backfill that also finds what is gone from the source' },
    { name: 'key', kind: 'texts', description: 'only these source keys; the checkpoint stays where it is' },
    {
      name: 'concurrency',
      kind: 'count',
      description: 'how many flows at a time, within the limits of the accounts (default: 1)',
    },
    { name: 'force', kind: 'flag', description: 'write even what the ledger calls unchanged' },
  ],
  examples: [
    { line: 'run --all', does: 'runs every flow' },
    {
      line: 'run erp-vendors-to-crm --key V100 V101',
      does: 'takes two vendors through a flow, changed or not',
    },
  ],
  json: {
    runs: 'one per flow: { runId, flow, state, read, written, unchanged, filtered, parked, dead, deleted, calls, signIns, deadByCode, failure, startedAt, endedAt }',
  },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const names = given.list('flow')
      if (names.length === 0 && !given.is('all'))
        throw usage(
          'no flow was named',
          opened.flows.length === 0
            ? NO_FLOWS
            : `Name one, or say --all. The workspace has: ${opened.flows.map(it => it.name).join(', ')}.`,
        )
      const flows = flowsNamed(opened, given.is('all') ? [] : names)
      const keys = given.list('key')
      if (keys.length > 0 && flows.length > 1) throw usage('--key goes with one flow', 'Name that flow alone.')
      const options = requestOf(opened, {
        mode: modeOf(given),
        ...(keys.length > 0 ? { keys } : {}),
        ...(given.is('force') ? { force: true } : {}),
      })
      const atOnce = given.count('concurrency') ?? 1
      const reports = await runAll(opened, flows, (plan, ports) => runFlow(plan, ports, options), atOnce)
      return endOf(opened, reports, await olderDead(opened, reports))
    }),
}

function modeOf(given: Given): RunMode {
  if (given.is('backfill') && given.is('sweep'))
    throw usage('--backfill and --sweep exclude each other', 'A sweep is a backfill that also finds deletions.')
  return given.is('sweep') ? 'sweep' : given.is('backfill') ? 'backfill' : 'incremental'
}
