import { randomBytes } from 'node:crypto'
import type { JsonObject } from '../../../engine/sdk/index.ts'
import type { Account } from './account.ts'
import { type Refusal, refuse } from './answers.ts'
import { FULL_SCOPE, isScopeAllowed, splitScopes } from './scopes.ts'

export interface AccessToken {
  readonly id: number
  readonly value: string
  readonly scopes: readonly string[]
  readonly createdAt: number
  /** null: never. */
  readonly expiresAt: number | null
  /** null: client credentials give none (1.3). */
  readonly refreshToken: string | null
  readonly refreshExpiresAt: number | null
}

export const refuseToken = (status: number, error: string, description: string): Refusal =>
  refuse(status, { error, error_description: description })

/** What a grant asks for. */
export interface Wish {
  readonly expiresIn: number | undefined
  readonly refreshExpiresIn: number | undefined
  readonly scope: string
  readonly isRefreshable: boolean
}

function mint(account: Account, wish: Wish, refreshToken: string): AccessToken {
  const now = account.seconds()
  const { accessTokenSeconds, refreshTokenSeconds } = account.knobs
  const life = wish.expiresIn ?? accessTokenSeconds
  return {
    id: account.nextId(),
    value: randomBytes(32).toString('hex'),
    scopes: splitScopes(wish.scope),
    createdAt: now,
    expiresAt: life === null ? null : now + life,
    refreshToken: wish.isRefreshable ? refreshToken : null,
    refreshExpiresAt: wish.isRefreshable ? now + (wish.refreshExpiresIn ?? refreshTokenSeconds) : null,
  }
}

/** Access tokens that live, alone or in pairs with a refresh token. */
export function createTokens(account: Account) {
  const live = new Map<string, AccessToken>()
  const byRefresh = new Map<string, AccessToken>()
  let minted = 0
  const issue = (wish: Wish): AccessToken => {
    const token = mint(account, wish, randomBytes(32).toString('hex'))
    live.set(token.value, token)
    if (token.refreshToken !== null) byRefresh.set(token.refreshToken, token)
    minted += 1
    return token
  }
  return {
    get minted() {
      return minted
    },
    issue,
    /** A refresh token that a person was given; its access token is not known to anybody. */
    adopt: (refreshToken: string) => {
      const wish = { scope: FULL_SCOPE, expiresIn: undefined, refreshExpiresIn: undefined, isRefreshable: true }
      byRefresh.set(refreshToken, mint(account, wish, refreshToken))
    },
    find: (value: string) => {
      const token = live.get(value)
      return token && (token.expiresAt === null || token.expiresAt > account.seconds()) ? token : undefined
    },
    /** A new pair; both old ones are dead from this moment, whether the answer arrives or not. */
    rotate: (refreshToken: string, wish: Pick<Wish, 'expiresIn' | 'refreshExpiresIn'>) => {
      const held = byRefresh.get(refreshToken)
      if (!held || (held.refreshExpiresAt ?? 0) <= account.seconds())
        throw refuseToken(400, 'invalid_grant', 'The provided refresh token is invalid, expired or revoked')
      byRefresh.delete(refreshToken)
      live.delete(held.value)
      return issue({ ...wish, scope: held.scopes.join(' '), isRefreshable: true })
    },
    revoke: (id: number) => {
      const token = [...live.values()].find(it => it.id === id)
      if (!token) return false
      live.delete(token.value)
      if (token.refreshToken !== null) byRefresh.delete(token.refreshToken)
      return true
    },
    clear: () => live.clear(),
    clearRefresh: () => {
      live.clear()
      byRefresh.clear()
    },
  }
}

/** One text; left out it means everything. A list is not understood (1.3). */
export function scopeOf(account: Account, given: JsonObject): string {
  const scope = given['scope']
  if (scope === undefined || scope === '') return FULL_SCOPE
  if (typeof scope === 'string' && isScopeAllowed(scope, account.knobs.allowedScopes)) return scope
  if (account.knobs.badScope === 'useless') return ''
  throw refuseToken(400, 'invalid_scope', 'The requested scope is invalid, unknown, or malformed')
}
