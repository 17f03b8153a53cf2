import type { Colors } from 'picocolors/types.js'
import type { EngineError } from '../../core/errors.ts'
import { type OpenWorkspace as HeldWorkspace, pingConnection } from '../../host/index.ts'
import { envelopeError } from '../envelope.ts'
import { EXIT, exitOfKind, gravest } from '../exit-codes.ts'
import { showError } from '../show/error.ts'
import { left, right, showTable } from '../show/table.ts'
import { showDuration } from '../show/time.ts'
import { named } from '../suggest.ts'
import type { Verb } from '../verb.ts'
import { type OpenWorkspace, withWorkspace } from '../workspace.ts'
import { NO_CONNECTIONS } from './connections.ts'

interface Answer {
  readonly connection: string
  readonly connector: string
  readonly ms: number
  readonly account?: string
  readonly details?: unknown
  readonly error?: EngineError
}

export const ping: Verb = {
  name: 'ping',
  summary: 'prove address, credentials and permission of connections with the cheapest call there is',
  arguments: [
    { name: 'connection', description: 'names of connections (default: all)', isOptional: true, isMany: true },
  ],
  examples: [{ line: 'ping erp', does: 'signs in to one connection and says which account answered' }],
  json: { connections: 'of each: { connection, connector, ok, ms, account?, details?, error? }' },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const all = opened.workspace.connections
      const names = given.list('connection')
      const wanted = names.length > 0 ? names.map(name => named('connection', name, all)) : [...all.values()]
      const answers: Answer[] = []
      for (const { name, connector } of wanted)
        answers.push({ connection: name, connector, ...(await pingOne(opened, name)) })
      const first = answers.find(it => it.error)?.error
      const json = answers.map(({ error, ...it }) => ({
        ...it,
        ok: !error,
        ...(error ? { error: envelopeError(error) } : {}),
      }))
      return {
        exit: gravest(answers.map(it => (it.error ? exitOfKind(it.error.kind) : EXIT.ok))),
        data: { connections: json },
        text: () => (answers.length === 0 ? NO_CONNECTIONS : showAnswers(opened, answers)),
        complaint: () => showRefusals(answers, context.colours),
        ...(first ? { error: envelopeError(first) } : {}),
      }
    }),
}

async function pingOne(opened: HeldWorkspace, name: string): Promise<Omit<Answer, 'connection' | 'connector'>> {
  const { is: _, ...answer } = await pingConnection(opened, name)
  return answer
}

/** Each with the connection that it is about; what keeps all of them back (the key of the vault is not there) is told once. */
function showRefusals(answers: readonly Answer[], colours: Colors): string {
  const failed = answers.flatMap(({ connection, error }) => (error ? [{ connection, error }] : []))
  const byCause = Map.groupBy(failed, ({ error }) => `${error.code} ${error.message}`)
  return [...byCause.values()]
    .map(those => {
      const names = those.map(it => it.connection).join(', ')
      return those[0]
        ? `\n${showError({ ...those[0].error.toFailure(), message: `${names}: ${those[0].error.message}` }, colours)}`
        : ''
    })
    .join('')
}

function showAnswers({ context }: OpenWorkspace, answers: readonly Answer[]): string {
  const { colours } = context
  const rows = answers.map(it => [
    it.error ? colours.red('✗') : colours.green('✓'),
    it.connection,
    it.connector,
    it.account ?? it.error?.code ?? '',
    showDuration(it.ms),
  ])
  const columns = [left(''), left('connection'), left('connector'), left('account'), right('time')]
  return showTable(columns, rows, colours)
}
