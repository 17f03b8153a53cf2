import { createHash, randomBytes } from 'node:crypto'
import type { JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'
import type { Account } from './account.ts'
import { plain } from './answers.ts'
import { refuseToken, scopeOf } from './tokens.ts'

interface Code {
  readonly scope: string
  readonly redirectUri: string
  readonly challenge: string | null
  readonly until: number
}

const LIFE_SECONDS = 120

/** Authorization codes: for 120 seconds, once, with the proof that was announced (fact sheet 1.3). */
export function createCodes(account: Account, clientId: string) {
  const codes = new Map<string, Code>()
  return {
    /** What a person's consent leads to: back to the client, with a code. */
    authorize: (query: URLSearchParams): SandboxAnswer => {
      const redirect = URL.parse(query.get('redirect_uri') ?? '')
      const isKnown = query.get('client_id') === clientId && query.get('response_type') === 'code'
      const method = query.get('code_challenge_method')
      if (!redirect || !isKnown || (method !== null && method !== 'S256'))
        return plain(400, 'Invalid authorization request')
      const code = randomBytes(16).toString('hex')
      codes.set(code, {
        scope: scopeOf(account, { scope: query.get('scope') ?? '' }),
        redirectUri: redirect.href,
        challenge: query.get('code_challenge'),
        until: account.seconds() + LIFE_SECONDS,
      })
      redirect.searchParams.set('code', code)
      redirect.searchParams.set('state', query.get('state') ?? '')
      return { status: 302, headers: { location: redirect.href } }
    },
    /** The scope that was consented to; a code that was shown is gone, whether it fitted or not. */
    redeem: (given: JsonObject): string => {
      const name = String(given['code'] ?? '')
      const code = codes.get(name)
      codes.delete(name)
      if (code && fits(account, code, given)) return code.scope
      throw refuseToken(400, 'invalid_grant', 'The authorization code is invalid, expired or of another client')
    },
  }
}

function fits(account: Account, code: Code, given: JsonObject): boolean {
  const verifier = String(given['code_verifier'] ?? '')
  const isProven =
    code.challenge === null || createHash('sha256').update(verifier).digest('base64url') === code.challenge
  const redirect = URL.parse(String(given['redirect_uri']))?.href
  return isProven && code.until > account.seconds() && redirect === code.redirectUri
}
