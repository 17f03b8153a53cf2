import type { Clock } from '../core/clock.ts'
import type { Secret } from '../core/secret.ts'
import { newSalt, type SealedEntry, type VaultDocument } from './document.ts'
import { vaultError } from './errors.ts'
import { replaceFile, writePrivate } from './files.ts'
import { type KeySource, keyFromText, nextKeyFile } from './keys.ts'
import { randomKey, type SealContext, type SealKey, seal, unseal } from './seal.ts'
import { addBodyKey } from './sealer.ts'
import type { OpenedDocument, VaultStore } from './store.ts'

/**
 * Seals the whole vault under a new key. With a key file the order is: prepare `key.next`, write the vault, rename `key.next` to
 * `key`. A kill before the vault is written leaves the old pair, one after it leaves a vault that `key.next` opens (`keyById` looks
 * there, and the next change finishes the rename). Bodies in the ledger keep their keys; new ones get a new key.
 */
export async function rotateKey(
  store: VaultStore,
  clock: Clock,
  given: Secret | undefined,
): Promise<{ readonly resealed: number }> {
  const { source } = store
  let resealed = 0
  await store.hold('rotation', async () => {
    const prepared = await prepareKey(source, given)
    await store.update(async opened => {
      const salt = newSalt()
      const key = await keyFromText(prepared, salt)
      const document = await resealAll(opened, key, salt)
      resealed = document.secrets.length + document.tokens.length + document.bodyKeys.length
      return addBodyKey(document, key, clock.now().toISOString())
    })
    if (source.from === 'file') await replaceFile(nextKeyFile(source.file), source.file)
    else if (given) store.useSource({ from: 'env', value: given })
  })
  return { resealed }
}

async function prepareKey(source: KeySource, given: Secret | undefined): Promise<string> {
  if (source.from === 'env') {
    if (!given) throw vaultError('VAULT_NEW_KEY_NEEDED', 'the vault cannot make a new key for the environment')
    return given.reveal()
  }
  if (given) throw vaultError('VAULT_NEW_KEY_UNUSED', `${source.file} holds the key, no other one is taken`)
  const text = randomKey().toString('base64url')
  await writePrivate(nextKeyFile(source.file), `${text}\n`)
  return text
}

async function resealAll({ document, key: old }: OpenedDocument, key: SealKey, salt: string): Promise<VaultDocument> {
  const again = async (context: SealContext, sealed: string) => seal(key, context, await unseal(old, context, sealed))
  const entries = (kind: 'secret' | 'token', all: readonly SealedEntry[]) =>
    Promise.all(all.map(async it => ({ ...it, sealed: await again([kind, it.connection, it.name], it.sealed) })))
  return {
    ...document,
    kid: key.kid,
    salt,
    secrets: await entries('secret', document.secrets),
    tokens: await entries('token', document.tokens),
    bodyKeys: await Promise.all(
      document.bodyKeys.map(async it => ({ ...it, sealed: await again(['body-key', it.kid], it.sealed) })),
    ),
  }
}
