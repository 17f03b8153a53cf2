import { randomBytes } from 'node:crypto'
import type { Account } from './account.ts'
import { type Refusal, refuse } from './answers.ts'
import { splitScopes } from './scopes.ts'

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

/** Access tokens that live, alone or in pairs with a refresh token. */
export function createTokens(account: Account) {
  const live = new Map<string, AccessToken>()
  const byRefresh = new Map<string, AccessToken>()
  let minted = 0
  const issue = (wish: Wish, refreshToken = randomBytes(32).toString('hex')): AccessToken => {
    const now = account.seconds()
    const { accessTokenSeconds, refreshTokenSeconds } = account.knobs
    const life = wish.expiresIn ?? accessTokenSeconds
    const token: AccessToken = {
      id: account.nextId(),
      value: randomBytes(32).toString('hex'),
      scopes: splitScopes(wish.scope),
      createdAt: now,
      expiresAt: life === null ? null : now + life,
      refreshToken: wish.isRefreshable ? refreshToken : null,
      refreshExpiresAt: wish.isRefreshable ? now + (wish.refreshExpiresIn ?? refreshTokenSeconds) : null,
    }
    live.set(token.value, token)
    if (token.refreshToken !== null) byRefresh.set(token.refreshToken, token)
    minted += 1
    return token
  }
  return {
    get minted() {
      // the pair that the account came with was minted by a person
      return minted - 1
    },
    issue,
    kill: (value: string) => live.delete(value),
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
