import type { ApiToken, Role } from '../../../core/operations.ts'
import { ROLES } from '../../../core/operations.ts'
import { newId } from '../../../host/index.ts'
import { lapsesAt } from '../../auth/lifetime.ts'
import { newToken } from '../../auth/token.ts'
import { act } from '../act.ts'
import { badInput, unknownThing } from '../errors.ts'
import { type ApiRoute, route } from '../route.ts'
import { choice, count, described, list, nothing, object, orNull, text, whole, words } from '../schema.ts'
import { action, newToken as newTokenShape, token as tokenShape } from '../shapes/parts.ts'
import type { ActionView, NewTokenView, TokenView } from '../views.ts'
import { LIMIT, MOST, pageOf } from './pages.ts'

interface TokenWish {
  readonly name: string
  readonly role: Role
  readonly expires?: string
}

interface ActionQuery {
  readonly subject?: string
  readonly before?: number
  readonly limit?: number
}

export const tokenRoutes: readonly ApiRoute[] = [
  route<ActionQuery, undefined, { readonly actions: readonly ActionView[]; readonly next: number | null }>({
    method: 'GET',
    path: '/workspaces/:ws/actions',
    role: 'operator',
    summary: 'what persons did, newest first',
    query: object<ActionQuery>(
      { subject: text, before: whole, limit: count(MOST) },
      ...(['subject', 'before', 'limit'] as const),
    ),
    answer: object({ actions: list(action.ref), next: orNull(whole) }),
    handle: async ({ held, query: { limit = LIMIT, ...filter } }) => {
      const rows = await held().ledger.actions({ ...filter, limit: limit + 1 })
      const { shown, next } = pageOf(rows, limit, it => it.id)
      return { actions: shown, next }
    },
  }),
  route<undefined, undefined, { readonly tokens: readonly TokenView[] }>({
    method: 'GET',
    path: '/workspaces/:ws/tokens',
    role: 'admin',
    summary: 'tokens of the workspace: whose they are, never the tokens',
    answer: object({ tokens: list(tokenShape.ref) }),
    handle: async ({ held }) => ({ tokens: (await held().ledger.apiTokens()).map(tokenView) }),
  }),
  route<undefined, TokenWish, NewTokenView>({
    method: 'POST',
    path: '/workspaces/:ws/tokens',
    role: 'admin',
    summary: 'make a token; its text is answered this once',
    body: object<TokenWish>(
      {
        name: words(100),
        role: choice(...ROLES),
        expires: described(
          { type: 'string', pattern: '^[0-9]{1,6}[hd]$' },
          'such as 90d or 12h; absent: until it is revoked',
        ),
      },
      'expires',
    ),
    answer: newTokenShape.ref,
    handle: async ({ api, held, caller, body: { name, role, expires } }) => {
      const now = api.service.clock.now()
      const expiresAt = expires === undefined ? undefined : lapsesAt(expires, now)
      if (expires !== undefined && !expiresAt)
        throw badInput(`a token cannot last ${expires}`, 'Say 1h to 3650d, or nothing.')
      const { text: made, kept } = newToken({ id: newId(now), name, role, now, ...(expiresAt ? { expiresAt } : {}) })
      const details = { name, role, ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}) }
      await act(api.service, held(), {
        actor: caller().name,
        action: 'token.create',
        subject: `token:${kept.id}`,
        details,
      })
      await held().ledger.addToken(kept)
      return { ...tokenView(kept), token: made }
    },
  }),
  route({
    method: 'DELETE',
    path: '/workspaces/:ws/tokens/:id',
    role: 'admin',
    summary: 'revoke a token: it opens nothing from now on',
    answer: nothing,
    status: 204,
    handle: async ({ api, held, param, caller }) => {
      const id = param('id')
      const found = (await held().ledger.apiTokens()).find(it => it.id === id)
      if (!found) throw unknownThing('token', id, 'GET …/tokens lists their ids.')
      const details = { name: found.name, role: found.role }
      await act(api.service, held(), { actor: caller().name, action: 'token.revoke', subject: `token:${id}`, details })
      // one that has lapsed meanwhile is as good as revoked
      await held().ledger.revokeToken(id, api.service.clock.now().toISOString())
      return undefined
    },
  }),
]

function tokenView({ hash: _, ...token }: ApiToken): TokenView {
  return token
}
