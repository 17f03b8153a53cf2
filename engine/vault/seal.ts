import { createHash, randomBytes } from 'node:crypto'
import { CompactEncrypt, type CryptoKey, compactDecrypt } from 'jose'
import { vaultError } from './errors.ts'

/** A key ready for use. `kid` is a hash of it: a wrong key is recognised without trying it. */
export interface SealKey {
  readonly kid: string
  readonly key: CryptoKey
}

/** What a sealed value belongs to. It is authenticated with the value, so that no value opens in another one's place. */
export type SealContext = readonly [kind: 'secret' | 'token' | 'body-key' | 'body', ...names: readonly string[]]

export async function sealKey(raw: Uint8Array): Promise<SealKey> {
  const kid = createHash('sha256').update('ml-connector key id').update(raw).digest('base64url').slice(0, 16)
  const key = await crypto.subtle.importKey('raw', new Uint8Array(raw), 'AES-GCM', false, ['encrypt', 'decrypt'])
  return { kid, key }
}

export function randomKey(): Buffer {
  return randomBytes(32)
}

/** A compact JWE (`dir`, A256GCM) with the key's id and the context in its protected header. */
export function seal(key: SealKey, context: SealContext, text: string): Promise<string> {
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: key.kid, ctx: JSON.stringify(context) })
    .encrypt(key.key)
}

/** The text again. Throws `VAULT_ENTRY_DAMAGED` when it was changed, or sealed by another key or for another context. */
export async function unseal(key: SealKey, context: SealContext, sealed: string): Promise<string> {
  const place = context.join(' ')
  const opened = await decrypt(key, sealed).catch(thrown => {
    throw vaultError('VAULT_ENTRY_DAMAGED', `${place} of the vault cannot be opened`, thrown)
  })
  if (opened.protectedHeader['ctx'] !== JSON.stringify(context)) {
    throw vaultError('VAULT_ENTRY_DAMAGED', `${place} of the vault holds the value of another entry`)
  }
  return Buffer.from(opened.plaintext).toString('utf8')
}

function decrypt(key: SealKey, sealed: string) {
  return compactDecrypt(sealed, key.key, {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  })
}
