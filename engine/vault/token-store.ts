import type { Vault } from '../core/vault.ts'
import type { TokenStore } from '../sdk/connector.ts'

/** What the vault lends a connection. However many callers and processes want a token renewed, it is renewed once. */
export function tokenStore(
  vault: Pick<Vault, 'token' | 'setToken' | 'removeToken' | 'exclusively'>,
  connection: string,
): TokenStore {
  return {
    get: name => vault.token(connection, name),
    renew: (name, stale, renew) =>
      vault.exclusively(connection, name, async () => {
        const stored = await vault.token(connection, name)
        if (stored && stored.value.reveal() !== stale?.value.reveal()) return stored
        const fresh = await renew()
        // stored before anyone uses it: the token that it replaces may be dead already
        await vault.setToken(connection, name, fresh)
        return fresh
      }),
    forget: name => vault.removeToken(connection, name),
  }
}
