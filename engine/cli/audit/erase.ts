import type { Erased } from '../../core/audit.ts'
import type { Context } from '../context.ts'
import { done } from '../end.ts'
import { named } from '../suggest.ts'
import type { Verb } from '../verb.ts'
import { withWorkspace } from '../workspace.ts'

export const auditErase: Verb = {
  name: 'erase',
  summary: 'erase what the ledger holds about one record, such as a person who asks for it; the chain stays valid',
  details:
    'Its keys and what other systems said about it are masked in events; its dead letters are closed and lose their record; parked\nrecords of it and stored bodies go. That it was erased, when and by whom stays. There is no way back.',
  arguments: [
    { name: 'connection', description: 'the connection that it is a record of' },
    { name: 'entity', description: 'its entity' },
    { name: 'key', description: 'its key there' },
  ],
  options: [
    {
      name: 'forget',
      kind: 'flag',
      description: 'also what runs know of it: only when it is gone from both systems, else it may be written again',
    },
  ],
  examples: [{ line: 'audit erase crm Contacts 5001 --forget', does: 'a person who has left both systems' }],
  json: {
    erased:
      '{ events, deadLetters, parked, bodies, actions, deliveries, forgotten, kept, linked: [{ connection, entity, key }] }',
  },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const { name: connection } = named('connection', given.required('connection'), opened.workspace.connections)
      const subject = { connection, entity: given.required('entity'), key: given.required('key') }
      const deed = { actor: opened.actor, at: context.clock.now().toISOString() }
      const erased = await (await opened.ledger()).eraseSubject({ ...subject, forget: given.is('forget') }, deed)
      return done({ erased }, () => text(erased, context))
    }),
}

function text(erased: Erased, { colours }: Context): string {
  const { linked, kept, ...counts } = erased
  const lines = Object.entries(counts).flatMap(([what, count]) =>
    count > 0 ? [`  ${count} ${WORDS[what] ?? what}`] : [],
  )
  const others = linked.map(it => `  ${it.connection} ${it.entity} ${it.key}`)
  return [
    lines.length === 0 ? 'nothing of it was in the ledger\n' : `erased:\n${lines.join('\n')}\n`,
    others.length === 0 ? '' : `It was linked with what may have to be erased as well:\n${others.join('\n')}\n`,
    kept === 0
      ? ''
      : `${colours.yellow('!')} ${kept} known records still name it, so that runs do not write it twice: when it is gone from both systems, use --forget\n`,
  ].join('')
}

const WORDS: Readonly<Record<string, string>> = {
  events: 'events masked',
  deadLetters: 'dead letters closed and emptied',
  parked: 'parked records dropped',
  bodies: 'stored bodies removed',
  actions: 'actions masked',
  deliveries: 'deliveries emptied',
  forgotten: 'known records forgotten',
}
