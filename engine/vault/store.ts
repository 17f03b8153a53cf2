import { dirname, join } from 'node:path'
import { Low } from 'lowdb'
import { newDocument, newSalt, type VaultDocument } from './document.ts'
import { vaultError } from './errors.ts'
import { vaultFile } from './files.ts'
import { finishRotation, firstKey, type KeySource, keyById } from './keys.ts'
import { createLocks } from './locks.ts'
import type { SealKey } from './seal.ts'

export interface OpenedDocument {
  readonly document: VaultDocument
  /** The key that seals its entries. */
  readonly key: SealKey
}

/** vault.json, shared with other processes: read anew each time, changed under a lock. */
export interface VaultStore {
  /** Undefined when there is no vault yet. */
  load(): Promise<OpenedDocument | undefined>
  /** Reads, lets `change` make the next document, and writes it; nobody else writes in between. */
  update(change: (opened: OpenedDocument) => Promise<VaultDocument>): Promise<void>
  hold<T>(name: string, work: () => Promise<T>): Promise<T>
  readonly file: string
  readonly source: KeySource
  /** From now on the key comes from here. */
  useSource(source: KeySource): void
}

export interface StoreOptions {
  readonly file: string
  readonly key: KeySource
  readonly lockWaitMs: number
}

// a rotation of another process may fall between reading the vault and reading its key
const LOOKS = 3

export function createStore({ file, key: firstSource, lockWaitMs }: StoreOptions): VaultStore {
  const locks = createLocks(join(dirname(file), 'locks'), lockWaitMs)
  let source = firstSource
  let known: SealKey | undefined

  const keyOf = async (document: VaultDocument): Promise<SealKey | undefined> => {
    if (known?.kid === document.kid) return known
    known = await keyById(source, document.kid, document.salt)
    return known
  }
  const load = async (): Promise<OpenedDocument | undefined> => {
    for (let look = 1; look <= LOOKS; look++) {
      const low = new Low(vaultFile(file), null)
      await low.read()
      if (low.data === null) return undefined
      const key = await keyOf(low.data)
      if (key) return { document: low.data, key }
    }
    throw vaultError('VAULT_KEY_WRONG', `the key given does not open ${file}`)
  }
  const create = async (): Promise<OpenedDocument> => {
    const salt = newSalt()
    const key = await firstKey(source, salt)
    return { document: newDocument(salt, key.kid), key }
  }
  return {
    file,
    load,
    hold: locks.hold,
    update: change =>
      locks.hold(`${file} document`, async () => {
        const opened = (await load()) ?? (await create())
        await finishRotation(source, opened.document.kid)
        const low = new Low(vaultFile(file), null)
        low.data = await change(opened)
        await low.write()
      }),
    get source() {
      return source
    },
    useSource: next => {
      source = next
      known = undefined
    },
  }
}
