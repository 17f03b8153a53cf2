import { done } from '../end.ts'
import { moment } from '../moments.ts'
import { usage } from '../usage.ts'
import type { Verb } from '../verb.ts'
import { withWorkspace } from '../workspace.ts'

export const auditPrune: Verb = {
  name: 'prune',
  summary: 'take old events, closed dead letters and unused record bodies out of the ledger',
  details:
    'From the beginning of the trail up to the first event that is not older. The hash of the last one taken stays as the anchor that\nthe rest is proven against; each event is proven before it goes. Known records and checkpoints stay: runs go on as before.',
  options: [
    { name: 'before', kind: 'text', value: 'time', description: 'older than this: 2026-05-31, 365d (mandatory)' },
  ],
  examples: [{ line: 'audit prune --before 730d', does: 'keeps two years' }],
  json: { pruned: '{ events, deadLetters, bodies, anchor: { no, hash } }' },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const now = context.clock.now()
      const before = moment('before', given.text('before'), now)
      if (before === undefined) throw usage('--before is missing', 'Say how much is kept: --before 730d.')
      const deed = { actor: opened.actor, at: now.toISOString() }
      const pruned = await (await opened.ledger()).pruneAudit(before, deed)
      const { events, deadLetters, bodies } = pruned
      return done({ pruned }, () => `pruned: ${events} events, ${deadLetters} dead letters, ${bodies} record bodies\n`)
    }),
}
