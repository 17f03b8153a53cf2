import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Clock } from '../core/clock.ts'
import type { Ledger, Sealer } from '../core/ledger.ts'
import type { Vault } from '../core/vault.ts'
import type { Workspace } from '../flow/index.ts'
import { openSqliteLedger } from '../ledger/index.ts'
import { createKeyFile, type KeySource, keySource, openVault } from '../vault/index.ts'
import { ensureStateFolder } from './state-folder.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Ledger and vault of a workspace, each opened when it is first asked for: most verbs need one, or none. */
export interface Stores {
  readonly ledgerFile: string
  readonly vaultFile: string
  readonly keyFile: string
  ledger(): Promise<Ledger>
  /** For verbs that only look: an empty one in memory when there is none yet, so that looking leaves nothing behind. */
  ledgerAsItIs(): Promise<Ledger>
  vault(): Promise<Vault>
  close(): Promise<void>
}

export function createStores(workspace: Workspace, env: Environment, clock: Clock): Stores {
  const ledgerFile = resolve(workspace.folder, workspace.ledger)
  const vaultFile = resolve(workspace.folder, workspace.vault)
  const keyFile = join(dirname(vaultFile), 'key')
  let ledger: Promise<Ledger> | undefined
  let vault: Promise<Vault> | undefined
  const stores: Stores = {
    ledgerFile,
    vaultFile,
    keyFile,
    ledger: () => {
      ledger ??= openLedger(ledgerFile, workspace.name, lazySealer(stores.vault))
      return ledger
    },
    ledgerAsItIs: () => {
      const file = existsSync(ledgerFile) ? ledgerFile : ':memory:'
      ledger ??= openLedger(file, workspace.name, lazySealer(stores.vault))
      return ledger
    },
    vault: () => {
      vault ??= openOrCreateVault(vaultFile, keySource(env, keyFile), clock)
      return vault
    },
    close: async () => {
      const open = await ledger?.catch(() => undefined)
      await open?.close()
    },
  }
  return stores
}

async function openLedger(file: string, workspace: string, sealer: Sealer): Promise<Ledger> {
  if (file !== ':memory:') ensureStateFolder(file)
  return openSqliteLedger({ file, workspace, sealer })
}

/** The key is only asked for when a record body is stored or shown. */
function lazySealer(vault: () => Promise<Vault>): Sealer {
  return {
    seal: async text => (await vault()).sealer.seal(text),
    unseal: async sealed => (await vault()).sealer.unseal(sealed),
  }
}

async function openOrCreateVault(file: string, key: KeySource, clock: Clock): Promise<Vault> {
  ensureStateFolder(file)
  // a vault without its key is not given a new one: that would open nothing
  if (key.from === 'file' && !existsSync(file) && !existsSync(key.file)) await createKeyFile(key.file)
  return openVault({ file, key, clock })
}
