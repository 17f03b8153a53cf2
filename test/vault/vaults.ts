import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '../../engine/core/secret.ts'
import type { Vault } from '../../engine/core/vault.ts'
import { createKeyFile, type KeySource, openVault } from '../../engine/vault/index.ts'
import { testClock } from '../support/clock.ts'

/** A folder for one vault. */
export interface Place {
  readonly folder: string
  readonly file: string
  readonly keyFile: string
}

export function placeIn(folder: string): Place {
  return { folder, file: join(folder, 'vault.json'), keyFile: join(folder, 'key') }
}

export function newPlace(): Place {
  return placeIn(mkdtempSync(join(tmpdir(), 'vault-')))
}

export function envKey(value: string): KeySource {
  return { from: 'env', value: new Secret(value) }
}

export const RAW_KEY = Buffer.alloc(32, 7).toString('base64url')
export const OTHER_KEY = Buffer.alloc(32, 9).toString('base64url')
export const PASSPHRASE = 'correct horse battery staple'

export function open(place: Place, key: KeySource, lockWaitMs?: number): Promise<Vault> {
  const wait = lockWaitMs === undefined ? {} : { lockWaitMs }
  return openVault({ file: place.file, key, clock: testClock(), ...wait })
}

/** A vault with a key file, one secret, one token and one sealed body. */
export async function filledWithKeyFile(place: Place): Promise<{ readonly body: string }> {
  await createKeyFile(place.keyFile)
  return fill(await open(place, { from: 'file', file: place.keyFile }))
}

export async function fill(vault: Vault): Promise<{ readonly body: string }> {
  await vault.setSecret('zoho', 'clientSecret', new Secret('planted-secret'))
  await vault.setToken('zoho', 'access', { value: new Secret('planted-token'), data: { api: 'planted-data' } })
  return { body: await vault.sealer.seal('planted-body') }
}

/** What `fill` has put there, as this vault opens it now. */
export async function readAll(vault: Vault, body: string) {
  return {
    secret: (await vault.secret('zoho', 'clientSecret'))?.reveal(),
    token: (await vault.token('zoho', 'access'))?.value.reveal(),
    body: await vault.sealer.unseal(body),
  }
}

export const FILLED = { secret: 'planted-secret', token: 'planted-token', body: 'planted-body' }

/** The code of the EngineError that `work` rejects with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const thrown = await work.then(
    () => undefined,
    error => error,
  )
  return thrown?.code ?? 'nothing was thrown'
}
