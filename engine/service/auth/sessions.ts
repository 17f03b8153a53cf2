import { randomBytes } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { hashOf } from './token.ts'

/** Signed in by a browser: what a cookie stands for. In memory only: a restart signs everybody out. */
export interface Sessions {
  /** Answers the text of its cookie. */
  begin(tokenHash: string): string
  /** The hash of the token that it was begun with. */
  tokenHash(text: string): string | undefined
  end(text: string): void
}

export const SESSION_MS = 12 * 60 * 60_000
/** More at once and the oldest ends. */
const MOST = 10_000
const BYTES = 32

export function createSessions(clock: Clock): Sessions {
  const held = new Map<string, { readonly tokenHash: string; readonly until: number }>()
  return {
    begin: tokenHash => {
      const now = clock.now().getTime()
      for (const [id, { until }] of held) {
        if (until > now && held.size < MOST) break
        held.delete(id)
      }
      const text = randomBytes(BYTES).toString('base64url')
      held.set(hashOf(text), { tokenHash, until: now + SESSION_MS })
      return text
    },
    tokenHash: text => {
      const found = held.get(hashOf(text))
      return found && found.until > clock.now().getTime() ? found.tokenHash : undefined
    },
    end: text => void held.delete(hashOf(text)),
  }
}
