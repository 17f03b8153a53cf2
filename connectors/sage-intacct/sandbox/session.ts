import { randomBytes } from 'node:crypto'
import type { SandboxClock } from '../../../engine/sdk/index.ts'

/** A signed-in user, company and entity (fact sheet 2). */
export interface Session {
  readonly id: string
  /** Entity; '' is the top level. */
  readonly locationId: string
  readonly startedAt: Date
  expiresAt: Date
}

export interface Sessions {
  open(locationId: string): Session
  /** Undefined when unknown or expired; otherwise its life begins anew: the time-out slides. */
  touch(id: string): Session | undefined
  /** Ends all of them at once, as a restart over there does. */
  expireAll(): void
  count(): number
}

export function createSessions(clock: SandboxClock, lifeSeconds: () => number): Sessions {
  const sessions = new Map<string, Session>()
  const end = () => new Date(clock.now().getTime() + lifeSeconds() * 1000)
  return {
    open: locationId => {
      const id = `${randomBytes(24).toString('base64url')}..`
      const session = { id, locationId, startedAt: clock.now(), expiresAt: end() }
      sessions.set(id, session)
      return session
    },
    touch: id => {
      const session = sessions.get(id)
      if (!session || session.expiresAt <= clock.now()) return undefined
      session.expiresAt = end()
      return session
    },
    expireAll: () => sessions.clear(),
    count: () => [...sessions.values()].filter(it => it.expiresAt > clock.now()).length,
  }
}
