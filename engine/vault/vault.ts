import type { Clock } from '../core/clock.ts'
import type { JsonObject } from '../core/record.ts'
import { Secret } from '../core/secret.ts'
import type { Vault, VaultToken } from '../core/vault.ts'
import type { SealedEntry } from './document.ts'
import { firstKey, type KeySource } from './keys.ts'
import { rotateKey } from './rotate.ts'
import { seal, unseal } from './seal.ts'
import { bodySealer } from './sealer.ts'
import { createStore, type VaultStore } from './store.ts'

export interface VaultOptions {
  /** Path of vault.json; made with the first entry. Locks lie in the folder `locks` beside it. */
  readonly file: string
  readonly key: KeySource
  readonly clock: Clock
  /** How long to wait for another process that renews a token or writes the vault. Default: two minutes. */
  readonly lockWaitMs?: number
}

const LOCK_WAIT_MS = 120_000

/** Opens the vault of a workspace. Throws EngineErrors `VAULT_…` when the key is missing, weak or wrong, or the file is damaged. */
export async function openVault({ file, key, clock, lockWaitMs = LOCK_WAIT_MS }: VaultOptions): Promise<Vault> {
  const store = createStore({ file, key, lockWaitMs })
  // refused now and not at the first dead letter of the night
  if (!(await store.load())) await firstKey(key, '')
  const secrets = entries(store, clock, 'secret')
  const tokens = entries(store, clock, 'token')
  return {
    async secret(connection, name) {
      const value = await secrets.get(connection, name)
      return value === undefined ? undefined : new Secret(value)
    },
    setSecret: (connection, name, value) => secrets.set(connection, name, value.reveal()),
    removeSecret: secrets.remove,
    async secrets() {
      const opened = await store.load()
      return (opened?.document.secrets ?? []).map(({ connection, name, setAt }) => ({ connection, name, setAt }))
    },
    async tokens() {
      const opened = await store.load()
      const held: { connection: string; name: string; expiresAt?: string }[] = []
      for (const { connection, name } of opened?.document.tokens ?? []) {
        const text = await tokens.get(connection, name)
        if (text === undefined) continue
        const { expiresAt } = parseToken(text)
        held.push({ connection, name, ...(expiresAt === undefined ? {} : { expiresAt }) })
      }
      return held
    },
    async token(connection, name) {
      const text = await tokens.get(connection, name)
      return text === undefined ? undefined : parseToken(text)
    },
    setToken: (connection, name, token) => tokens.set(connection, name, printToken(token)),
    async removeToken(connection, name) {
      await tokens.remove(connection, name)
    },
    exclusively: (connection, name, work) => store.hold(`${connection}\n${name}`, work),
    rotateKey: next => rotateKey(store, clock, next),
    sealer: bodySealer(store, clock),
  }
}

type Kind = 'secret' | 'token'
const LISTS = { secret: 'secrets', token: 'tokens' } as const

function entries(store: VaultStore, clock: Clock, kind: Kind) {
  const list = LISTS[kind]
  const others = (all: readonly SealedEntry[], connection: string, name: string) =>
    all.filter(it => it.connection !== connection || it.name !== name)
  return {
    async get(connection: string, name: string): Promise<string | undefined> {
      const opened = await store.load()
      const entry = opened?.document[list].find(it => it.connection === connection && it.name === name)
      return opened && entry && unseal(opened.key, [kind, connection, name], entry.sealed)
    },
    set(connection: string, name: string, value: string): Promise<void> {
      return store.update(async ({ document, key }) => {
        const sealed = await seal(key, [kind, connection, name], value)
        const entry = { connection, name, sealed, setAt: clock.now().toISOString() }
        return { ...document, [list]: [...others(document[list], connection, name), entry] }
      })
    },
    async remove(connection: string, name: string): Promise<boolean> {
      // without a vault there is nothing to remove, and no reason to make one
      if (!(await store.load())) return false
      let isRemoved = false
      await store.update(async ({ document }) => {
        const rest = others(document[list], connection, name)
        isRemoved = rest.length < document[list].length
        return { ...document, [list]: rest }
      })
      return isRemoved
    },
  }
}

interface PrintedToken {
  readonly value: string
  readonly expiresAt?: string
  readonly data?: JsonObject
}

function printToken({ value, ...plain }: VaultToken): string {
  const printed: PrintedToken = { ...plain, value: value.reveal() }
  return JSON.stringify(printed)
}

function parseToken(text: string): VaultToken {
  // sealed by printToken, and nobody else has the key
  const { value, ...plain } = JSON.parse(text) as PrintedToken
  return { ...plain, value: new Secret(value) }
}
