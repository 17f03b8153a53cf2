import { randomBytes } from 'node:crypto'
import type { World } from '../world.ts'

const DAY_MS = 86_400_000

/** What a person or a password allowed once: a chain of refresh tokens of which only the last is good. */
export interface Grant {
  readonly user: string
  readonly scope: string
  readonly grantedAt: number
  /** When the last refresh was. */
  refreshedAt: number
  refreshToken: string | undefined
  sessionId: string | undefined
  isRevoked: boolean
}

interface AccessToken {
  readonly grant: Grant
  readonly expiresAt: number
}

export interface Grants {
  create(user: string, scope: string): Grant
  /** A new access token, and a new refresh token where the scope allows one. */
  mint(grant: Grant): { readonly accessToken: string; readonly refreshToken: string | undefined }
  /** The grant whose latest refresh token this is. */
  ofRefreshToken(token: string): Grant | undefined
  ofAccessToken(token: string): Grant | undefined
  revoke(token: string): void
  /** All access tokens end now; refresh tokens go on. */
  expireAccess(): void
  /** All chains end now: a person must authorise again. */
  revokeAll(): void
  readonly minted: number
}

const newToken = (bytes: number) => randomBytes(bytes).toString('base64url')

export function createGrants(world: World): Grants {
  const access = new Map<string, AccessToken>()
  const refresh = new Map<string, Grant>()
  let minted = 0
  const now = () => world.clock.now().getTime()
  return {
    create: (user, scope) => ({
      user,
      scope,
      grantedAt: now(),
      refreshedAt: now(),
      refreshToken: undefined,
      sessionId: undefined,
      isRevoked: false,
    }),
    mint: grant => {
      minted += 1
      const accessToken = newToken(24)
      access.set(accessToken, { grant, expiresAt: now() + world.knobs().accessTokenSeconds * 1000 })
      if (grant.scope.split(' ').includes('offline_access')) {
        grant.refreshToken = newToken(32)
        refresh.set(grant.refreshToken, grant)
      }
      grant.refreshedAt = now()
      return { accessToken, refreshToken: grant.refreshToken }
    },
    ofRefreshToken: token => {
      const grant = refresh.get(token)
      return grant && isLatest(world, grant, token) ? grant : undefined
    },
    ofAccessToken: token => {
      const held = access.get(token)
      return held && !held.grant.isRevoked && now() < held.expiresAt ? held.grant : undefined
    },
    revoke: token => {
      const grant = refresh.get(token)
      if (grant) grant.isRevoked = true
      access.delete(token)
    },
    expireAccess: () => access.clear(),
    revokeAll: () => {
      for (const grant of refresh.values()) grant.isRevoked = true
      access.clear()
    },
    get minted() {
      return minted
    },
  }
}

function isLatest(world: World, grant: Grant, token: string): boolean {
  if (grant.isRevoked) return false
  if (grant.refreshToken === token) return world.clock.now().getTime() < endOf(grant, world)
  // whoever holds an old token may have stolen it
  if (world.knobs().reuseRevokes) grant.isRevoked = true
  return false
}

/** Thirty days from the first grant however often it was refreshed, or sliding (fact sheet 1.5). */
function endOf(grant: Grant, world: World): number {
  const { refreshDays, slidingExpiration, slidingDays, absoluteDays } = world.knobs()
  if (!slidingExpiration) return grant.grantedAt + refreshDays * DAY_MS
  const absolute = absoluteDays === 0 ? Number.POSITIVE_INFINITY : grant.grantedAt + absoluteDays * DAY_MS
  return Math.min(grant.refreshedAt + slidingDays * DAY_MS, absolute)
}
