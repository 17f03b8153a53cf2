import type { DeadCount, DeadLetterRow, DeadState, Ledger } from '../../../core/ledger.ts'
import { discardLetters } from '../../../host/index.ts'
import { covers } from '../../auth/rights.ts'
import { act } from '../act.ts'
import { unknownThing } from '../errors.ts'
import { type ApiRoute, route } from '../route.ts'
import { count, list, moment, object, orNull, text, whole, words } from '../schema.ts'
import { deadLetter, deadLetterDetail, deadState } from '../shapes/records.ts'
import { deadLetterDetailView, deadLetterView } from '../show/dead-letters.ts'
import type { DeadLetterDetailView, DeadLetterView } from '../views.ts'
import { LIMIT, MOST, pageOf } from './pages.ts'

interface DeadQuery {
  readonly flow?: string
  readonly code?: string
  readonly state?: DeadState
  readonly key?: string
  readonly since?: string
  readonly until?: string
  readonly before?: string
  readonly limit?: number
}

interface DeadPage {
  readonly deadLetters: readonly DeadLetterView[]
  readonly next: string | null
  readonly counts: readonly DeadCount[]
}

const MOST_AT_ONCE = 1_000
export const idList = list<string>(
  { type: 'string', pattern: '^[0-9]{1,15}$' },
  { minItems: 1, maxItems: MOST_AT_ONCE },
)

export const deadLetterRoutes: readonly ApiRoute[] = [
  route<DeadQuery, undefined, DeadPage>({
    method: 'GET',
    path: '/workspaces/:ws/dead-letters',
    role: 'viewer',
    summary:
      'dead letters, newest first, also those that died last between two times; `counts` are of all that are open, by flow and code',
    query: object<DeadQuery>(
      {
        flow: text,
        code: text,
        state: deadState,
        key: text,
        since: moment,
        until: moment,
        before: { type: 'string', pattern: '^[0-9]{1,15}$' },
        limit: count(MOST),
      },
      ...(['flow', 'code', 'state', 'key', 'since', 'until', 'before', 'limit'] as const),
    ),
    answer: object<DeadPage>({
      deadLetters: list(deadLetter.ref),
      next: orNull(text),
      counts: list(object<DeadCount>({ flow: text, code: text, count: whole })),
    }),
    handle: async ({ held, query: { key, before, limit = LIMIT, ...same } }) => {
      const { ledger } = held()
      const rows = await ledger.deadLetters({
        ...same,
        ...(key === undefined ? {} : { sourceKey: key }),
        ...(before === undefined ? {} : { after: before }),
        limit: limit + 1,
      })
      const { shown, next } = pageOf(rows, limit, it => it.id)
      return { deadLetters: shown.map(deadLetterView), next, counts: await ledger.deadCounts() }
    },
  }),
  route<undefined, undefined, DeadLetterDetailView>({
    method: 'GET',
    path: '/workspaces/:ws/dead-letters/:id',
    role: 'viewer',
    summary: 'one dead letter; the record itself is shown to operators and admins',
    answer: deadLetterDetail.ref,
    handle: async ({ held, param, caller }) => {
      const [letter] = await lettersNamed(held().ledger, [param('id')])
      if (!letter) throw unknownLetters([param('id')])
      const maySee = caller().rights.every(it => covers(it.token.role, 'operator'))
      return deadLetterDetailView(held(), letter, maySee ? ((await held().ledger.deadBody(letter.id)) ?? null) : null)
    },
  }),
  route<undefined, { readonly ids: readonly string[]; readonly reason: string }, { readonly discarded: number }>({
    method: 'POST',
    path: '/workspaces/:ws/dead-letters/discard',
    role: 'operator',
    summary: 'give dead letters up; who did it and why stays in the audit trail',
    body: object({ ids: idList, reason: words(500) }),
    answer: object({ discarded: whole }),
    handle: async ({ api, held, caller, body: { ids, reason } }) => {
      const letters = await lettersNamed(held().ledger, ids)
      const { name: actor } = caller()
      for (const [flow, those] of Map.groupBy(letters, it => it.flow)) {
        const details = { reason, ids: those.map(it => it.id) }
        await act(api.service, held(), { actor, action: 'dead.discard', subject: `flow:${flow}`, details })
      }
      return { discarded: await discardLetters(held().opened, letters, { actor, reason }) }
    },
  }),
]

/** All of them, or `API_UNKNOWN`. */
export async function lettersNamed(ledger: Ledger, ids: readonly string[]): Promise<readonly DeadLetterRow[]> {
  const wanted = [...new Set(ids)]
  const odd = wanted.filter(it => !/^[0-9]{1,15}$/.test(it))
  if (odd.length > 0) throw unknownLetters(odd)
  const letters = await ledger.deadLetters({ ids: wanted, limit: wanted.length })
  const missing = wanted.filter(id => !letters.some(it => it.id === id))
  if (missing.length > 0) throw unknownLetters(missing)
  return letters
}

const unknownLetters = (ids: readonly string[]) =>
  unknownThing('dead letter', ids.slice(0, 20).join(', '), 'GET …/dead-letters lists their ids.')
