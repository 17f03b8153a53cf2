import type { Sealer } from './ledger.ts'
import type { JsonObject } from './record.ts'
import type { Secret } from './secret.ts'

/** The store of secrets and tokens, sealed. One per workspace. */
export interface Vault {
  secret(connection: string, name: string): Promise<Secret | undefined>
  setSecret(connection: string, name: string, value: Secret): Promise<void>
  removeSecret(connection: string, name: string): Promise<boolean>
  /** Names only. */
  secrets(): Promise<readonly { readonly connection: string; readonly name: string; readonly setAt: string }[]>
  /** Names and lives of the tokens, never their values. */
  tokens(): Promise<readonly { readonly connection: string; readonly name: string; readonly expiresAt?: string }[]>
  token(connection: string, name: string): Promise<VaultToken | undefined>
  setToken(connection: string, name: string, token: VaultToken): Promise<void>
  removeToken(connection: string, name: string): Promise<void>
  /** One holder at a time over processes: only inside may a token be renewed. */
  exclusively<T>(connection: string, name: string, work: () => Promise<T>): Promise<T>
  /**
   * Seals everything again under a new key; the old key opens nothing afterwards. A key file gets a key of its own making;
   * a key that comes from the environment is given as `next`.
   */
  rotateKey(next?: Secret): Promise<{ readonly resealed: number }>
  readonly sealer: Sealer
}

export interface VaultToken {
  readonly value: Secret
  readonly expiresAt?: string
  readonly data?: JsonObject
}
