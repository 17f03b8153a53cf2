import { type Context, fingerprint } from '../../engine/sdk/index.ts'
import type { ZohoSettings } from './settings.ts'

/**
 * Tokens and remembered facts belong to one grant of one org. Another client, secret or grant may be another org: what the old one got
 * must not meet it, or records would go where nobody meant them to.
 */
export function ofThisGrant(context: Context<ZohoSettings>): Context<ZohoSettings> {
  const { settings, tokens, facts } = context
  const { datacenter, environment, accountsUrl, clientId, clientSecret, refreshToken } = settings
  const grant = [
    datacenter,
    environment ?? '',
    accountsUrl ?? '',
    clientId,
    clientSecret.reveal(),
    refreshToken.reveal(),
  ]
  const named = (name: string) => `${name}-${fingerprint(grant).slice(0, 12)}`
  return {
    ...context,
    random: () => context.random(),
    tokens: {
      get: name => tokens.get(named(name)),
      renew: (name, stale, renew) => tokens.renew(named(name), stale, renew),
      forget: name => tokens.forget(named(name)),
    },
    facts: {
      get: name => facts.get(named(name)),
      set: (name, value, ttlMs) => facts.set(named(name), value, ttlMs),
      forget: name => facts.forget(named(name)),
    },
  }
}
