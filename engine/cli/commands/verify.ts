import { type RunReport, type VerifyReport, verifyFlow } from '../../run/index.ts'
import { done } from '../end.ts'
import { EXIT, gravest } from '../exit-codes.ts'
import { endOf, runAll, toJson } from '../run-flows.ts'
import { showVerifications, showVerified } from '../show/verified.ts'
import type { End, Verb } from '../verb.ts'
import { flowsNamed, type OpenWorkspace, withWorkspace } from '../workspace.ts'

export const verify: Verb = {
  name: 'verify',
  summary: 'compare source and target of flows, and put right what a run can',
  details:
    'Reads the whole source, maps it as a run does, and compares every record with what the target holds now: what is missing is made, what is\ndifferent is written, what is gone from the source is deleted where the flow says so. Reported and left are records of which the target has\ntwo, what only ever is created, dead letters, and what waits. It stops when its calls have run out; the next one goes on from there.\nWithout a flow it shows how far each one is verified, and calls nobody.',
  arguments: [{ name: 'flow', description: 'names of flows, or their files', isOptional: true, isMany: true }],
  options: [
    { name: 'all', kind: 'flag', description: 'every flow of the workspace, in its order' },
    {
      name: 'calls',
      kind: 'count',
      description: 'about how many calls each may take (default: verify.calls of the flow, or 1000)',
    },
    { name: 'report-only', kind: 'flag', description: 'write nothing at the target' },
    { name: 'heal', kind: 'flag', description: 'put right also where the flow says verify: { heal: false }' },
    {
      name: 'restart',
      kind: 'flag',
      description: 'from the beginning, also where an earlier one stopped in the middle',
    },
  ],
  examples: [
    { line: 'verify --all', does: 'compares every flow and puts right what differs' },
    { line: 'verify erp-vendors-to-crm --report-only', does: 'says what differs' },
    { line: 'verify', does: 'shows until when each flow is verified' },
  ],
  json: {
    runs: 'as of "run", and beside them: { tally: { compared, healed, left }, findings: [{ entity, key, step, element, sinkEntity, sinkKey, is, fields, why, isHealed }] (the first thousand), isComplete, verifiedUntil, moved }',
    verifications: 'without a flow: per flow and source entity, { walk, verified } as the ledger has them',
  },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const names = given.list('flow')
      if (names.length === 0 && !given.is('all')) return listed(opened)
      const calls = given.count('calls')
      const reports = await runAll(opened, flowsNamed(opened, given.is('all') ? [] : names), (plan, ports) =>
        verifyFlow(plan, ports, {
          actor: opened.actor,
          heal: !given.is('report-only') && (given.is('heal') || plan.verify.heal),
          calls: calls ?? plan.verify.calls,
          restart: given.is('restart'),
        }),
      )
      return endOfAll(opened, reports)
    }),
}

async function listed(opened: OpenWorkspace): Promise<End> {
  const ledger = await opened.ledgerAsItIs()
  const held = await ledger.verifications()
  return done({ verifications: held }, () => showVerifications(opened.flows, held, opened.context.colours))
}

const isVerified = (it: VerifyReport | RunReport): it is VerifyReport => 'tally' in it

/** As of runs; a difference that is left makes it a partial one. */
function endOfAll(opened: OpenWorkspace, reports: readonly (VerifyReport | RunReport)[]): End {
  const end = endOf(opened, reports)
  const verified = reports.filter(isVerified)
  const isAnyLeft = verified.some(it => it.tally.left > 0)
  return {
    ...end,
    exit: gravest([end.exit, ...(isAnyLeft ? [EXIT.partial] : [])]),
    data: { runs: reports.map(toJson) },
    text: () => showVerified(verified, opened.context.colours),
  }
}
