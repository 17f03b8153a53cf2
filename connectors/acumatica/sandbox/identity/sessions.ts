import { randomUUID } from 'node:crypto'
import type { World } from '../world.ts'

/** A server session: what the licence counts. Of a grant (tracked by its token) or of a browser-like sign-in (tracked by cookies). */
export interface Session {
  readonly id: string
  readonly user: string
  readonly by: 'grant' | 'cookie'
  lastUsedAt: number
}

export type Admission =
  | { readonly is: 'open'; readonly session: Session }
  | { readonly is: 'full'; readonly of: 'licence' | 'user' }

export interface Sessions {
  /** A session of its own for each sign-in, as long as licence and user have slots. */
  open(user: string, by: Session['by']): Admission
  /** The session, still alive, now used. */
  use(id: string): Session | undefined
  close(id: string): void
  /** The application restarts: all sessions are gone. */
  closeAll(): void
  readonly count: number
  readonly refused: number
}

const GRANT_IDLE_MS = 3600_000

export function createSessions(world: World): Sessions {
  const held = new Map<string, Session>()
  let refused = 0
  const sweep = () => {
    const now = world.clock.now().getTime()
    for (const it of held.values()) {
      const idleMs = it.by === 'cookie' ? world.knobs().cookieIdleMinutes * 60_000 : GRANT_IDLE_MS
      if (now - it.lastUsedAt > idleMs) held.delete(it.id)
    }
  }
  return {
    open: (user, by) => {
      sweep()
      const { apiSessions, sessionsPerUser } = world.knobs()
      const ofUser = [...held.values()].filter(it => it.user === user).length
      const full = held.size >= apiSessions ? 'licence' : ofUser >= sessionsPerUser ? 'user' : undefined
      if (full) {
        refused += 1
        return { is: 'full', of: full }
      }
      const session: Session = { id: randomUUID(), user, by, lastUsedAt: world.clock.now().getTime() }
      held.set(session.id, session)
      return { is: 'open', session }
    },
    use: id => {
      sweep()
      const session = held.get(id)
      if (session) session.lastUsedAt = world.clock.now().getTime()
      return session
    },
    close: id => void held.delete(id),
    closeAll: () => held.clear(),
    get count() {
      sweep()
      return held.size
    },
    get refused() {
      return refused
    },
  }
}
