import { decodeProtectedHeader } from 'jose'
import type { Clock } from '../core/clock.ts'
import type { Sealer } from '../core/ledger.ts'
import type { VaultDocument } from './document.ts'
import { vaultError } from './errors.ts'
import { randomKey, type SealKey, seal, sealKey, unseal } from './seal.ts'
import type { OpenedDocument, VaultStore } from './store.ts'

const CONTEXT = ['body'] as const

/** Seals record bodies by a key that lies sealed in the vault: the vault's own key can be changed without touching a single body. */
export function bodySealer(store: VaultStore, clock: Clock): Sealer {
  // one key per rotation: few, however many bodies
  const keys = new Map<string, SealKey>()
  let current: Promise<SealKey> | undefined

  const loadCurrent = async (): Promise<SealKey> => {
    const opened = (await store.load()) ?? (await addFirst(store, clock))
    const withKey = opened.document.bodyKeys.length > 0 ? opened : await addFirst(store, clock)
    const kid = withKey.document.bodyKeys.at(-1)?.kid ?? ''
    const key = await openBodyKey(withKey, kid)
    keys.set(kid, key)
    return key
  }
  const keyOf = async (kid: string): Promise<SealKey> => {
    const known = keys.get(kid)
    if (known) return known
    const opened = await store.load()
    if (!opened) throw missing(store, kid)
    const key = await openBodyKey(opened, kid)
    keys.set(kid, key)
    return key
  }
  return {
    async seal(text) {
      current ??= loadCurrent()
      const key = await current.catch(thrown => {
        current = undefined
        throw thrown
      })
      return seal(key, CONTEXT, text)
    },
    async unseal(sealed) {
      return unseal(await keyOf(kidOf(sealed)), CONTEXT, sealed)
    },
  }

  async function openBodyKey({ document, key }: OpenedDocument, kid: string): Promise<SealKey> {
    const entry = document.bodyKeys.find(it => it.kid === kid)
    if (!entry) throw missing(store, kid)
    return sealKey(Buffer.from(await unseal(key, ['body-key', kid], entry.sealed), 'base64url'))
  }
}

/** The document with one more body key, which seals from now on. */
export async function addBodyKey(document: VaultDocument, key: SealKey, setAt: string): Promise<VaultDocument> {
  const raw = randomKey()
  const { kid } = await sealKey(raw)
  const sealed = await seal(key, ['body-key', kid], raw.toString('base64url'))
  return { ...document, bodyKeys: [...document.bodyKeys, { kid, sealed, madeAt: setAt }] }
}

async function addFirst(store: VaultStore, clock: Clock): Promise<OpenedDocument> {
  await store.update(async ({ document, key }) =>
    // another process may have been faster
    document.bodyKeys.length > 0 ? document : addBodyKey(document, key, clock.now().toISOString()),
  )
  const opened = await store.load()
  if (!opened) throw vaultError('VAULT_UNREADABLE', `${store.file} has just been written and is not there`)
  return opened
}

function kidOf(sealed: string): string {
  try {
    return decodeProtectedHeader(sealed).kid ?? ''
  } catch (thrown) {
    throw vaultError('VAULT_ENTRY_DAMAGED', 'a sealed record body is no JWE', thrown)
  }
}

function missing(store: VaultStore, kid: string) {
  return vaultError('VAULT_ENTRY_DAMAGED', `${store.file} does not have the key ${kid} of this record body`)
}
