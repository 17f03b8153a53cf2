import type { ApiToken, Role } from '../../core/operations.ts'
import type { Held } from '../held.ts'
import type { Service } from '../service.ts'
import { isInForce, isSameHash } from './token.ts'

/** What one token may do in one workspace. */
export interface Right {
  readonly held: Held
  readonly token: ApiToken
}

const ROLE_RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 }

export function covers(has: Role, wanted: Role): boolean {
  return ROLE_RANK[has] >= ROLE_RANK[wanted]
}

const USED_EVERY_MS = 60_000

/** Who may do what, by the ledgers of the workspaces: asked again with every request, so that a revoked token ends at once. */
export interface Rights {
  in(held: Held, hash: string): Promise<Right | undefined>
  everywhere(hash: string): Promise<readonly Right[]>
}

export function createRights({ workspaces, clock, log }: Service): Rights {
  const rightIn = async (held: Held, hash: string): Promise<Right | undefined> => {
    const token = await held.ledger.tokenByHash(hash)
    const now = clock.now()
    if (!token || !isSameHash(token.hash, hash) || !isInForce(token, now)) return undefined
    const isStale = token.lastUsedAt === null || now.getTime() - Date.parse(token.lastUsedAt) >= USED_EVERY_MS
    // nobody waits for it, and a ledger that is busy refuses nobody
    if (isStale)
      held.ledger
        .tokenUsed(token.id, now.toISOString())
        .catch(thrown => log.warn('the use of a token was not noted', { token: token.id, why: String(thrown) }))
    return { held, token }
  }
  return {
    in: rightIn,
    everywhere: async hash => {
      const found = await Promise.all(workspaces.all().map(it => rightIn(it, hash)))
      return found.filter(it => it !== undefined)
    },
  }
}
