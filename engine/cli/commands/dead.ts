import { EngineError } from '../../core/errors.ts'
import type { DeadLetterRow, DeadState, Ledger } from '../../core/ledger.ts'
import { discardLetters } from '../../host/index.ts'
import type { Context } from '../context.ts'
import { done } from '../end.ts'
import { timeRange } from '../moments.ts'
import { showError } from '../show/error.ts'
import { shortened, showSource } from '../show/source.ts'
import { left, right, showTable } from '../show/table.ts'
import { showMoment } from '../show/time.ts'
import { usage } from '../usage.ts'
import type { End, Verb } from '../verb.ts'
import { flowNamed, withWorkspace } from '../workspace.ts'

const STATES: readonly DeadState[] = ['open', 'retrying', 'resolved', 'discarded']
const LIMIT = 50

const show: Verb = {
  name: 'show',
  summary: 'show a dead letter whole: what the other system said, and the record as it was read',
  arguments: [{ name: 'id', description: 'id of the dead letter' }],
  examples: [{ line: 'dead show 42', does: 'why it died, and what it was' }],
  json: {
    letter: 'the row of the ledger',
    body: 'the source record as it was read; null when it is not kept any more',
  },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const ledger = await opened.ledgerAsItIs()
      const [letter] = await lettersById(ledger, [given.required('id')])
      if (!letter) throw unknown([given.required('id')])
      const body = (await ledger.deadBody(letter.id)) ?? null
      return done({ letter, body }, () => whole(context, letter, body))
    }),
}

const discard: Verb = {
  name: 'discard',
  summary: 'give dead letters up: they are not replayed any more; who did it and why stays in the audit trail',
  arguments: [{ name: 'id', description: 'ids of dead letters', isMany: true }],
  options: [{ name: 'reason', kind: 'text', value: 'text', description: 'why (mandatory)' }],
  examples: [{ line: 'dead discard 42 43 --reason "test records of the supplier"', does: 'closes two of them' }],
  json: { discarded: 'how many were open and are closed now' },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const reason = given.text('reason')?.trim()
      if (!reason) throw usage('a reason is missing', 'Say why: --reason "…". It is kept in the audit trail.')
      const letters = await lettersById(await opened.ledger(), given.list('id'))
      const missing = given.list('id').filter(id => !letters.some(it => it.id === id))
      if (missing.length > 0) throw unknown(missing)
      const discarded = await discardLetters(opened, letters, { actor: opened.actor, reason })
      return done({ discarded }, () => `${discarded} discarded\n`)
    }),
}

export const dead: Verb = {
  name: 'dead',
  summary: 'list dead letters: records that a flow could not bring to their end',
  arguments: [{ name: 'flow', description: 'of this flow', isOptional: true }],
  options: [
    { name: 'code', kind: 'text', description: 'that died of this error' },
    { name: 'key', kind: 'texts', description: 'of these source keys' },
    {
      name: 'since',
      kind: 'text',
      value: 'time',
      description: 'that died last at this time or later: 2026-05-31, 2h, 3d',
    },
    { name: 'until', kind: 'text', value: 'time', description: 'that died last at this time or before' },
    { name: 'state', kind: 'text', choices: STATES, byDefault: 'open', description: 'in this state' },
    { name: 'limit', kind: 'count', description: `how many, newest first (default: ${LIMIT})` },
  ],
  examples: [
    { line: 'dead', does: 'lists what is open' },
    { line: 'dead erp-vendors-to-crm --code RUN_MATCH_EMPTY', does: 'of one flow and error' },
    { line: 'dead erp-vendors-to-crm --since 2h', does: 'what "replay" would take with the same options' },
  ],
  json: { letters: 'rows of the ledger, newest first, without the record itself' },
  verbs: [show, discard],
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const [flow, code, keys] = [given.text('flow'), given.text('code'), given.list('key')]
      const state = STATES.find(it => it === given.text('state'))
      const letters = await (await opened.ledgerAsItIs()).deadLetters({
        ...(flow === undefined ? {} : { flow: flowNamed(opened, flow).name }),
        ...(code === undefined ? {} : { code }),
        ...(keys.length === 0 ? {} : { sourceKeys: keys }),
        ...timeRange(given, context.clock.now()),
        ...(state === undefined ? {} : { state }),
        limit: given.count('limit') ?? LIMIT,
      })
      return listed(context, letters)
    }),
}

async function lettersById(ledger: Ledger, ids: readonly string[]): Promise<readonly DeadLetterRow[]> {
  for (const id of ids) if (!/^\d+$/.test(id)) throw unknown([id])
  return ledger.deadLetters({ ids, limit: ids.length })
}

function unknown(ids: readonly string[]): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'CLI_UNKNOWN',
    message: `there is no dead letter ${ids.join(', ')}`,
    remedy: '"ml-connector dead --state open" lists their ids.',
  })
}

function listed({ colours }: Context, letters: readonly DeadLetterRow[]): End {
  return done({ letters }, () =>
    letters.length === 0
      ? 'no dead letters\n'
      : showTable(
          [left('id'), left('flow'), left('record'), left('code'), left('why'), right('tries'), left('last')],
          letters.map(it => [
            it.id,
            it.flow,
            showSource(it),
            it.failure.code,
            shortened(it.failure.message, 70),
            String(it.attempts),
            showMoment(it.lastSeenAt),
          ]),
          colours,
        ),
  )
}

function whole({ colours }: Context, letter: DeadLetterRow, body: unknown): string {
  const { flow, step, state, attempts, firstSeenAt, lastSeenAt, runId } = letter
  return [
    `${colours.bold(showSource(letter))} of ${letter.sourceConnection}, ${flow}${step ? `, step ${step}` : ''}: ${state}`,
    `first ${showMoment(firstSeenAt)}, last ${showMoment(lastSeenAt)}, ${attempts} ${attempts === 1 ? 'try' : 'tries'}, run ${runId}\n`,
    showError(letter.failure, colours),
    `The record as it was read:\n${JSON.stringify(body, null, 2)}\n`,
    `When the cause is gone: "ml-connector replay ${flow} ${letter.id}"\n`,
  ].join('\n')
}
