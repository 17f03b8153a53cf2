import type { SandboxRequest } from '../../../engine/sdk/index.ts'
import { type Account, SYNC_USER_ID } from './account.ts'
import { refuse } from './answers.ts'
import type { Credentials, Oauth } from './oauth.ts'
import type { AccessToken } from './tokens.ts'

/** Who calls. `scopes` null: an API token has no bounds. */
export type Identity =
  | { readonly is: 'anonymous' }
  | {
      readonly is: 'user'
      readonly userId: number
      readonly scopes: readonly string[] | null
      readonly token: AccessToken | null
    }

/** All remaining API tokens stop for good (1.1). */
const TOKENS_END = Date.parse('2027-04-30T00:00:00Z')
const IDLE_MS = 30 * 86_400_000

export interface Door {
  /** Throws the 401 of credentials that are wrong, dead or switched off. */
  identify(request: SandboxRequest): Identity
}

export function createDoor(account: Account, credentials: Credentials, oauth: Oauth): Door {
  const now = () => account.clock.now().getTime()
  let lastUsed = now()
  let isIdle = false
  const isOver = () => {
    const { apiTokens } = account.knobs
    // a token that nobody used for 30 days is deactivated, and stays so
    if (now() - lastUsed > IDLE_MS) isIdle = true
    return isIdle || apiTokens === 'disabled' || (apiTokens === 'by-date' && now() > TOKENS_END)
  }
  return {
    identify: request => {
      const header = request.headers['authorization']
      if (header === undefined) return { is: 'anonymous' }
      const [, scheme, value] = /^(\w+) (\S+)$/.exec(header) ?? []
      if (scheme === 'Basic' && value !== undefined) {
        if (!isApiToken(value, credentials) || isOver()) throw unauthenticated()
        lastUsed = now()
        return { is: 'user', userId: SYNC_USER_ID, scopes: null, token: null }
      }
      const token = scheme?.toLowerCase() === 'bearer' ? oauth.find(value ?? '') : undefined
      if (!token)
        throw refuse(401, {
          error: 'invalid_token',
          error_description: 'The access token provided is expired, revoked, malformed or invalid for other reasons.',
        })
      return { is: 'user', userId: SYNC_USER_ID, scopes: token.scopes, token }
    },
  }
}

export const unauthenticated = () => refuse(401, { error: "Couldn't authenticate you" })

/** `{email}/token:{api token}`; a password in place of it is no longer taken. */
function isApiToken(encoded: string, { email, apiToken }: Credentials): boolean {
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return text.slice(0, colon).toLowerCase() === `${email}/token` && text.slice(colon + 1) === apiToken
}
