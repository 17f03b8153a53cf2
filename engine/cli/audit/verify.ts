import type { ChainBreak, ChainPlace, TrailReport } from '../../core/audit.ts'
import type { Context } from '../context.ts'
import { ended } from '../end.ts'
import { EXIT } from '../exit-codes.ts'
import { usage } from '../usage.ts'
import type { Verb } from '../verb.ts'
import { withWorkspace } from '../workspace.ts'

export const auditVerify: Verb = {
  name: 'verify',
  summary: 'prove that no row of the audit trail was edited, dropped or moved since it was written',
  details:
    'Every event and every action carries a hash that covers the row before it. Keep the place that is printed last somewhere else\n(a ticket, a mail): with --expect it also proves that nobody has written the whole trail anew.',
  options: [
    {
      name: 'expect',
      kind: 'text',
      value: 'place',
      description: 'a place of before, as number:hash: the event must still be there as it was',
    },
  ],
  examples: [
    { line: 'audit verify', does: 'reads both trails from their beginning' },
    { line: 'audit verify --expect 1042:Qm3…', does: 'and compares with what was noted' },
  ],
  json: {
    trails:
      'of events and of actions: { trail, rows, erased, anchor: { no, hash }, head: { no, hash }, breaks: [{ trail, is, no, until, id }], breakCount }; `is` is edited, dropped, reordered, foreign, head, anchor, erased or unexpected',
  },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const expected = placeOf(given.text('expect'))
      const trails = await (await opened.ledgerAsItIs()).verifyAudit(expected)
      const isWhole = trails.every(it => it.breakCount === 0)
      return ended(isWhole ? EXIT.ok : EXIT.partial, { trails }, () => trails.map(it => shown(it, context)).join(''))
    }),
}

function placeOf(written: string | undefined): ChainPlace | undefined {
  if (written === undefined) return undefined
  const [, no, hash] = /^(\d+):([\w-]{32})$/.exec(written) ?? []
  if (no === undefined || hash === undefined)
    throw usage(`--expect ${written} is no place`, 'Give what "ml-connector audit verify" printed: number:hash.')
  return { no: Number(no), hash }
}

const WHAT: Readonly<Record<ChainBreak['is'], string>> = {
  edited: 'is not as it was written (or the one before it was edited and hashed anew)',
  dropped: 'is not there any more',
  reordered: 'is not in its place',
  foreign: 'was put in by something else than ml-connector',
  head: 'is not the last one that was written',
  anchor: 'is where the trail begins, but no pruning that was recorded ended there',
  erased: 'more rows are masked than erasures were recorded',
  unexpected: 'is not the one that was noted',
}

function shown({ trail, rows, erased, anchor, head, breaks, breakCount }: TrailReport, { colours }: Context): string {
  const pruned = anchor.no > 0 ? `, after ${anchor.no} that were pruned` : ''
  const masked = erased > 0 ? `, ${erased} of them with erased values` : ''
  if (breakCount === 0)
    return `${colours.green('✓')} ${trail}: ${rows} as they were written${pruned}${masked}; the last is ${head.no}:${head.hash}\n`
  const lines = breaks.map(it => `    ${named(it)} ${WHAT[it.is]}\n`)
  const more = breakCount > breaks.length ? `    and ${breakCount - breaks.length} more\n` : ''
  return `${colours.red('✗')} ${trail}: ${breakCount} of ${rows} not as written${pruned}${masked}\n${lines.join('')}${more}`
}

function named({ no, until, id }: ChainBreak): string {
  const row = no === null ? '' : until !== null && until > no ? `no. ${no} to ${until}` : `no. ${no}`
  return [row, id === null ? '' : `(id ${id})`].filter(it => it !== '').join(' ')
}
